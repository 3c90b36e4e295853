"""A coach with several guides, or with one that lacks what others have."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bot.ids import UserId
from bot.services.coach import Coach
from content.schema import Guide
from tests.services.clubs import HERE, OLGA, Club, a_club
from tests.services.towns import GUIDE, ZONE, Town
from tests.unit import guides

OTHER = guides.guide(company="Bolt & Co")


def a_town(*known: Guide) -> Town:
    town = Town()
    ids = iter(f"id{number:04d}" for number in range(1, 10_000))
    town.coach = Coach({each.key: each for each in known}, lambda: next(ids), Random(7), ZONE)
    return town


@pytest.mark.parametrize("text", ["guide", "timeline"])
def test_without_a_cohort_the_only_guide_is_shown(text: str) -> None:
    club = Club(a_town(GUIDE))

    (said,) = club.command("ana", text).messages

    assert GUIDE.company in repr(said)


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("text", ["guide", "timeline"])
def test_without_a_cohort_nobody_can_tell_which_of_two_guides_is_meant(
    text: str, direct: bool
) -> None:
    club = Club(a_town(GUIDE, OTHER))

    (said,) = club.command("ana", text, direct=direct).messages

    assert said.summary.startswith("You are in no cohort" if direct else "There is no cohort")


def test_a_cohort_shows_its_own_guide_of_two() -> None:
    club = Club(a_town(OTHER, GUIDE))
    club.start()

    (said,) = club.command("ana", "guide").messages

    assert GUIDE.company in repr(said)
    assert OTHER.company not in repr(said)


def test_a_setup_that_does_not_say_by_which_of_two_guides_starts_nothing() -> None:
    club = Club(a_town(GUIDE, OTHER))

    (said,) = club.command(OLGA, "setup start=2026-12-14").messages

    assert OTHER.key in repr(said)
    assert club.town.call(lambda work: work.cohorts.at(HERE, club.channel)) is None


def test_a_round_of_another_guide_is_not_practised() -> None:
    club = a_club(town=a_town(GUIDE, OTHER))

    (said,) = club.write("ana", "practice system-design").messages

    assert "cannot practise" in repr(said)
    assert _open(club) is None


def test_a_round_without_questions_cannot_be_practised() -> None:
    quiet = replace(GUIDE.rounds[0], key="quiet", name="Quiet", questions=())
    club = a_club(town=a_town(replace(GUIDE, rounds=(*GUIDE.rounds, quiet))))

    (said,) = club.write("ana", "practice quiet").messages

    assert "no question for that" in repr(said)
    assert _open(club) is None


def test_a_question_named_by_its_key_is_practised() -> None:
    club = a_club()

    club.write("ana", "practice mistake")

    assert club.the_practice("ana").question == "mistake"


def _open(club: Club) -> object:
    return club.town.call(lambda work: work.practices.open_of(HERE, UserId("ana")))
