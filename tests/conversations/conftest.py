"""The stage that conversations are played on: everything real but people, time and disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.console.steps import Scene
from adapters.database.connect import open_store
from app.console import company
from app.stage import Stage
from app.turns import VirtualClock
from content import loader
from content.schema import Guide
from tests.content.guides import MODELLED, modelled
from tests.fakes import MemoryStore
from tests.servers.postgres import empty

MINI = Path(__file__).parents[1] / "content" / "mini.toml"

Build = Callable[[Scene], Stage]


@pytest.fixture(scope="session")
def guides() -> Mapping[str, Guide]:
    """All guides of the package and a small one for what would take the real ones too long."""
    mini = loader.load(MINI)
    return {**loader.load_all(), mini.key: mini}


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return what everything is kept in: the words are the same whatever it is."""
    if request.param == "memory":
        yield MemoryStore()
        return
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("tables")
    with open_store(url) as opened:
        yield opened
    if request.param == "postgres":
        empty(url)


@pytest.fixture
def build(guides: Mapping[str, Guide], store: Any) -> Build:
    """Set up a stage for a scene; the coach knows the scene's guide, or all of them."""

    alone = {**guides, MODELLED: modelled()}

    def build(scene: Scene) -> Stage:
        known = {scene.guide: alone[scene.guide]} if scene.guide else guides
        stage = company(store, known, VirtualClock(scene.start), scene.zone, scene.seed).stage
        stage.set_up(scene)
        return stage

    return build
