"""Draw every sample to look at: `python -m tests.pictures FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from adapters.pictures.drawing import Pictures
from bot.pictures import Theme
from tests.pictures.samples import gallery

THEMES: tuple[Theme, ...] = ("light", "dark")


def main(folder: Path) -> None:
    """Write each sample in both themes, with its words beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = Pictures()
    for name, sample in gallery().items():
        for theme in THEMES:
            image = pictures.draw(sample, theme)
            (folder / f"{name}-{theme}.png").write_bytes(image.png)
            (folder / f"{name}.txt").write_text(image.alt + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
