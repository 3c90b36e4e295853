"""Weeks full of faults display what quiet weeks do; `make chaos` lives many more of them."""

from __future__ import annotations

import pytest

from tests.chaos.campaigns import Order, block
from tests.chaos.mutations import MUTATIONS

SHORT = [("discord", "sqlite", 4), ("slack", "postgres", 1)]
LONG = [
    *SHORT,
    ("slack", "sqlite", 4),
    ("discord", "postgres", 1),
    ("slack", "postgres", 2),
    ("slack", "sqlite", 7),
]


def differences(platform: str, database: str, seed: int) -> list[str]:
    """Live one week, and return what differs from a quiet one."""
    with block(Order(platform, database, (seed,))) as here:
        wrong, life = here.one(seed)
    assert wrong or sum(life.struck.values()) > 15
    return wrong


@pytest.mark.parametrize(("platform", "database", "seed"), SHORT)
def test_a_week_full_of_faults_displays_what_a_quiet_week_does(
    platform: str, database: str, seed: int
) -> None:
    assert differences(platform, database, seed) == []


@pytest.mark.long
@pytest.mark.parametrize(("platform", "database", "seed"), LONG)
def test_other_weeks_full_of_faults_do_too(platform: str, database: str, seed: int) -> None:
    assert differences(platform, database, seed + 12) == []


@pytest.mark.long
@pytest.mark.parametrize("name", ["no look before sending again", "forget the order of a lane"])
def test_a_likely_mistake_is_found(name: str) -> None:
    made = MUTATIONS[name]
    order = Order(made.platform, made.database, (), only=made.faults, mutation=name)
    with block(order) as here:
        assert any(here.one(seed)[0] for seed in range(1, 6))
