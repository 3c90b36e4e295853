"""The inbox, the ledger and the agenda."""

from __future__ import annotations

import asyncio
from datetime import date

from bot.ids import CohortId, DeliveryKey
from bot.ports.storage import Due
from bot.ports.work import Work
from tests.contract.conftest import AnyStore
from tests.factories import COHORT, ELSEWHERE, NOW, TODAY, WORKSPACE, after

KEY = DeliveryKey("said:prep:m1")


def _due(subject: str, **given: float) -> Due:
    return Due(WORKSPACE, "answer", subject, after(**given))


def test_a_delivery_key_is_new_once(store: AnyStore) -> None:
    firsts = [store.call(lambda work: work.inbox.first(WORKSPACE, KEY, NOW)) for _ in range(3)]

    assert firsts == [True, False, False]


def test_the_same_key_in_another_workspace_is_another_key(store: AnyStore) -> None:
    store.call(lambda work: work.inbox.first(WORKSPACE, KEY, NOW))

    assert store.call(lambda work: work.inbox.first(ELSEWHERE, KEY, NOW))


async def test_of_many_arrivals_at_the_same_time_one_is_the_first(store: AnyStore) -> None:
    firsts = await asyncio.gather(
        *(store.run(lambda work: work.inbox.first(WORKSPACE, KEY, NOW)) for _ in range(11))
    )

    assert firsts.count(True) == 1


def test_keys_remembered_before_an_instant_are_forgotten(store: AnyStore) -> None:
    keys = {DeliveryKey(f"{number}"): after(hours=number) for number in range(4)}
    store.call(lambda work: [work.inbox.first(WORKSPACE, key, at) for key, at in keys.items()])

    assert store.call(lambda work: work.inbox.forget(after(hours=2))) == 2
    assert store.call(lambda work: work.inbox.first(WORKSPACE, DeliveryKey("1"), NOW))
    assert not store.call(lambda work: work.inbox.first(WORKSPACE, DeliveryKey("2"), NOW))


def test_an_occurrence_is_entered_once(store: AnyStore) -> None:
    def enter(outcome: str) -> bool:
        return store.call(lambda work: work.ledger.enter(COHORT, "question", TODAY, outcome, NOW))

    assert [enter("missed"), enter("posted")] == [True, False]
    assert store.call(lambda work: work.ledger.of(COHORT)) == (("question", TODAY, "missed"),)


async def test_of_many_entering_an_occurrence_at_the_same_time_one_succeeds(
    store: AnyStore,
) -> None:
    entered = await asyncio.gather(
        *(
            store.run(lambda work: work.ledger.enter(COHORT, "focus", TODAY, "posted", NOW))
            for _ in range(11)
        )
    )

    assert entered.count(True) == 1


def test_other_kinds_days_and_cohorts_are_other_occurrences(store: AnyStore) -> None:
    tomorrow = date(2026, 12, 8)
    entries = [
        (COHORT, "question", TODAY, NOW),
        (COHORT, "focus", TODAY, after(hours=-1)),
        (COHORT, "question", tomorrow, after(days=1)),
        (CohortId("cohort-2"), "question", TODAY, NOW),
    ]
    entered = store.call(
        lambda work: [
            work.ledger.enter(cohort, kind, day, "posted", now)
            for cohort, kind, day, now in entries
        ]
    )

    assert all(entered)
    assert store.call(lambda work: work.ledger.of(COHORT)) == (
        ("focus", TODAY, "posted"),
        ("question", TODAY, "posted"),
        ("question", tomorrow, "posted"),
    )


def test_the_last_of_a_kind_is_the_last_one_posted_or_late(store: AnyStore) -> None:
    outcomes = {7: "posted", 8: "late", 9: "missed"}
    store.call(
        lambda work: [
            work.ledger.enter(COHORT, "focus", date(2026, 12, day), outcome, after(days=day))
            for day, outcome in outcomes.items()
        ]
    )

    assert store.call(lambda work: work.ledger.last(COHORT, "focus")) == after(days=8)
    assert store.call(lambda work: work.ledger.last(COHORT, "question")) is None


def test_what_is_due_comes_earliest_first_and_not_before_its_time(store: AnyStore) -> None:
    dues = [_due("c", hours=2), _due("a", hours=1), _due("b", hours=3)]
    store.call(lambda work: [work.agenda.set(due) for due in dues])

    assert store.call(lambda work: work.agenda.due(NOW, 10)) == ()
    assert store.call(lambda work: work.agenda.due(after(hours=2), 10)) == (dues[1], dues[0])
    assert store.call(lambda work: work.agenda.due(after(hours=9), 1)) == (dues[1],)
    assert store.call(lambda work: work.agenda.next_at()) == after(hours=1)


def test_a_subject_is_on_the_agenda_once(store: AnyStore) -> None:
    store.call(lambda work: (work.agenda.set(_due("a")), work.agenda.set(_due("a", hours=1))))

    assert store.call(lambda work: work.agenda.due(after(days=1), 10)) == (_due("a", hours=1),)


def test_a_subject_taken_off_is_not_due_and_the_same_of_another_kind_is(store: AnyStore) -> None:
    other_kind = Due(WORKSPACE, "practice", "a", NOW)
    elsewhere = Due(ELSEWHERE, "answer", "a", after(hours=1))
    store.call(lambda work: [work.agenda.set(due) for due in (_due("a"), other_kind, elsewhere)])

    store.call(lambda work: work.agenda.clear(WORKSPACE, "answer", "a"))
    store.call(lambda work: work.agenda.clear(WORKSPACE, "answer", "never there"))

    assert store.call(lambda work: work.agenda.due(after(days=1), 10)) == (other_kind, elsewhere)


def test_what_is_on_the_agenda_is_not_put_off_by_adding_it_again(store: AnyStore) -> None:
    def add(work: Work) -> None:
        work.agenda.add(_due("a"))
        work.agenda.add(_due("a", hours=1))

    store.call(add)
    store.call(lambda work: work.agenda.add(_due("a", hours=2)))

    assert store.call(lambda work: work.agenda.due(after(days=1), 10)) == (_due("a"),)


def test_what_was_taken_off_the_agenda_can_be_added_again(store: AnyStore) -> None:
    def change(work: Work) -> None:
        work.agenda.add(_due("a"))
        work.agenda.clear(WORKSPACE, "answer", "a")
        work.agenda.add(_due("a", hours=1))

    store.call(change)

    assert store.call(lambda work: work.agenda.due(after(days=1), 10)) == (_due("a", hours=1),)


def test_an_empty_agenda_has_no_next_time(store: AnyStore) -> None:
    assert store.call(lambda work: work.agenda.next_at()) is None
