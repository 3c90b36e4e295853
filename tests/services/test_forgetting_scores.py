"""Forgetting somebody changes nobody else's results and points, and leaves no trace of them.

The forgotten one wrote, reviewed, set the bar, was anonymous and waited for a digest, among others
who did as much.  What all ratings say together must be the same without their name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, inspect, text

from adapters.database.connect import open_store
from bot.domain.answers import Answer
from bot.domain.digests import Deferred
from bot.domain.reviews import Review
from bot.domain.scoring import Fit
from bot.ids import PostKey, UserId
from bot.messages import InChannel, Message, Quote, Table
from bot.ports.outgoing import Edit, Outgoing, Post
from bot.ports.work import Work
from bot.services import scores
from bot.services.desk import Desk
from tests.contract.conftest import AnyStore
from tests.factories import words
from tests.fake_outbox import Rows
from tests.fakes import MemoryStore
from tests.rehearsal.lives import Life, lived
from tests.services.clubs import a_club
from tests.services.towns import on

WORDS = (
    "Marzipan once more.", "Marzipan for their own good.", "Marzipan alone at night.",
)  # fmt: skip
"""What the one who is to be forgotten says: a second take, a comment and a practice."""


def _lived(store: AnyStore, days: int = 5) -> tuple[Life, str]:
    """Return a cohort after some days, and an anonymous member who is going to be forgotten."""
    life = lived(8, store=store, days=days)
    goer = min(life.veiled)
    life.command(goer, "settings my_zone=Pacific/Kiritimati")
    life.command(goer, "mute until 2026-12-24")
    life.command(goer, "mute off")
    _writes(life, goer)
    return life, goer


def _writes(life: Life, goer: str) -> None:
    """Let them say and give what the test looks for afterwards."""
    before = [a for a in _answers(life, goer) if a.status == "done" and a.take == 1][-1]
    life.submit(goer, f"again:{before.id}", text=WORDS[0])
    life.town.wait(minutes=5)
    cohort = life.cohort.id
    given = life.town.call(lambda work: work.reviews.by(cohort, UserId(goer)))
    _comments(life, goer, [review for review in given if review.status == "rated"][-1])
    life.write(goer, "practice")
    life.write(goer, WORDS[2])
    life.town.wait(minutes=12)


def _comments(life: Life, goer: str, review: Review) -> None:
    answer = life.town.call(lambda work: work.answers.get(life.workspace, review.answer))
    assert answer is not None
    rubric = life.town.coach.guides["mini"].rubric(answer.question)
    given = {criterion.key: "2" for criterion in rubric.criteria}
    life.submit(goer, f"review:{review.id}", **given, comment=WORDS[1])


def _answers(life: Life, who: str) -> list[Answer]:
    cohort = life.cohort.id
    return list(life.town.call(lambda work: work.answers.of(cohort, author=UserId(who))))


def _known(life: Life, without: str, hidden: set[str]) -> tuple[Fit, dict[str, str]]:
    """Return what all ratings say, and what everybody else is shown of their own and the board."""
    cohort, town = life.cohort, life.town

    def fit(work: Work) -> Fit:
        coach = town.coach
        desk = Desk(work, town.now, coach.guides, coach.new_id, coach.rng, coach.zone)
        return scores.fit(desk, cohort)

    shown = {}
    for who in life.people:
        if who != without:
            shown[f"{who}'s progress"] = _rounded(repr(life.command(who, "progress")))
            own, board = life.command(who, "leaderboard").messages
            shown[f"{who}'s week"] = repr(own)
            shown[f"what {who} sees"] = str(_points(board, hidden))
    return town.call(fit), shown


def _rounded(said: str) -> str:
    """Return a text whose numbers have no more digits than an order of adding changes."""
    return re.sub(r"(\d\.\d{9})\d+", r"\1", said)


def _points(board: Message, hidden: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the rows of a leaderboard by name; who leaves makes places, not points, change."""
    rows = [row for block in board.blocks if isinstance(block, Table) for row in block.rows]
    return {row[1]: row[2:] for row in rows if row[1] not in hidden}


def _wait_for_others(life: Life, goer: str) -> None:
    """Let a result with their comment, and a board with their pen name, still wait to be sent."""
    comment, board = words(blocks=(Quote(WORDS[1]),)), words(f"{life.pen_name(goer)} leads")
    cohort, now = life.cohort.id, life.town.now
    bo = UserId(life.people[0])
    late = Outgoing(
        PostKey("late"), life.workspace, InChannel(life.channel), Post(board),
        now + timedelta(days=9),
    )  # fmt: skip
    waits = Deferred("waits", life.workspace, bo, cohort, comment, now, "result:of-bo")
    life.town.call(lambda work: (work.digests.defer(waits), work.outbox.put(late)))


def _traces(life: Life, goer: str) -> list[str]:
    """Return all that tells of somebody: id, names, zone, and every word they ever wrote."""
    cohort = life.cohort.id
    given = life.town.call(lambda work: work.reviews.by(cohort, UserId(goer)))
    wrote = [part.text for answer in _answers(life, goer) for part in answer.heard]
    wrote += [r.sheet.comment for r in given if r.sheet is not None and r.sheet.comment]
    assert set(WORDS[:2]) <= set(wrote)
    return [goer, *life.names[goer].split(), life.pen_name(goer), "Kiritimati", "Marzipan", *wrote]


