"""Puts a guide and its model answers where the loader finds them."""

from __future__ import annotations

from pathlib import Path

from content import loader


def beside(folder: Path, guide: str, models: str | bytes, key: str = "mini") -> Path:
    """Write both files below `folder` and return where the guide is."""
    path = folder / f"{key}.toml"
    path.write_text(guide, "utf-8")
    (folder / loader.MODELS).mkdir(exist_ok=True)
    content = models.encode() if isinstance(models, str) else models
    (folder / loader.MODELS / path.name).write_bytes(content)
    return path
