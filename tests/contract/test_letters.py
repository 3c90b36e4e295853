"""The outbox as seen by whoever looks after it: what waits, what arrived, and dead letters."""

from __future__ import annotations

from datetime import timedelta

from bot.ids import CohortId, PostKey
from bot.messages import Direct
from bot.ports.letters import Depth, Record
from bot.ports.outgoing import Mark, Receipt
from tests.contract.conftest import AnyStore
from tests.contract.test_outbox import RECEIPT, claim, claim_one, put, send
from tests.factories import ANA, BO, CHANNEL, COHORT, NOW, a_post, after

LATE = timedelta(minutes=15)


def _die(store: AnyStore, key: str, error: str = "gone", **given: float) -> None:
    claimed = next(each for each in claim(store, 10, **given) if each.outgoing.key == key)
    assert store.call(lambda work: work.relay.dead(claimed, error, after(**given)))


def _depth(store: AnyStore, **given: float) -> Depth:
    return store.call(lambda work: work.letters.depth(after(**given)))


def _record(store: AnyStore, **given: float) -> Record:
    since, until = NOW - timedelta(seconds=1), after(**(given or {"hours": 24}))
    return store.call(lambda work: work.letters.record(COHORT, since, until, LATE))


def _retry(store: AnyStore, key: str, **given: float) -> bool:
    return store.call(lambda work: work.letters.retry(PostKey(key), after(**given)))


def test_nothing_waits_in_an_empty_outbox(store: AnyStore) -> None:
    assert _depth(store) == Depth({})


def test_the_depth_counts_what_waits_and_what_is_dead_but_not_what_was_sent(
    store: AnyStore,
) -> None:
    put(store, a_post("sent"), a_post("dead", place=Direct(ANA)), a_post("ready"))
    first, _ = claim(store)
    send(store, first)
    _die(store, "dead", minutes=2)

    assert _depth(store, minutes=3) == Depth({"leased": 1, "dead": 1}, oldest=NOW)


def test_what_is_wanted_later_or_asleep_is_not_old(store: AnyStore) -> None:
    night = (after(hours=1), after(hours=10))
    put(store, a_post("later", at=after(hours=2)), a_post("asleep", place=Direct(ANA), night=night))

    assert _depth(store, minutes=59).oldest == NOW
    assert _depth(store, minutes=61).oldest is None
    assert _depth(store, hours=3).oldest == after(hours=2)
    assert _depth(store, hours=11) == Depth({"ready": 2}, oldest=after(hours=2))


def test_a_record_tells_what_became_of_a_cohorts_posts(store: AnyStore) -> None:
    mine = CohortId(COHORT)
    put(
        store,
        a_post("sent", cohort=mine),
        a_post("dead", cohort=mine, place=Direct(ANA)),
        a_post("waiting", cohort=mine, place=Direct(BO)),
        a_post("somebody else's", cohort=CohortId("other")),
        a_post("tomorrow's", cohort=mine, at=after(hours=25)),
    )
    send(store, claim(store)[0])
    _die(store, "dead", minutes=2)

    assert _record(store) == Record(sent=1, dead=1, waiting=1)
    assert _record(store).all == 3
    until, apart = after(hours=1), {ANA}
    alone = store.call(lambda work: work.letters.record(mine, NOW, until, LATE, apart))
    assert alone == Record()
    since = NOW - LATE
    alone = store.call(lambda work: work.letters.record(mine, since, until, LATE, apart))
    assert alone == Record(sent=1, waiting=1)


def test_a_record_knows_what_came_late_and_what_stands_in_a_thread_instead(
    store: AnyStore,
) -> None:
    mine = CohortId(COHORT)
    put(store, a_post("late", cohort=mine), a_post("elsewhere", cohort=mine, place=Direct(ANA)))
    late, elsewhere = claim(store)
    there = Receipt(CHANNEL, RECEIPT.message, elsewhere=True)
    store.call(lambda work: work.relay.sent(elsewhere, there, after(minutes=15)))
    store.call(lambda work: work.relay.sent(late, RECEIPT, after(minutes=15, seconds=1)))

    assert _record(store) == Record(sent=2, late=1, elsewhere=1)


