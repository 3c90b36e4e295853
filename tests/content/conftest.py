"""A small valid guide and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from content import loader
from content.problems import Problem
from tests.content.guides import beside

MINI = Path(__file__).with_name("mini.toml")
MODELS = Path(__file__).with_name("mini_models.toml")

Examine = Callable[[str | bytes], tuple[Problem, ...]]


@pytest.fixture(scope="session")
def mini() -> str:
    """The text of a valid guide that uses every part of the format."""
    return MINI.read_text("utf-8")


@pytest.fixture(scope="session")
def models() -> str:
    """The text of the model answers of that guide, for two of its rounds."""
    return MODELS.read_text("utf-8")


@pytest.fixture
def examine_models(mini: str, tmp_path: Path) -> Examine:
    """Tell what is wrong with the model answers whose text is given."""

    def examine(text: str | bytes) -> tuple[Problem, ...]:
        return loader.examine(beside(tmp_path, mini, text)).problems

    return examine


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """Tell what is wrong with the guide whose text is given."""

    def examine(text: str | bytes) -> tuple[Problem, ...]:
        path = tmp_path / "mini.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return loader.examine(path).problems

    return examine
