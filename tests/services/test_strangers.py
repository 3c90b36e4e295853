"""Buttons and forms of others, forged ids, and two workspaces that share every name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.fakes import MemoryStore
from tests.services.clubs import OLGA, SCORES, Club, a_club
from tests.services.towns import Town, on

THERE = "console:there"


@dataclass
class Twins:
    """Two cohorts with the same channel, people and guide, in two workspaces."""

    here: Club
    there: Club

    @property
    def town(self) -> Town:
        return self.here.town


@pytest.fixture
def twins() -> Twins:
    """Return twins of whom each has an answer in review and a practice open."""
    town = Town()
    found = Twins(Club(town), Club(town, workspace=THERE))
    for club in (found.here, found.there):
        club.start()
    town.wait(minutes=65)
    for club in (found.here, found.there):
        club.say("ana", "My answer.")
        club.write("ana", "practice")
        club.write("ana", "To myself.")
    town.wait(minutes=11)
    return found


def _kept(town: Town) -> dict[str, object]:
    """Return everything stored, but for what only remembers that something arrived."""
    assert isinstance(town.store, MemoryStore)
    tables = town.store.tables
    return {
        name: repr(getattr(tables, name))
        for name in tables.__dataclass_fields__
        if name not in ("inbox", "buried")
    }


def _actions(club: Club) -> dict[str, str]:
    """Return an action of every kind that names something of this club, by its verb."""
    answer, review = club.answer("ana"), club.reviews("ana")["bo"]
    practice = club.the_practice("ana")
    return {
        "join": f"join:{club.cohort.id}",
        "answer": f"answer:{club.prompt.id}",
        "review": f"review:{review.id}",
        "helped": f"helped:{review.id}",
        "helpful": f"helpful:{answer.id}",
        "unhelpful": f"unhelpful:{answer.id}",
        "hint": f"hint:{practice.id}",
        "another": f"another:{practice.id}",
        "stop": f"stop:{practice.id}",
        "rate": f"rate:{practice.id}:5",
    }


@pytest.mark.parametrize(
    "verb",
    [
        "join",
        "answer",
        "review",
        "helped",
        "helpful",
        "unhelpful",
        "hint",
        "another",
        "stop",
        "rate",
    ],
)
@pytest.mark.parametrize("who", ["ana", "bo", OLGA, "stranger"])
def test_a_button_of_another_workspace_is_refused_and_changes_nothing(
    twins: Twins, verb: str, who: str
) -> None:
    action = _actions(twins.here)[verb]
    before = _kept(twins.town)

    reply = twins.there.press(who, action)

    assert len(reply.messages) == 1
    assert reply.form is None
    assert _kept(twins.town) == before


@pytest.mark.parametrize("verb", ["answer", "review"])
@pytest.mark.parametrize("who", ["ana", "bo", "stranger"])
def test_a_form_of_another_workspace_is_refused_and_changes_nothing(
    twins: Twins, verb: str, who: str
) -> None:
    action = _actions(twins.here)[verb]
    before = _kept(twins.town)

    reply = twins.there.submit(who, action, text="Forged.", **SCORES)

    assert len(reply.messages) == 1
    assert _kept(twins.town) == before


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        (verb, who)
        for verb, owner in {
            "review": "bo",
            "helped": "ana",
            "helpful": "ana",
            "unhelpful": "ana",
            "hint": "ana",
            "another": "ana",
            "stop": "ana",
            "rate": "ana",
        }.items()
        for who in ("ana", "bo", "cy", OLGA, "stranger")
        if who != owner
    ],
)
def test_a_button_of_somebody_else_is_refused_and_changes_nothing(
    twins: Twins, verb: str, who: str
) -> None:
    action = _actions(twins.here)[verb]
    before = _kept(twins.town)

    reply = twins.here.press(who, action)

    assert len(reply.messages) == 1
    assert reply.form is None
    assert _kept(twins.town) == before


@pytest.mark.parametrize("who", ["ana", "cy", OLGA, "stranger"])
def test_a_review_form_of_somebody_else_is_refused_and_changes_nothing(
    twins: Twins, who: str
) -> None:
    before = _kept(twins.town)

    reply = twins.here.submit(who, _actions(twins.here)["review"], **SCORES)

    assert len(reply.messages) == 1
    assert _kept(twins.town) == before


@pytest.mark.parametrize("who", [OLGA, "stranger"])
def test_who_is_no_member_cannot_answer_by_form(twins: Twins, who: str) -> None:
    before = _kept(twins.town)

    reply = twins.here.submit(who, f"answer:{twins.here.prompt.id}", text="Let me in.")

    assert len(reply.messages) == 1
    assert _kept(twins.town) == before


@pytest.mark.parametrize("action", ["", ":", "join:", "review:", "rate:x:9", "helped:?", "x:y:z"])
@pytest.mark.parametrize("verb", ["press", "submit"])
def test_nonsense_changes_nothing_and_raises_nothing(twins: Twins, verb: str, action: str) -> None:
    before = _kept(twins.town)

    reply = getattr(twins.here, verb)("ana", action)

    assert reply.form is None
    assert _kept(twins.town) == before


def test_a_reviewer_who_left_finds_the_button_refused() -> None:
    club = a_club()
    club.answered()
    review = club.reviews("ana")["bo"]
    club.command("bo", "leave yes")
    before = _kept(club.town)

    pressed = club.press("bo", f"review:{review.id}")
    sent = club.submit("bo", f"review:{review.id}", **SCORES)

    assert pressed.form is None
    assert [len(reply.messages) for reply in (pressed, sent)] == [1, 1]
    assert _kept(club.town) == before


def test_an_answer_taken_back_can_be_reviewed_no_more() -> None:
    club = a_club()
    message = club.answered()
    review = club.reviews("ana")["bo"]
    club.delete(message)
    before = _kept(club.town)

    reply = club.submit("bo", f"review:{review.id}", **SCORES)

    assert len(reply.messages) == 1
    assert _kept(club.town) == before


def test_what_happens_in_one_workspace_is_never_seen_in_the_other(twins: Twins) -> None:
    town = twins.town
    twins.there.command(OLGA, "pause")
    twins.there.command("cy", "leave yes")
    twins.there.command("ana", "forgetme yes")

    town.until(on(11, "18:00"))
    shown = repr(twins.here.command("ana", "mydata"))

    assert twins.here.cohort.status == "running"
    assert not twins.here.the_member("cy").left
    assert "My answer." in shown
    assert twins.there.cohort.id not in shown
    assert {each.workspace for each in town.posted("question")[2:]} == {twins.here.workspace}


def test_reactions_with_the_ids_of_another_workspace_mean_nothing(twins: Twins) -> None:
    post = twins.here.reviews("ana")["bo"].post
    before = twins.here.reviews("ana")

    twins.there.tap("bo", post, "5️⃣")

    assert twins.here.reviews("ana") == before
