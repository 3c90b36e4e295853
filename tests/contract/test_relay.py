"""The outbox as seen by whoever sends: leases, fences, trying again and holding back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.database.store import DatabaseStore
from bot.ids import MessageId, PostKey
from bot.messages import Direct
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Receipt
from tests.contract.conftest import AnyStore
from tests.contract.test_outbox import RECEIPT, claim, claim_one, put, send
from tests.factories import ANA, BO, CHANNEL, ELSEWHERE, NOW, a_post, after


def _keys(claimed: tuple[Claimed, ...]) -> list[str]:
    return [each.outgoing.key for each in claimed]


def _die(store: AnyStore, claimed: Claimed, error: str = "gone", **given: float) -> bool:
    return store.call(lambda work: work.relay.dead(claimed, error, after(**given)))


def _retry(store: AnyStore, claimed: Claimed, *, unsure: bool = False, **given: float) -> bool:
    return store.call(lambda work: work.relay.retry(claimed, after(**given), "oh", unsure=unsure))


def _hold(store: AnyStore, claimed: Claimed, *, workspace: bool = False, **given: float) -> bool:
    until = after(**given)
    return store.call(lambda work: work.relay.hold(claimed, until, workspace=workspace))


def _states(store: AnyStore) -> dict[str, int]:
    return store.call(lambda work: work.relay.counts())


def test_a_first_claim_is_sure_and_begins_now(store: AnyStore) -> None:
    put(store, a_post())

    (claimed,) = claim(store, seconds=5)

    assert claimed == Claimed(a_post(), token=1, attempts=1, unsure=False, since=after(seconds=5))


def test_a_leased_row_is_not_claimed_until_its_lease_is_over(store: AnyStore) -> None:
    put(store, a_post())
    claim(store)

    assert claim(store, seconds=59, microseconds=999_999) == ()
    assert len(claim(store, seconds=60)) == 1


def test_after_a_lease_nobody_knows_how_the_first_attempt_ended(store: AnyStore) -> None:
    put(store, a_post())
    claim(store)

    (second,) = claim(store, minutes=2)
    (third,) = claim(store, minutes=9)

    assert (second.unsure, second.since, second.attempts) == (True, NOW, 2)
    assert (third.unsure, third.since, third.attempts) == (True, NOW, 3)
    assert third.token > second.token


@pytest.mark.parametrize("how", ["sent", "retry", "hold", "dead"])
def test_settling_with_an_old_token_changes_nothing(store: AnyStore, how: str) -> None:
    put(store, a_post(), a_post("next"))
    (old,) = claim(store)
    (new,) = claim(store, minutes=2)
    settle = {
        "sent": lambda: send(store, old),
        "retry": lambda: _retry(store, old),
        "hold": lambda: _hold(store, old),
        "dead": lambda: _die(store, old),
    }

    assert not settle[how]()

    assert claim(store, minutes=2) == ()
    assert send(store, new)
    assert store.call(lambda work: work.outbox.receipt(PostKey("post-1"))) == RECEIPT


def test_a_lease_that_is_over_but_not_lost_can_still_settle(store: AnyStore) -> None:
    put(store, a_post())
    (claimed,) = claim(store)

    assert store.call(lambda work: work.relay.sent(claimed, RECEIPT, after(hours=1)))


def test_nothing_is_settled_twice(store: AnyStore) -> None:
    put(store, a_post())
    (claimed,) = claim(store)

    assert send(store, claimed)
    assert not send(store, claimed, Receipt(CHANNEL, MessageId("other")))
    assert not _die(store, claimed)

    assert store.call(lambda work: work.outbox.receipt(PostKey("post-1"))) == RECEIPT


def test_a_row_given_back_is_tried_not_before_its_time_and_blocks_its_lane(
    store: AnyStore,
) -> None:
    put(store, a_post(), a_post("next"))
    (claimed,) = claim(store)

    assert _retry(store, claimed, minutes=5)

    assert claim(store, minutes=4) == ()
    (again,) = claim(store, minutes=5)
    assert again == replace(claimed, token=2, attempts=2, since=after(minutes=5))


def test_a_row_that_may_have_arrived_is_unsure_since_its_first_attempt(store: AnyStore) -> None:
    put(store, a_post())
    (first,) = claim(store)
    _retry(store, first, unsure=True, minutes=5)
    (second,) = claim(store, minutes=5)
    _retry(store, second, unsure=True, minutes=10)

    (third,) = claim(store, minutes=10)

    assert (second.unsure, second.since) == (third.unsure, third.since) == (True, NOW)


def test_once_it_is_known_that_nothing_arrived_a_row_is_sure_again(store: AnyStore) -> None:
    put(store, a_post())
    _retry(store, claim_one(store), unsure=True)
    _retry(store, claim_one(store, minutes=1), unsure=False)

    (claimed,) = claim(store, minutes=2)

    assert (claimed.unsure, claimed.since) == (False, after(minutes=2))


def test_a_hold_keeps_the_lane_and_no_other(store: AnyStore) -> None:
    put(store, a_post("c1"), a_post("d1", place=Direct(ANA)), a_post("d2", place=Direct(ANA)))
    held, other = claim(store)

    assert _hold(store, held, minutes=5)

    send(store, other)
    assert _keys(claim(store, minutes=4)) == ["d2"]
    assert _keys(claim(store, minutes=5)) == ["c1", "d2"]


def test_a_row_held_back_was_not_tried(store: AnyStore) -> None:
    put(store, a_post())
    (claimed,) = claim(store)
    _hold(store, claimed, minutes=5)

    (again,) = claim(store, minutes=5)

    assert (again.attempts, again.unsure, again.since) == (1, False, after(minutes=5))
    assert again.token > claimed.token


def test_an_unsure_row_held_back_stays_unsure(store: AnyStore) -> None:
    put(store, a_post())
    _retry(store, claim_one(store), unsure=True)
    _hold(store, claim_one(store, minutes=1), minutes=5)

    (again,) = claim(store, minutes=5)

    assert (again.unsure, again.since, again.attempts) == (True, NOW, 2)


def test_a_hold_outlives_the_row_it_was_given_for(store: AnyStore) -> None:
    put(store, a_post("first"), a_post("second"))
    _hold(store, claim_one(store), minutes=5)
    store.call(lambda work: work.outbox.retract(PostKey("first")))

    assert claim(store, minutes=4) == ()
    assert _keys(claim(store, minutes=5)) == ["second"]


def test_a_hold_of_the_workspace_keeps_every_lane_of_it_also_new_ones(store: AnyStore) -> None:
    put(store, a_post("c"), a_post("d", place=Direct(ANA)), a_post("e", workspace=ELSEWHERE))
    held, waiting, elsewhere = claim(store)
    _retry(store, waiting)
    _retry(store, elsewhere)

    _hold(store, held, workspace=True, minutes=5)

    put(store, a_post("new", place=Direct(BO)))
    assert _keys(claim(store, minutes=4)) == ["e"]
    assert sorted(_keys(claim(store, minutes=5))) == ["c", "d", "e", "new"]


def test_of_two_holds_the_later_end_counts(store: AnyStore) -> None:
    put(store, a_post("c"), a_post("d", place=Direct(ANA)))
    one, other = claim(store)
    _hold(store, one, workspace=True, minutes=9)
    _hold(store, other, workspace=True, minutes=2)

    assert claim(store, minutes=8) == ()
    assert len(claim(store, minutes=9)) == 2


NIGHT = (after(hours=1), after(hours=9))


def test_a_row_is_sent_before_its_night_begins(store: AnyStore) -> None:
    put(store, a_post(night=NIGHT))

    assert len(claim(store, minutes=59)) == 1


def test_a_row_overdue_in_its_night_waits_for_the_morning_and_its_lane_with_it(
    store: AnyStore,
) -> None:
    put(store, a_post("late", night=NIGHT), a_post("next"), a_post("other", place=Direct(ANA)))

    send(store, claim_one(store, hours=1))

    assert store.call(lambda work: work.relay.next_at()) == after(hours=9)
    assert claim(store, hours=8, minutes=59) == ()
    (morning,) = claim(store, hours=9)
    assert (morning.outgoing.key, morning.attempts, morning.unsure) == ("late", 1, False)


def test_a_night_delays_nothing_that_comes_after_it(store: AnyStore) -> None:
    put(store, a_post(night=NIGHT))

    assert len(claim(store, hours=30)) == 1


def test_a_row_put_off_in_the_night_can_still_be_taken_back(store: AnyStore) -> None:
    put(store, a_post(night=NIGHT))
    claim(store, hours=2)

    assert store.call(lambda work: work.outbox.retract(PostKey("post-1")))


def test_a_row_that_may_have_arrived_before_the_night_is_still_unsure_in_the_morning(
    store: AnyStore,
) -> None:
    put(store, a_post(night=NIGHT))
    claim(store)

    assert claim(store, hours=2) == ()
    (again,) = claim(store, hours=9)

    assert (again.unsure, again.since) == (True, NOW)


def test_a_row_that_cannot_be_read_waits_and_keeps_no_other_lane_waiting(
    store: AnyStore, caplog: pytest.LogCaptureFixture
) -> None:
    if not isinstance(store, DatabaseStore):
        pytest.skip("what is in memory is never read")
    put(store, a_post("of tomorrow"), a_post("fine", place=Direct(BO)))
    spoil = "UPDATE outbox SET act = '{\"kind\": \"hologram\"}' WHERE key = 'of tomorrow'"
    store.direct(lambda connection: connection.exec_driver_sql(spoil))

    assert _keys(claim(store)) == ["fine"]
    assert "cannot be read" in caplog.text
    assert _keys(claim(store, minutes=6)) == ["fine"]
