"""Writes `docs/settings.md` and `.env.example` from the settings: `make docs`.

Rule: neither is edited by hand; a test tells when they are behind.
"""

from __future__ import annotations

from pathlib import Path

from app.settings import Settings

_INTRODUCTION = """\
# Settings

Loopmates reads its settings from the environment, and from a file `.env` in the folder it is
started in; what the environment says wins. An empty value counts as not given. Whatever is
wrong is reported at once, with a cure, before anything starts; a misspelt `LOOPMATES_…` is
refused. `loopmates doctor` looks at all of them without starting anything. Where the secrets
of Slack and Discord are found is told in [slack.md](slack.md) and [discord.md](discord.md).

This page is made by `make docs`; the words are in `app/settings.py`.

| name | default | kind | example | what it is |
| --- | --- | --- | --- | --- |
"""

_EXAMPLE_HEAD = """\
# Settings of Loopmates: copy this file to .env, and take the # off what you want to change.
# docs/settings.md says more.  Made by `make docs`.
"""


def settings_page() -> str:
    """Return `docs/settings.md`."""
    return _INTRODUCTION + "".join(
        f"| `{name}` | {f'`{default}`' if default else '–'} | {kind} | `{example}` | {words} |\n"
        for name, default, kind, example, words in _rows()
    )


def example_file() -> str:
    """Return `.env.example`: every setting, commented out, at its default or like its example."""
    return _EXAMPLE_HEAD + "".join(
        f"\n# {words}\n#{name}={default or example}\n"
        for name, default, _, example, words in _rows()
    )


def write(root: Path) -> None:
    """Write both files under `root`."""
    (root / "docs" / "settings.md").write_text(settings_page(), encoding="utf-8")
    (root / ".env.example").write_text(example_file(), encoding="utf-8")


def _rows() -> list[tuple[str, str, str, str, str]]:
    return [
        (
            info.alias or field,
            "" if info.default is None else str(info.default),
            info.title or "",
            str((info.examples or [""])[0]),
            info.description or "",
        )
        for field, info in Settings.model_fields.items()
    ]


if __name__ == "__main__":
    write(Path(__file__).parent.parent)
