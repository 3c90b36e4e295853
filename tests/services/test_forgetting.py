"""Forgetting somebody leaves nothing of them, and takes nothing from others; and what is kept
of somebody is theirs to see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from adapters.database.connect import open_store
from bot.domain.answers import Answer
from bot.domain.members import Member
from bot.domain.practice import Card, Practice
from bot.domain.reviews import Review
from bot.messages import Quote
from bot.ports.outgoing import Edit
from tests.contract.conftest import AnyStore
from tests.services.clubs import OLGA, SCORES, Club, a_club
from tests.services.towns import Town, on

ID, NAME = "U0ZAPPHODB", "Zaphod Beeblebrox"
TEXTS = ("Heart of gold", "improbability drive", "pan galactic", "infinitely improbable")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("services") / "empty.db"
    open_store(f"sqlite:///{path}", durable=False).close()
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "loopmates.db"))


@pytest.fixture
def store(path: Path) -> Iterator[AnyStore]:
    with open_store(f"sqlite:///{path}", durable=False) as opened:
        yield opened


def _lived(store: AnyStore, organiser: str = OLGA) -> Club:
    """Return a club in which somebody did all that can be done before being forgotten."""
    club = Club(Town(store), f"ana bo {ID}")
    club.names[ID] = NAME
    club.command(organiser, "setup mini start=2026-12-07 authors=shown")
    for who in club.people:
        club.command(who, "join")
    club.command(ID, "join remote")
    club.town.wait(minutes=65)
    _writes_and_reviews(club)
    _practises(club)
    club.town.until(on(9, "10:00"))
    club.say(ID, TEXTS[3])
    club.town.wait(minutes=11)
    club.command(ID, "away until 2026-12-30")
    return club


def _writes_and_reviews(club: Club) -> None:
    message = club.say(ID, TEXTS[0])
    club.answered("ana", "Of course.")
    for reviewer in club.asked(ID):
        review = club.reviews(ID)[reviewer]
        club.submit(reviewer, f"review:{review.id}", **SCORES, comment=f"{NAME}, more of it.")
    club.edit(message, f"{TEXTS[0]}, changed")
    owed = club.reviews("ana")[ID]
    club.submit(ID, f"review:{owed.id}", **SCORES, comment=TEXTS[1])
    club.town.wait(minutes=30)


def _practises(club: Club) -> None:
    club.write(ID, "practice")
    club.write(ID, TEXTS[2])
    practice = club.the_practice(ID)
    club.press(ID, f"rate:{practice.id}:2")
    club.write(ID, "practice")


def _left_over(path: Path) -> list[str]:
    """Return which traces of the person the files of the database still hold."""
    held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    return [trace for trace in (ID, NAME, *TEXTS) if trace.encode() in held]


def test_forgetting_somebody_leaves_no_name_id_or_text_behind(path: Path) -> None:
    with open_store(f"sqlite:///{path}", durable=False) as store:
        club = _lived(store)
        club.command(ID, "forgetme yes")
        club.town.wait(days=3)
    kept = _left_over(path)

    assert kept == []


def test_there_is_something_to_forget_at_first(path: Path) -> None:
    with open_store(f"sqlite:///{path}", durable=False) as store:
        _lived(store)

    assert set(_left_over(path)) >= {ID, NAME, *TEXTS}


def test_asking_once_is_not_enough_and_the_button_is(store: AnyStore) -> None:
    club = _lived(store)

    club.command(ID, "forgetme")
    assert club.member(ID) is not None
    club.press(ID, "forgetme")

    assert club.member(ID) is None


def test_scores_given_to_others_stay_without_a_name(store: AnyStore) -> None:
    club = a_club("ana bo zed", town=Town(store))
    club.answered()
    monday = club.prompt
    club.reviewed(emoji="2️⃣")
    before = repr(club.command("ana", "progress"))

    club.command("zed", "forgetme yes")

    reviews = club.reviews("ana", monday)
    assert [r.status for r in reviews.values()] == ["rated", "rated"]
    assert "zed" not in reviews
    assert "of 5" in before
    assert repr(club.command("ana", "progress")) == before


def test_others_keep_the_credit_for_reviews_of_somebody_forgotten(store: AnyStore) -> None:
    club = a_club("ana bo zed", town=Town(store))
    club.answered("zed")
    club.reviewed("zed")

    club.command("zed", "forgetme yes")

    assert "1 review" in repr(club.command("ana", "progress"))


def test_reviews_owed_by_somebody_forgotten_go_to_others(store: AnyStore) -> None:
    club = a_club("ana bo cy dora", town=Town(store))
    club.answered()
    goer = club.asked("ana")[0]

    club.command(goer, "forgetme yes")
    club.town.wait(minutes=1)

    assert len(club.asked("ana")) == 2
    assert goer not in club.reviews("ana")


def test_requests_to_review_somebody_forgotten_say_that_there_is_nothing_to_do(
    store: AnyStore,
) -> None:
    club = a_club("ana bo cy", town=Town(store))
    club.answered("ana", "My own words.")
    posts = {review.post for review in club.reviews("ana").values()}

    club.command("ana", "forgetme yes")

    edits = [each for each in club.town.sent if isinstance(each.act, Edit)]
    changed = {each.act.of for each in edits if isinstance(each.act, Edit)}
    assert changed == posts | {club.prompt.post}
    assert not any("My own words." in each.words for each in edits)


def test_somebody_forgotten_can_begin_anew(store: AnyStore) -> None:
    club = a_club("ana bo cy", town=Town(store))
    club.answered()
    club.command("ana", "forgetme yes")
    club.town.wait(minutes=1)

    club.command("ana", "join")
    club.answered("ana", "As somebody new.")

    assert club.text("ana") == "As somebody new."
    assert sorted(club.asked("ana")) == ["bo", "cy"]


def test_the_longest_standing_member_who_is_here_takes_over_from_the_only_organiser(
    store: AnyStore,
) -> None:
    club = a_club("ana bo cy", town=Town(store))
    for who in ("bo", "cy"):
        club.command(who, "leave yes")
        club.town.wait(minutes=1)
        club.command(who, "join")
        club.town.wait(minutes=1)
    club.command("ana", "away until 2026-12-20")
    before = len(club.told("bo"))

    club.command(OLGA, "forgetme yes")
    club.town.wait(minutes=1)

    assert club.cohort.organisers == {"bo"}
    assert len(club.told("bo")) == before + 1
    assert club.command("bo", "pause").messages
    assert club.cohort.status == "paused"


def test_the_one_who_takes_over_is_told_in_the_morning(store: AnyStore) -> None:
    club = a_club("ana bo cy", town=Town(store))
    club.town.until(on(7, "23:30"))
    before = len(club.told("ana"))

    club.command(OLGA, "forgetme yes")
    club.town.until(on(8, "07:59"))
    assert club.cohort.organisers == {"ana"}
    assert len(club.told("ana")) == before
    club.town.until(on(8, "08:00"))

    assert len(club.told("ana")) == before + 1


def test_a_cohort_without_members_is_left_without_an_organiser(store: AnyStore) -> None:
    club = a_club("ana", town=Town(store))
    club.command("ana", "leave yes")

    club.command(OLGA, "forgetme yes")
    club.town.until(on(10))

    assert club.cohort.organisers == frozenset()


def test_an_organiser_who_takes_part_hands_over_to_somebody_else(store: AnyStore) -> None:
    club = a_club("ana bo", town=Town(store))
    club.command(OLGA, "join")

    club.command(OLGA, "forgetme yes")

    assert club.cohort.organisers == {"ana"}


# --- mydata --------------------------------------------------------------------------------

OTHERS = {"author", "answer"}
"""What a review holds of others: whose answer it was is not the reviewer's to know."""


