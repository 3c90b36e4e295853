"""Puts a guide and its model answers where the loader finds them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from content import loader
from content.schema import Guide

MODELLED = "modelled"
"""The key of the small guide with model answers."""
_HERE = Path(__file__).parent


@cache
def modelled(key: str = MODELLED) -> Guide:
    """Return the small guide with its model answers, for members to rate."""
    mini, models = (_HERE / name for name in ("mini.toml", "mini_models.toml"))
    with TemporaryDirectory() as folder:
        texts = mini.read_text("utf-8"), models.read_text("utf-8")
        return loader.load(beside(Path(folder), *texts, key))


def beside(folder: Path, guide: str, models: str | bytes, key: str = "mini") -> Path:
    """Write both files below `folder` and return where the guide is."""
    path = folder / f"{key}.toml"
    path.write_text(guide, "utf-8")
    (folder / loader.MODELS).mkdir(exist_ok=True)
    content = models.encode() if isinstance(models, str) else models
    (folder / loader.MODELS / path.name).write_bytes(content)
    return path
