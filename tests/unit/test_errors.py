from __future__ import annotations

import inspect
from datetime import date

import pytest

from bot import errors
from bot.errors import CoachError
from bot.words import echo, listed

LONG = "w" * 500
KEYS = tuple(f"{'k' * 38}{n:02}" for n in range(60))
EXTREME: list[CoachError] = [
    errors.NoCohortHere(),
    errors.CohortExists(f"{'Role ' * 20}at {'Company ' * 12}"),
    errors.CohortExists(LONG),
    errors.NotAMember(),
    errors.NoCohortYet(),
    errors.NotAQuestion(),
    errors.NotAnswered(),
    errors.OrganisersOnly("leaderboard"),
    errors.ChannelOnly("leaderboard"),
    errors.UnknownCommand(LONG, "leaderboard"),
    errors.UnknownCommand(LONG, None),
    errors.UnknownCommand("", None),
    errors.BadArgument(f"There is no guide called {echo(LONG)}.", f"Choose from {listed(KEYS)}."),
    errors.NoSuchGuide(LONG, KEYS),
    errors.NoSuchGuide(LONG, (LONG,)),
    errors.NoSuchGuide("acme", ()),
    errors.DateIsPast(date.max),
    errors.NotYours(),
    errors.TooLate("You have answered in the thread already; edit it there."),
]


@pytest.mark.parametrize("error", EXTREME, ids=lambda error: type(error).__name__)
def test_a_refusal_is_short_and_ends_like_a_sentence(error: CoachError) -> None:
    said = str(error)

    assert 0 < len(said) <= 200
    assert said.endswith((".", "?"))
    assert said[0].isupper() or said.startswith("`") or isinstance(error, errors.DateIsPast)
    assert "  " not in said
    assert said.count("`") % 2 == 0


def test_every_refusal_is_tried_here() -> None:
    classes = inspect.getmembers(errors, inspect.isclass)
    refusals = {c for _, c in classes if issubclass(c, CoachError)} - {CoachError}

    assert {type(error) for error in EXTREME} == refusals


def test_a_refusal_keeps_what_it_was_made_from() -> None:
    assert errors.NoSuchGuide(LONG, ()).key == LONG
    assert errors.CohortExists("Manager at Acme").guide == "Manager at Acme"
    assert errors.UnknownCommand("hlep", "help").meant == "help"


def test_as_many_guides_are_named_as_there_is_room_for() -> None:
    assert "I have: acme, umbrella." in str(errors.NoSuchGuide("x", ("acme", "umbrella")))
    assert ", more." in str(errors.NoSuchGuide("x", KEYS))
    assert "I have: none." in str(errors.NoSuchGuide("x", ()))


def test_losing_to_another_transaction_is_not_for_the_members_eyes() -> None:
    assert not issubclass(errors.Conflict, CoachError)
