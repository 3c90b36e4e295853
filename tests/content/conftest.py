"""A small valid guide and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from content import loader
from content.problems import Problem

MINI = Path(__file__).with_name("mini.toml")

Examine = Callable[[str | bytes], tuple[Problem, ...]]


@pytest.fixture(scope="session")
def mini() -> str:
    """The text of a valid guide that uses every part of the format."""
    return MINI.read_text("utf-8")


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """Tell what is wrong with the guide whose text is given."""

    def examine(text: str | bytes) -> tuple[Problem, ...]:
        path = tmp_path / "mini.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return loader.examine(path).problems

    return examine