def _shown(club: Club, who: str) -> list[object]:
    """Return the rows that `mydata` shows, all parts together."""
    (message,) = club.command(who, "mydata").messages
    quotes = [block.text for block in message.blocks if isinstance(block, Quote)]
    return [row for quote in quotes for row in json.loads(quote)]


@pytest.mark.parametrize("kind", [Member, Answer, Review, Practice, Card])
def test_mydata_shows_every_field_of_ones_own_rows(store: AnyStore, kind: type) -> None:
    club = _lived(store)
    known = {field.name for field in fields(kind)} - (OTHERS if kind is Review else set())

    rows = [set(row) for row in _shown(club, ID) if isinstance(row, dict)]

    assert known in rows


def test_mydata_shows_all_rows_and_all_texts(store: AnyStore) -> None:
    club = _lived(store)

    shown = json.dumps(_shown(club, ID))

    assert all(text in shown for text in TEXTS[2:])
    assert f"{TEXTS[0]}, changed" in shown
    assert NAME in shown
    assert "Of course." not in shown


def test_mydata_shows_what_is_kept_of_somebody_who_left(store: AnyStore) -> None:
    club = a_club("ana bo cy", town=Town(store))
    club.say("ana", "I was here.")
    club.command("ana", "leave yes")

    assert "I was here." in json.dumps(_shown(club, "ana"))


def test_mydata_of_an_organiser_shows_what_they_organise(store: AnyStore) -> None:
    club = a_club("ana bo cy", town=Town(store))

    assert club.cohort.id in json.dumps(_shown(club, OLGA))


def test_mydata_does_not_tell_whose_answers_somebody_reviewed(store: AnyStore) -> None:
    club = a_club("ana bo cy", town=Town(store))
    club.answered()
    answer = club.answer("ana")
    club.reviewed()

    shown = json.dumps(_shown(club, "bo"))

    assert '"ana"' not in shown
    assert answer.id not in shown


def test_somebody_unknown_has_no_data(store: AnyStore) -> None:
    club = a_club("ana bo cy", town=Town(store))

    assert _shown(club, "stranger") == []
