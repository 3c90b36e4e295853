"""How model answers were rated, what waits for a digest, and what was told on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.calibration import Calibration
from bot.domain.digests import Deferred
from bot.ids import CohortId, MessageId, PostKey, UserId
from bot.messages import Direct, InChannel
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Receipt
from bot.ports.work import Work
from tests.contract.conftest import AnyStore
from tests.factories import (
    ANA,
    BO,
    CHANNEL,
    COHORT,
    CY,
    ELSEWHERE,
    NOW,
    WORKSPACE,
    a_member,
    a_post,
    after,
    words,
)

RATED = Calibration(COHORT, WORKSPACE, ANA, "technical/strong", {"depth": 4, "clarity": 2}, NOW)
WAITING = Deferred("d1", WORKSPACE, ANA, COHORT, words("Your line: “ü” 🙂"), NOW, "line:w1")


def test_a_calibration_comes_back_and_a_newer_one_takes_its_place(store: AnyStore) -> None:
    better = replace(RATED, scores={"depth": 5, "clarity": 3}, at=after(hours=1))
    store.call(lambda work: work.calibrations.save(RATED))
    store.call(lambda work: work.calibrations.save(better))

    assert store.call(lambda work: work.calibrations.of(COHORT)) == (better,)


def test_calibrations_are_of_one_cohort_and_one_member(store: AnyStore) -> None:
    of_bo = replace(RATED, user=BO, at=after(hours=-1))
    elsewhere = replace(RATED, cohort=CohortId("other"))
    store.call(lambda w: [w.calibrations.save(each) for each in (RATED, of_bo, elsewhere)])

    assert store.call(lambda work: work.calibrations.of(COHORT)) == (of_bo, RATED)
    assert store.call(lambda work: work.calibrations.of(COHORT, ANA)) == (RATED,)


def test_what_waits_for_a_digest_comes_oldest_first_and_only_once(store: AnyStore) -> None:
    later = replace(WAITING, id="d0", at=after(hours=1))
    store.call(lambda w: [w.digests.defer(each) for each in (later, WAITING, WAITING)])

    assert store.call(lambda work: work.digests.of(WORKSPACE, ANA)) == (WAITING, later)
    assert store.call(lambda work: work.digests.of(ELSEWHERE, ANA)) == ()
    assert store.call(lambda work: work.digests.of(WORKSPACE, BO)) == ()


def test_a_digest_is_cleared_for_one_person(store: AnyStore) -> None:
    of_bo = replace(WAITING, id="d2", user=BO)
    store.call(lambda w: [w.digests.defer(each) for each in (WAITING, of_bo)])

    store.call(lambda work: work.digests.clear(WORKSPACE, ANA))

    assert store.call(lambda work: work.digests.of(WORKSPACE, ANA)) == ()
    assert store.call(lambda work: work.digests.of(WORKSPACE, BO)) == (of_bo,)


def test_whoever_is_forgotten_leaves_calibrations_without_a_name_and_no_word_in_a_digest(
    store: AnyStore,
) -> None:
    of_bo = replace(WAITING, id="d2", user=BO, message=words("Ana reviewed you."))
    store.call(lambda w: [w.digests.defer(each) for each in (WAITING, of_bo)])
    store.call(lambda w: (w.members.save(a_member()), w.calibrations.save(RATED)))

    store.call(lambda work: work.erasure.forget(WORKSPACE, ANA, UserId("forgotten")))

    # What they gave stays, for others are scored by it; nobody knows whose it was.
    (given,) = store.call(lambda work: work.calibrations.of(COHORT))
    assert given == replace(RATED, user=UserId("forgotten"))
    assert store.call(lambda work: work.digests.of(WORKSPACE, ANA)) == ()
    (left,) = store.call(lambda work: work.digests.of(WORKSPACE, BO))
    assert "Ana" not in repr(left)


def test_what_somebody_was_told_on_a_day_is_counted(store: AnyStore) -> None:
    posts = (
        a_post("early", place=Direct(ANA), at=after(hours=-20), cohort=COHORT),
        a_post("one", place=Direct(ANA), cohort=COHORT),
        a_post("two", place=Direct(ANA), at=after(hours=1), cohort=COHORT),
        a_post("asked for", place=Direct(ANA)),
        a_post("to another", place=Direct(CY), cohort=COHORT),
        a_post("to all", place=InChannel(CHANNEL), cohort=COHORT),
        a_post("taken back", place=Direct(ANA), cohort=COHORT),
    )
    store.call(lambda work: [work.outbox.put(each) for each in posts])
    store.call(lambda work: work.outbox.retract(PostKey("taken back")))

    assert store.call(lambda work: work.outbox.told(WORKSPACE, ANA, NOW)) == 2
    assert store.call(lambda work: work.outbox.told(ELSEWHERE, ANA, NOW)) == 0


def test_what_arrived_last_in_private_is_told_newest_first_by_its_subject(store: AnyStore) -> None:
    posts = (
        a_post("one", place=Direct(ANA), subject="review:r1", cohort=COHORT),
        a_post("two", place=Direct(ANA), subject="rate:p1"),
        a_post("three", place=Direct(ANA), subject="digest:", cohort=COHORT),
        a_post("to another", place=Direct(CY), subject="review:r2"),
        a_post("still waiting", place=Direct(ANA), subject="line:", at=after(hours=9)),
    )
    store.call(lambda work: [work.outbox.put(each) for each in posts])
    for minute in range(5):
        arrive(store, after(minutes=minute))

    told = store.call(lambda work: work.outbox.lately(WORKSPACE, ANA, 2))

    assert told == ((after(minutes=2), "digest:"), (after(minutes=1), "rate:p1"))
    assert store.call(lambda work: work.outbox.lately(ELSEWHERE, ANA, 2)) == ()


def arrive(store: AnyStore, now: datetime) -> None:
    """Let what can be sent now arrive."""
    for claimed in store.call(lambda work: work.relay.claim(now, timedelta(minutes=1), 9)):
        receipt = Receipt(CHANNEL, MessageId(claimed.outgoing.key))
        store.call(partial(_sent, claimed, receipt, now))


def _sent(claimed: Claimed, receipt: Receipt, now: datetime, work: Work) -> bool:
    return work.relay.sent(claimed, receipt, now)
