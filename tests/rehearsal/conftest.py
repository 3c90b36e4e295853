"""Rehearsals that several tests look at; each is played once."""

from __future__ import annotations

import pytest

from tests.rehearsal.records import MINI, Record, rehearse


@pytest.fixture(scope="session")
def five() -> Record:
    """The whole guide with five members of whom two never review and one goes away."""
    return rehearse(members=5)


@pytest.fixture(scope="session")
def three() -> Record:
    """A short guide with three members, of whom one never reviews."""
    return rehearse(MINI, members=3, start="2026-10-12", zone="Europe/Berlin")


@pytest.fixture(scope="session")
def twelve() -> Record:
    """A short guide with twelve members of whom four never review and three go away."""
    return rehearse(MINI, members=12)
