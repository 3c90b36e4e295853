"""The outbox as seen by whoever sends: order, dead letters, and what waits for what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from bot.ids import ChannelId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InChannel, InThread
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Edit, Outgoing
from tests.contract.conftest import AnyStore
from tests.contract.test_outbox import LEASE, RECEIPT, claim, claim_one, put, send
from tests.factories import ANA, BO, CHANNEL, ELSEWHERE, NOW, a_post, after, words


@pytest.fixture(params=["sqlite", "postgres"])
def stored(request: pytest.FixtureRequest) -> Iterator[DatabaseStore]:
    """Return a store whose rows can be looked at."""
    if request.param == "postgres":
        url = request.getfixturevalue("url")
    else:
        url = f"sqlite:///{request.getfixturevalue('path')}"
    with open_store(url, durable=False) as opened:
        yield opened


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


def test_of_each_lane_only_the_oldest_can_be_claimed(store: AnyStore) -> None:
    put(store, a_post("c1"), a_post("c2"), a_post("d1", place=Direct(ANA)))
    put(store, a_post("d2", place=Direct(ANA)), a_post("e1", place=Direct(BO)))

    assert sorted(_keys(claim(store))) == ["c1", "d1", "e1"]
    assert claim(store) == ()


def test_the_next_of_a_lane_follows_once_the_first_is_sent(store: AnyStore) -> None:
    put(store, *(a_post(f"{number}") for number in range(4)))

    order = []
    while claimed := claim(store):
        order += _keys(claimed)
        for each in claimed:
            send(store, each)

    assert order == ["0", "1", "2", "3"]


def test_a_thread_shares_the_lane_of_its_channel(store: AnyStore) -> None:
    put(store, a_post("root"), a_post("reply", place=InThread(CHANNEL, PostKey("root"))))
    put(store, a_post("after"))

    assert _keys(claim(store)) == ["root"]


def test_the_same_channel_in_another_workspace_is_another_lane(store: AnyStore) -> None:
    put(store, a_post("here"), a_post("there", workspace=ELSEWHERE))

    assert len(claim(store)) == 2


def test_no_more_are_claimed_than_asked_for_and_the_earliest_come_first(store: AnyStore) -> None:
    places = [Direct(UserId(f"U{number}")) for number in range(4)]
    for number, place in enumerate(places):
        put(store, a_post(f"{number}", place=place, at=after(seconds=-number)))

    assert _keys(claim(store, limit=3)) == ["3", "2", "1"]
    assert claim(store, limit=0) == ()


def test_nothing_is_claimed_before_its_time(store: AnyStore) -> None:
    put(store, a_post(at=after(hours=1)))

    assert claim(store) == ()
    assert _keys(claim(store, hours=1)) == ["post-1"]


def test_two_claims_at_the_same_time_never_get_the_same(store: AnyStore) -> None:
    put(store, *(a_post(f"{n}", place=Direct(UserId(f"U{n}"))) for n in range(10)))

    async def both() -> list[tuple[Claimed, ...]]:
        one = store.run(lambda work: work.relay.claim(NOW, LEASE, 6))
        other = store.run(lambda work: work.relay.claim(NOW, LEASE, 6))
        return list(await asyncio.gather(one, other))

    claims = asyncio.run(both())

    assert sorted(key for claimed in claims for key in _keys(claimed)) == list("0123456789")


def test_a_dead_row_blocks_nobody(store: AnyStore) -> None:
    put(store, a_post("dead"), a_post("next"))

    _die(store, claim_one(store))

    assert _keys(claim(store)) == ["next"]


def _reply(key: str = "reply", of: str = "root") -> Outgoing:
    return a_post(key, place=InThread(ChannelId("other"), PostKey(of)))


def _edit(key: str = "edit", of: str = "root") -> Outgoing:
    return a_post(key, place=Direct(ANA), act=Edit(PostKey(of), words("new")))


@pytest.mark.parametrize("refer", [_reply, _edit], ids=["thread", "target"])
def test_a_row_waits_until_what_it_refers_to_has_arrived(
    store: AnyStore, refer: Callable[[], Outgoing]
) -> None:
    put(store, a_post("root"), refer())
    (root,) = claim(store)
    assert claim(store) == ()

    send(store, root)

    (claimed,) = claim(store)
    assert RECEIPT in (claimed.thread, claimed.target)


@pytest.mark.parametrize("refer", [_reply, _edit], ids=["thread", "target"])
def test_a_row_dies_with_what_it_refers_to(store: AnyStore, refer: Callable[[], Outgoing]) -> None:
    put(store, a_post("root"), refer())
    _die(store, claim_one(store))

    assert claim(store) == ()
    assert _states(store) == {"dead": 2}


def test_a_row_goes_in_silence_when_what_it_refers_to_was_taken_back(store: AnyStore) -> None:
    put(store, a_post("root"), _reply())
    store.call(lambda work: work.outbox.retract(PostKey("root")))

    assert claim(store) == ()
    assert _states(store) == {"retracted": 2}
    assert store.call(lambda work: work.letters.dead(9)) == ()


def test_a_row_that_refers_to_nothing_known_dies_and_blocks_nobody(store: AnyStore) -> None:
    put(store, _reply(of="never"), _edit(of="never"))
    put(store, a_post("next", place=InChannel(ChannelId("other"))))

    assert _keys(claim(store, limit=1)) == ["next"]
    assert _states(store)["dead"] >= 1


def test_a_row_that_refers_to_one_behind_it_does_not_block_its_lane(store: AnyStore) -> None:
    put(store, a_post("reply", place=InThread(CHANNEL, PostKey("root"))), a_post("root"))

    assert _keys(claim(store)) == ["root"]


def test_a_row_never_refers_to_a_post_of_another_workspace(store: AnyStore) -> None:
    put(store, a_post("root", workspace=ELSEWHERE))
    send(store, claim_one(store))

    put(store, _reply())

    assert claim(store) == ()
    assert _states(store) == {"sent": 1, "dead": 1}


def test_words_that_were_never_said_do_not_stay_where_what_they_belong_to_was_taken_back(
    stored: DatabaseStore,
) -> None:
    put(stored, a_post("1"), _edit("2", of="1"), _reply("3", of="1"))
    put(stored, a_post("4"), _reply("5", of="4"))
    stored.call(lambda work: work.outbox.retract(PostKey("1")))
    _die(stored, claim_one(stored))

    assert claim(stored) == ()
    query = "SELECT key, state, act IS NULL FROM outbox ORDER BY key"
    rows = stored.direct(lambda c: c.exec_driver_sql(query).all())
    assert [(key, state, bool(gone)) for key, state, gone in rows] == [
        ("1", "retracted", True),
        ("2", "retracted", True),
        ("3", "retracted", True),
        ("4", "dead", False),
        ("5", "dead", False),
    ]


def test_a_chain_of_rows_dies_with_its_first(store: AnyStore) -> None:
    put(store, a_post("1"), _edit("2", of="1"), _reply("3", of="1"))
    put(store, a_post("4", place=Direct(ANA)))
    _die(store, claim_one(store))

    assert _keys(claim(store)) == ["4"]
    assert _states(store) == {"dead": 3, "leased": 1}


def test_an_edit_takes_the_place_of_one_that_was_not_tried_yet(store: AnyStore) -> None:
    put(store, a_post("1"), _edit("2", of="1"), _edit("3", of="1"))
    put(store, _edit("2", of="1"))
    send(store, claim_one(store))

    assert _keys(claim(store)) == ["3"]
    assert _states(store) == {"sent": 1, "retracted": 1, "leased": 1}


def test_an_edit_that_was_tried_already_is_not_superseded(store: AnyStore) -> None:
    put(store, a_post("1"), _edit("2", of="1"))
    send(store, claim_one(store))
    _retry(store, claim_one(store))

    put(store, _edit("3", of="1"))

    assert _keys(claim(store)) == ["2"]


def test_what_is_wanted_later_lets_what_is_behind_it_pass(store: AnyStore) -> None:
    put(store, a_post("morning", at=after(hours=9)), a_post("now"))

    assert _keys(claim(store)) == ["now"]


def test_an_edit_never_passes_one_of_the_same_post_whatever_the_clock_said_then(
    store: AnyStore,
) -> None:
    put(store, a_post("1"))
    send(store, claim_one(store))
    put(store, replace(_edit("2", of="1"), at=after(minutes=9)))
    _retry(store, claim_one(store, minutes=9), minutes=10)

    put(store, _edit("3", of="1"), a_post("4"))
    send(store, claim_one(store, minutes=1))

    assert _keys(claim(store, minutes=9)) == []
    assert _keys(claim(store, minutes=10)) == ["2"]


def test_only_what_is_for_platforms_of_ones_own_is_claimed(store: AnyStore) -> None:
    put(store, a_post("here"), a_post("there", workspace=WorkspaceId("telegram:T1")))
    mine = frozenset({"telegram"})

    assert store.call(lambda work: work.relay.claim(NOW, LEASE, 9, frozenset())) == ()
    assert _keys(store.call(lambda work: work.relay.claim(NOW, LEASE, 9, mine))) == ["there"]
    assert store.call(lambda work: work.relay.next_at(mine)) == NOW + LEASE


@pytest.mark.parametrize("more", [0, 3_000])
def test_of_a_platform_that_is_divided_only_workspaces_of_ones_own_are_claimed(
    store: AnyStore, more: int
) -> None:
    servers = [a_post(each, workspace=WorkspaceId(f"discord:{each}")) for each in ("1", "2", "12")]
    put(store, *servers, a_post("there", workspace=WorkspaceId("telegram:T1")))
    others = (f"discord:{number}" for number in range(100, 100 + more))
    mine = frozenset({"telegram", "discord:1", *others})

    assert store.call(lambda work: work.relay.next_at(mine)) == NOW
    assert _keys(store.call(lambda work: work.relay.claim(NOW, LEASE, 9, mine))) == ["1", "there"]
    assert store.call(lambda work: work.relay.next_at(mine)) == NOW + LEASE


def _next_at(store: AnyStore) -> object:
    return store.call(lambda work: work.relay.next_at())


def test_an_empty_outbox_has_no_next_time(store: AnyStore) -> None:
    assert _next_at(store) is None
    put(store, a_post())
    send(store, claim_one(store))
    assert _next_at(store) is None


def test_the_next_time_is_that_of_the_earliest_head(store: AnyStore) -> None:
    put(store, a_post("a", at=after(hours=2)), a_post("behind", at=after(hours=2)))
    assert _next_at(store) == after(hours=2)
    put(store, a_post("b", place=Direct(ANA), at=after(hours=1)))
    assert _next_at(store) == after(hours=1)


def test_the_next_time_of_a_leased_row_is_the_end_of_its_lease(store: AnyStore) -> None:
    put(store, a_post())
    claim(store)

    assert _next_at(store) == NOW + LEASE


def test_the_next_time_minds_holds(store: AnyStore) -> None:
    put(store, a_post("c"), a_post("d", place=Direct(ANA)))
    one, other = claim(store)
    _hold(store, one, minutes=9)
    assert _next_at(store) == NOW + LEASE
    _hold(store, other, workspace=True, minutes=5)
    assert _next_at(store) == after(minutes=5)


def test_a_row_that_waits_for_another_has_no_time_of_its_own(store: AnyStore) -> None:
    put(store, a_post("root"), _edit())
    claim(store)

    assert _next_at(store) == NOW + LEASE


def test_the_counts_tell_how_many_rows_are_in_each_state(store: AnyStore) -> None:
    put(store, *(a_post(f"{n}", place=Direct(UserId(f"U{n}"))) for n in range(6)))
    first, second, third, fourth, _ = claim(store, limit=5)
    send(store, first)
    _die(store, second)
    _retry(store, third)
    _retry(store, fourth, unsure=True, hours=1)

    assert _states(store) == {"sent": 1, "dead": 1, "ready": 2, "unsure": 1, "leased": 1}


def test_a_lease_of_another_length_ends_when_it_says(store: AnyStore) -> None:
    put(store, a_post())
    store.call(lambda work: work.relay.claim(NOW, timedelta(hours=1), 1))

    assert claim(store, minutes=59) == ()
    assert len(claim(store, minutes=60)) == 1
