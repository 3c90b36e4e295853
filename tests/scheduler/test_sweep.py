"""The sweep: what is due is decided once, in order, and nobody waits for one that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from bot.ports.storage import Due
from bot.ports.work import Work
from scheduler.sweep import PUT_OFF, sweep
from tests.scheduler.fakes import AWAY, HOME, WORDS, Watch
from tests.scheduler.memory import START, FailingStore

T = TypeVar("T")
MINUTE = timedelta(minutes=1)


def due(subject: str, minutes: int = 0) -> Due:
    return Due(HOME, "cohort", subject, START + minutes * MINUTE)


def planned(*entries: Due) -> FailingStore:
    store = FailingStore()
    store.plan(*entries)
    return store


class Engine:
    """Notes what it decides, and moves or clears the entry as it is told."""

    def __init__(self, **again: datetime) -> None:
        self.again = again
        self.decided: list[str] = []
        self.broken: set[str] = set()

    def decide(self, work: Work, entry: Due, _: datetime) -> None:
        self.decided.append(entry.subject)
        if entry.subject in self.broken:
            raise KeyError(WORDS)
        work.agenda.clear(entry.workspace, entry.kind, entry.subject)
        if entry.subject in self.again:
            work.agenda.set(replace(entry, at=self.again.pop(entry.subject)))


async def test_what_is_due_is_decided_earliest_first_and_what_is_not_is_left() -> None:
    store, engine = planned(due("b", -1), due("later", 1), due("a", -2), due("now")), Engine()

    count = await sweep(store, engine.decide, Watch())

    assert count == 3
    assert engine.decided == ["a", "b", "now"]
    assert store.agenda() == {"later": START + MINUTE}


async def test_an_empty_agenda_is_no_work() -> None:
    assert await sweep(planned(), Engine().decide, Watch()) == 0


async def test_what_becomes_due_by_a_decision_is_decided_in_the_same_sweep() -> None:
    store, engine = planned(due("a", -5)), Engine(a=START - MINUTE)

    assert await sweep(store, engine.decide, Watch()) == 2
    assert store.agenda() == {}


async def test_a_decision_that_moves_another_entry_is_respected() -> None:
    store, engine = planned(due("a", -2), due("b", -1)), Engine()

    def decide(work: Work, entry: Due, now: datetime) -> None:
        engine.decide(work, entry, now)
        work.agenda.set(due("b", 10))

    await sweep(store, decide, Watch())

    assert engine.decided == ["a"]


async def test_a_failing_subject_is_put_off_and_delays_nobody() -> None:
    store, engine = planned(due("a", -2), due("bad", -1), due("b")), Engine()
    engine.broken = {"bad"}

    count = await sweep(store, engine.decide, Watch())

    assert count == 2
    assert engine.decided == ["a", "bad", "b"]
    assert store.agenda() == {"bad": START + PUT_OFF}


async def test_a_subject_that_failed_is_tried_again_later() -> None:
    store, engine, clock = planned(due("bad")), Engine(), Watch()
    engine.broken = {"bad"}
    await sweep(store, engine.decide, clock)
    engine.broken = set()

    clock.pass_(PUT_OFF)

    assert await sweep(store, engine.decide, clock) == 1
    assert store.agenda() == {}


async def test_what_a_failing_decision_did_is_not_kept() -> None:
    store = planned(due("bad"))

    def decide(work: Work, _: Due, __: datetime) -> None:
        work.agenda.set(due("half done", 60))
        raise KeyError

    await sweep(store, decide, Watch())

    assert list(store.agenda()) == ["bad"]


async def test_a_failure_is_logged_once_by_ids_and_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, engine = planned(due("bad"), due("b")), Engine()
    engine.broken = {"bad"}

    with caplog.at_level(logging.INFO):
        await sweep(store, engine.decide, Watch())

    (record,) = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert record.__dict__["subject"] == "bad"
    assert "KeyError" in caplog.text
    assert WORDS not in caplog.text


async def test_an_entry_that_its_decision_left_due_is_put_off_instead_of_decided_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, decided = planned(due("stuck", -1), due("b")), list[str]()

    def decide(work: Work, entry: Due, _: datetime) -> None:
        decided.append(entry.subject)
        if entry.subject == "b":
            work.agenda.clear(entry.workspace, entry.kind, entry.subject)

    await sweep(store, decide, Watch())

    assert decided == ["stuck", "b"]
    assert store.agenda() == {"stuck": START + PUT_OFF}
    assert "LeftDueError" in caplog.text


async def test_an_entry_moved_while_it_failed_stays_where_it_was_moved() -> None:
    store = planned(due("bad"))

    def decide(*_: object) -> None:
        # Another process moves the entry and commits; then this decision fails.
        store.plan(due("bad", 60))
        raise KeyError

    await sweep(store, decide, Watch())

    assert store.agenda() == {"bad": START + 60 * MINUTE}


async def test_subjects_of_the_same_name_in_two_workspaces_are_two() -> None:
    store, engine = planned(due("a"), replace(due("a"), workspace=AWAY)), Engine()

    assert await sweep(store, engine.decide, Watch()) == 2


async def test_a_database_that_is_away_is_not_taken_for_a_failing_subject() -> None:
    store, engine = planned(due("a")), Engine()
    store.failures.append(OSError("locked"))

    with pytest.raises(OSError, match="locked"):
        await sweep(store, engine.decide, Watch())

    assert store.agenda() == {"a": START}


class DiskFullError(Exception):
    """Stands for a commit that cannot be had."""


class FullStore(FailingStore):
    """Runs calls and keeps nothing of them."""

    async def run(self, call: Callable[[Work], T]) -> T:
        def undone(work: Work) -> T:
            call(work)
            raise DiskFullError

        return await super().run(undone)


async def test_an_entry_whose_commit_fails_stays_due() -> None:
    store, engine = FullStore(), Engine()
    store.plan(due("a"))

    with pytest.raises(DiskFullError):
        await sweep(store, engine.decide, Watch())

    assert engine.decided == ["a"]
    assert store.agenda() == {"a": START}
