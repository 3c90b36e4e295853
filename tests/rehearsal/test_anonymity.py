"""Nobody is told who reviewed their answer, whose answer they review, or whose pen name it is.

Looked for in every payload of a cohort's life: what couriers are given to post, to edit and to
know a post by, and what is answered at once, with its forms.  What is *not* hidden is that an
answer stands in its question's thread, under the name of whoever wrote it there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.database.connect import open_store
from adapters.pictures.lettering import BundledLetters
from app.cast import ORGANISER, cast
from bot.domain.pennames import pennames
from bot.domain.standings import Own, Week, rank
from bot.ids import UserId
from bot.messages import Direct, Form, Message, Table
from bot.pictures import Leaderboard
from bot.ports.outgoing import Mark
from bot.voice import pictures
from tests.rehearsal.lives import Life, lived
from tests.rehearsal.records import MINI, rehearse
from tests.services.clubs import OLGA


@dataclass(frozen=True)
class Payload:
    """Something somebody was given to see; `to` is `None` where everybody sees it."""

    to: UserId | None
    what: Message | Form | object
    text: str
    subject: str = ""

    @property
    def topic(self) -> str:
        return self.what.topic if isinstance(self.what, Message) else ""


@dataclass(frozen=True)
class Overheard:
    """A life, and everything that was said in it."""

    life: Life
    payloads: tuple[Payload, ...]

    def boards(self) -> list[Payload]:
        return [each for each in self.payloads if each.topic == "leaderboard"]


def _overheard(folder: Path, count: int, silent: int, days: int, how: str = "") -> Overheard:
    with open_store(f"sqlite:///{folder / 'life.db'}", durable=False, threaded=False) as store:
        life = lived(count, silent, how, store, days)
    return Overheard(life, tuple(_payloads(life)))


def _payloads(life: Life) -> Iterator[Payload]:
    for one in life.overheard.outgoing:
        to = one.place.user if isinstance(one.place, Direct) else None
        act = one.act
        # Its key and its subject, too: Slack shows keys to whoever asks for metadata.
        yield Payload(to, act if isinstance(act, Mark) else act.message, repr(one), one.subject)
    for shown in life.overheard.shown:
        for message in shown.reply.messages:
            yield Payload(shown.who, message, repr(message))
        rest = shown.reply.form, shown.reply.errors
        yield Payload(shown.who, rest[0], repr(rest))


class Traces:
    """Finds who is told of in a text: by id, by name, and by either word of the name."""

    def __init__(self, life: Life) -> None:
        self._of: dict[str, str] = {}
        for who in (*life.people, OLGA):
            name = life.names[who]
            self._of |= dict.fromkeys((who, name, *name.split()), who)
        longest_first = sorted(self._of, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        self._of |= {trace.casefold(): who for trace, who in self._of.items()}

    def others(self, payload: Payload) -> set[str]:
        """Return who is told of besides the reader."""
        found = {self._of[trace.casefold()] for trace in self._any.findall(payload.text)}
        return found - {payload.to}


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Overheard:
    """Six members of whom one never reviews and two are anonymous, for a week and a day."""
    return _overheard(tmp_path_factory.mktemp("six"), 6, 1, days=6)


@pytest.fixture(
    scope="module",
    params=[
        "six",
        pytest.param((5, 2), marks=pytest.mark.long),
        pytest.param((12, 4), marks=pytest.mark.long),
    ],
)
def heard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Overheard:
    if request.param == "six":
        found: Overheard = request.getfixturevalue("six")
        return found
    count, silent = request.param
    return _overheard(tmp_path_factory.mktemp("life"), count, silent, days=10)


def test_nobody_is_told_of_anybody_else_but_on_the_leaderboard(heard: Overheard) -> None:
    traces = Traces(heard.life)
    rest = [each for each in heard.payloads if each.topic != "leaderboard"]

    leaks = [(each, found) for each in rest if (found := traces.others(each))]

    # The organiser who names a mentor is told whom they named.
    assert [each for each in leaks if not _is_naming_a_mentor(each[0])] == []
    assert len(rest) > 500


def _is_naming_a_mentor(payload: Payload) -> bool:
    mentor = isinstance(payload.what, Message) and "mentor" in payload.what.summary
    return payload.to == OLGA and mentor


def test_a_life_holds_everything_that_could_tell(heard: Overheard) -> None:
    kinds = Counter(each.subject.partition(":")[0] for each in heard.payloads)
    shown = [each.what for each in heard.payloads if isinstance(each.what, Form)]
    forms = {form.action.partition(":")[0] for form in shown}
    notes = " ".join(m.what.summary for m in heard.payloads if isinstance(m.what, Message))

    assert kinds.keys() >= {"review", "result", "prompt", "organiser", "mentor", "line"}
    assert forms >= {"review", "return", "answer", "again", "model"}
    for words in ("Why you were asked", "pass it on", "second take", "Your data", "How near"):
        assert words in notes


def test_leaderboards_name_those_who_are_on_it_by_name_and_nobody_by_id(heard: Overheard) -> None:
    named = {heard.life.names[who] for who in set(heard.life.people) - heard.life.veiled}
    veiled = Traces(heard.life)
    boards = heard.boards()

    for board in boards:
        assert not any(who in board.text.replace(str(board.to), "") for who in heard.life.people)
        assert not veiled.others(board) & heard.life.veiled
    assert any(name in boards[-1].text for name in named)


def test_pictures_of_leaderboards_and_their_words_name_nobody_anonymous(heard: Overheard) -> None:
    letters = BundledLetters()
    names = [heard.life.names[who] for who in heard.life.veiled]
    drawn = [
        pictures.draw(each.what.picture, letters)
        for each in heard.boards()[-3:]
        if isinstance(each.what, Message) and isinstance(each.what.picture, Leaderboard)
    ]

    assert drawn
    for word in (*" ".join(names).split(), *heard.life.veiled):
        assert not any(word in each.svg or word in each.alt for each in drawn)


def _pen_names(heard: Overheard) -> dict[str, str]:
    """Return the pen names as those who bear them were told, by member."""
    told = [
        (each.to, re.search(r"you are (\w+ \w+) from now on", each.what.summary))
        for each in heard.payloads
        if isinstance(each.what, Message)
    ]
    return {str(who): found[1] for who, found in told if found}


def test_a_pen_name_stands_on_leaderboards_alone_and_never_beside_what_could_be_counted(
    heard: Overheard,
) -> None:
    names = _pen_names(heard)

    for who, name in names.items():
        elsewhere = [e for e in heard.payloads if name in e.text and e.topic != "leaderboard"]
        assert {each.to for each in elsewhere} == {who}
    rows = [row for board in heard.boards() for row in _rows(board) if row[1] in names.values()]
    assert len(rows) > 10
    assert {row[3:] for row in rows} == {("–",) * 4}


def test_who_has_equal_points_is_listed_by_the_name_that_is_shown() -> None:
    shown = ["Wise Owl", "Calm Bison", "Mild Crane", "Able Newt"]
    weeks = [
        Week(UserId(f"U{number}"), name, own=(Own(4.0),), hidden=True)
        for number, name in enumerate(shown)
    ]

    assert [standing.week.name for standing in rank(weeks)] == sorted(shown)


def _rows(board: Payload) -> list[tuple[str, ...]]:
    assert isinstance(board.what, Message)
    return [row for block in board.what.blocks if isinstance(block, Table) for row in block.rows]


def test_who_knows_everybodys_id_and_second_of_joining_cannot_work_a_pen_name_out(
    tmp_path: Path,
) -> None:
    with open_store(f"sqlite:///{tmp_path / 'life.db'}", durable=False, threaded=False) as store:
        life = lived(12, store=store, days=0)
        cohort = life.cohort
        members = store.call(lambda work: work.members.of(cohort.id))
    rounded = [replace(m, joined_at=m.joined_at.replace(microsecond=0)) for m in members]

    guessed, real = pennames(cohort, rounded), pennames(cohort, members)

    assert [who for who, name in real.items() if guessed[who] == name] == []


@pytest.mark.parametrize("size", [5, pytest.param(12, marks=pytest.mark.long)])
def test_authors_are_named_to_reviewers_only_where_the_cohort_shows_them(
    size: int, tmp_path: Path
) -> None:
    heard = _overheard(tmp_path, size, 0, days=1, how="authors=shown")
    traces = Traces(heard.life)

    told = {each.subject for each in heard.payloads if each.to and traces.others(each)}

    requests = {each for each in told if each.startswith("review:")}
    assert len(requests) > 3
    # Edits of these requests, the reviewers' forms, and nothing else: no result, no reminder.
    assert {each.partition(":")[0] for each in told} <= {"review", ""}


@pytest.mark.long
@pytest.mark.parametrize("members", [5, 12])
def test_in_a_rehearsal_nobody_is_told_of_anybody_else_in_private(members: int) -> None:
    names = {person.name for person in cast(members, 0.3, 1)} | {ORGANISER}
    record = rehearse(MINI, members=members)
    private = [line for line in record.lines if line["to"].startswith("dm:")]

    leaks = [
        line
        for line in private
        if line["kind"] not in ("answer", "review") and line["text"][:1] not in "+-["
        for name in names - {line["to"].removeprefix("dm:")}
        if re.search(rf"\b{name.capitalize()}\b", line["text"])
    ]

    assert leaks == []
    assert len(private) > 200