@dataclass(frozen=True)
class Forgotten:
    """A cohort before and after somebody was forgotten."""

    life: Life
    goer: str
    before: tuple[Fit, dict[str, str]]
    after: tuple[Fit, dict[str, str]]
    answers: frozenset[str]
    """Everybody else's."""
    held: set[str]
    left: list[str]
    """Which traces there were before, and are left."""
    said: int
    """How many posts and edits had been sent until then."""


def _forgotten(store: AnyStore, stored: Callable[[], str]) -> Forgotten:
    life, goer = _lived(store)
    _wait_for_others(life, goer)
    traces, called = _traces(life, goer), {life.pen_name(goer)}
    before = _known(life, goer, called)
    cohort, said = life.cohort.id, len(life.overheard.outgoing)
    others = life.town.call(lambda work: work.answers.of(cohort))
    held = {trace for trace in traces if trace in stored()}
    life.command(goer, "forgetme yes")
    after = _known(life, goer, called)
    left = [trace for trace in traces if trace in stored()]
    answers = frozenset(answer.id for answer in others if answer.author != goer)
    return Forgotten(life, goer, before, after, answers, held, left, said)


def _rows(url: str) -> str:
    """Return every row of every table, as text."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [
            repr(tuple(row))
            for table in inspect(engine).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        ]
    engine.dispose()
    return "\n".join(found)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("memory", marks=pytest.mark.long)])
def forgotten(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Forgotten]:
    if request.param == "memory":
        fake = MemoryStore()
        # Its outbox keeps what was sent, to be looked at; a database does not.
        yield _forgotten(fake, lambda: repr(replace(fake.tables, outbox=Rows())))
        return
    url = f"sqlite:///{tmp_path_factory.mktemp('forgetting') / 'life.db'}"
    with open_store(url, durable=False, threaded=False) as store:
        yield _forgotten(store, lambda: _rows(url))


def test_what_all_ratings_say_of_everybody_elses_answers_is_the_same(forgotten: Forgotten) -> None:
    (before, _), (after, _) = forgotten.before, forgotten.after

    rated = before.scores.keys() & forgotten.answers
    assert len(rated) > 10
    assert before.kind == after.kind == "model"
    for answer in rated:
        one, other = before.scores[answer], after.scores[answer]
        assert (other.mean, other.sd, other.n) == pytest.approx((one.mean, one.sd, one.n))


def test_everybody_else_is_the_same_reviewer_as_before(forgotten: Forgotten) -> None:
    (before, _), (after, _) = forgotten.before, forgotten.after

    for who in before.reviewers.keys() - {forgotten.goer}:
        one, other = before.reviewers[who], after.reviewers[who]
        assert astuple(other) == pytest.approx(astuple(one))


def test_everybody_else_is_shown_the_same_points_and_progress(forgotten: Forgotten) -> None:
    (_, before), (_, after) = forgotten.before, forgotten.after

    assert [one for one, shown in before.items() if after[one] != shown] == []


def test_no_result_and_no_leaderboard_that_was_told_is_changed(forgotten: Forgotten) -> None:
    forgotten.life.town.wait(hours=2)
    later = forgotten.life.overheard.outgoing[forgotten.said :]

    changed = [one.act.message for one in later if isinstance(one.act, Edit)]

    assert {message.topic for message in changed} <= {"notice", "question"}


def test_every_table_held_traces_of_somebody_and_none_does_any_more(forgotten: Forgotten) -> None:
    assert forgotten.held > {forgotten.goer, "Kiritimati", "Marzipan"}
    assert len(forgotten.held) > 10
    assert forgotten.left == []


def test_a_review_of_what_is_gone_can_be_neither_changed_nor_opened(forgotten: Forgotten) -> None:
    life, cohort = forgotten.life, forgotten.life.cohort.id
    rated = life.town.call(lambda work: work.reviews.rated_in(cohort))
    stored = {answer.id for answer in life.town.call(lambda work: work.answers.of(cohort))}
    gone = [review for review in rated if review.answer not in stored]

    assert gone
    for review in gone:
        life.tap(review.reviewer, review.post, "1️⃣")
        for action in ("review", "why", "return"):
            reply = life.press(review.reviewer, f"{action}:{review.id}")
            assert reply.form is None
    life.town.reread()
    assert life.town.call(lambda work: work.reviews.rated_in(cohort)) == rated


def test_a_review_stays_in_the_week_in_which_its_result_was_told() -> None:
    club = a_club("ana bo zed")
    club.town.until(on(11, "09:05"))
    club.answered("zed")
    club.town.until(on(11, "12:00"))
    club.rate("zed", "ana", "4️⃣")
    # The leaderboard of the week is posted in between.
    club.town.until(on(12, "08:30"))
    club.rate("zed", "bo", "4️⃣")
    club.town.until(on(14, "12:00"))
    before = {who: repr(club.command(who, "leaderboard").messages[0]) for who in ("ana", "bo")}

    club.command("zed", "forgetme yes")

    after = {who: repr(club.command(who, "leaderboard").messages[0]) for who in ("ana", "bo")}
    assert "1 review" in before["ana"]
    assert after == before