def test_a_night_that_a_post_waited_through_does_not_make_it_late(store: AnyStore) -> None:
    mine, night = CohortId(COHORT), (after(hours=1), after(hours=10))
    put(store, a_post(cohort=mine, place=Direct(ANA), night=night))
    assert claim(store, hours=2) == ()
    claimed = claim_one(store, hours=10)
    store.call(lambda work: work.relay.sent(claimed, RECEIPT, after(hours=10, minutes=1)))

    assert _record(store) == Record(sent=1)


def test_reactions_are_no_posts(store: AnyStore) -> None:
    put(store, a_post(cohort=CohortId(COHORT), act=Mark(CHANNEL, RECEIPT.message, "✅")))

    assert _record(store) == Record()


def test_a_dead_letter_says_what_it_was_and_why_and_how_many_passed_it(store: AnyStore) -> None:
    put(store, a_post("dead"), a_post("next"), a_post("third"))
    _die(store, "dead", "is_archived")
    send(store, claim_one(store))

    (letter,) = store.call(lambda work: work.letters.dead(10))

    assert letter.outgoing == a_post("dead")
    assert (letter.error, letter.died_at, letter.attempts, letter.passed) == (
        "is_archived", NOW, 1, 1,
    )  # fmt: skip
    assert store.call(lambda work: work.letters.get(PostKey("dead"))) == letter
    assert store.call(lambda work: work.letters.get(PostKey("next"))) is None


def test_dead_letters_come_newest_first_and_no_more_than_wanted(store: AnyStore) -> None:
    put(store, *(a_post(f"{number}") for number in range(3)))
    for number in range(3):
        _die(store, f"{number}", minutes=number)

    letters = store.call(lambda work: work.letters.dead(2))

    assert [letter.outgoing.key for letter in letters] == ["2", "1"]


def test_a_letter_sent_after_all_goes_before_what_its_lane_has_not_sent(store: AnyStore) -> None:
    put(store, a_post("dead"), a_post("next"))
    _die(store, "dead")

    assert _retry(store, "dead", minutes=5)

    claimed = claim_one(store, minutes=5)
    assert claimed.outgoing == a_post("dead")
    assert claimed.attempts == 1
    assert send(store, claimed)
    assert claim_one(store, minutes=5).outgoing.key == "next"
    assert store.call(lambda work: work.letters.dead(10)) == ()


def test_a_letter_that_was_tried_is_looked_for_before_it_is_sent(store: AnyStore) -> None:
    put(store, a_post("dead"))
    _die(store, "dead", minutes=1)

    _retry(store, "dead", minutes=5)

    claimed = claim_one(store, minutes=5)
    assert (claimed.unsure, claimed.since) == (True, after(minutes=1))


def test_only_dead_letters_are_retried_or_dropped(store: AnyStore) -> None:
    put(store, a_post("ready"))

    assert not _retry(store, "ready")
    assert not _retry(store, "no such thing")
    assert not store.call(lambda work: work.letters.drop(PostKey("ready")))
    assert store.call(lambda work: work.relay.counts()) == {"ready": 1}


def test_what_is_dropped_is_no_letter_any_more_and_its_key_is_never_used_again(
    store: AnyStore,
) -> None:
    put(store, a_post("dead"))
    _die(store, "dead")

    assert store.call(lambda work: work.letters.drop(PostKey("dead")))

    assert store.call(lambda work: work.letters.dead(10)) == ()
    assert not _retry(store, "dead")
    put(store, a_post("dead"))
    assert claim(store, minutes=9) == ()
    assert _depth(store).states == {}
