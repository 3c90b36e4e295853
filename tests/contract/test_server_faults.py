"""Whatever happens to a connection or to the server: nothing half done, and the next call works."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing
from datetime import timedelta

import pytest

from adapters.database.connect import open_store
from adapters.database.errors import DatabaseUnusable, OutcomeUnknown
from adapters.database.store import DatabaseStore
from bot.ids import ChannelId, MessageId
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Receipt
from bot.ports.work import Work
from tests.factories import NOW, a_post
from tests.servers.postgres import PostgresServer, Process, postgres
from tests.servers.postgres_proxy import Proxy, When, proxied

LEASE = timedelta(minutes=1)
COMMIT = b"COMMIT\0"
"""The whole word: `READ COMMITTED` is none."""
SETTLE = b"UPDATE outbox"
"""All there is to it: no transaction is begun, nor ended."""
RECEIPT = Receipt(ChannelId("C1"), MessageId("1.1"))


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    with proxied(url) as proxy:
        yield proxy


@pytest.fixture
def store(proxy: Proxy) -> Iterator[DatabaseStore]:
    """Return a store behind the proxy, whose connections are made."""
    with open_store(proxy.url) as store:
        asyncio.run(store.deliveries.run(lambda work: work.relay.next_at()))
        store.call(lambda work: work.agenda.next_at())
        yield store


def _put(work: Work) -> None:
    work.outbox.put(a_post())


def _claim(work: Work) -> tuple[Claimed, ...]:
    return work.relay.claim(NOW, LEASE, 10)


def _send(claimed: Claimed) -> Callable[[Work], bool]:
    return lambda work: work.relay.sent(claimed, RECEIPT, NOW)


def _counts(store: DatabaseStore) -> dict[str, int]:
    return store.call(lambda work: work.relay.counts())


@pytest.mark.parametrize("words", [b"BEGIN", b"INSERT INTO outbox", b"UPDATE lanes"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_cut_off_before_its_end_is_done_once(
    words: bytes, when: When, proxy: Proxy, store: DatabaseStore
) -> None:
    proxy.cut(words, when)

    store.call(_put)

    assert proxy.cuts == 1
    assert _counts(store) == {"ready": 1}


@pytest.mark.parametrize(("when", "kept"), [("before", {}), ("after", {"ready": 1})])
def test_what_is_cut_off_while_it_ends_is_whole_or_not_there_and_called_unknown(
    when: When, kept: dict[str, int], proxy: Proxy, store: DatabaseStore
) -> None:
    proxy.cut(COMMIT, when)

    with pytest.raises(OutcomeUnknown, match="nobody knows"):
        store.call(_put)

    assert _counts(store) == kept
    store.call(_put)
    assert _counts(store) == {"ready": 1}


def test_a_server_that_cuts_off_every_time_is_a_fault_with_a_cure(
    proxy: Proxy, store: DatabaseStore
) -> None:
    proxy.cut(b"BEGIN", "before", times=2)

    with pytest.raises(DatabaseUnusable, match="Check that it runs"):
        store.call(_put)

    store.call(_put)
    assert _counts(store) == {"ready": 1}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_is_settled_is_told_to_be_so_wherever_the_connection_is_cut(
    when: When, proxy: Proxy, store: DatabaseStore
) -> None:
    store.call(_put)
    (claimed,) = await store.deliveries.run(_claim)
    proxy.cut(SETTLE, when)

    assert await store.deliveries.run(_send(claimed))

    assert proxy.cuts == 1
    assert _counts(store) == {"sent": 1}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lease_that_was_lost_is_told_to_be_so_also_after_a_cut(
    when: When, proxy: Proxy, store: DatabaseStore
) -> None:
    store.call(_put)
    (claimed,) = await store.deliveries.run(_claim)
    store.call(lambda work: work.relay.claim(NOW + 2 * LEASE, LEASE, 10))
    proxy.cut(SETTLE, when)

    assert not await store.deliveries.run(_send(claimed))

    assert _counts(store) == {"leased": 1}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_a_settling_did_is_told_though_claiming_more_was_cut_off(
    when: When, proxy: Proxy, store: DatabaseStore
) -> None:
    store.call(_put)
    (claimed,) = await store.deliveries.run(_claim)
    store.call(lambda work: work.outbox.put(a_post("next")))
    proxy.cut(b"BEGIN", when)

    def settle(work: Work) -> tuple[bool, tuple[Claimed, ...]]:
        return work.relay.sent(claimed, RECEIPT, NOW), _claim(work)

    kept, (more,) = await store.deliveries.run(settle)

    assert proxy.cuts == 1
    assert (kept, more.outgoing.key, more.unsure) == (True, "next", False)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("words", [b"BEGIN", b"UPDATE outbox"])
async def test_a_claim_that_is_cut_off_before_its_end_leases_nothing_in_vain(
    words: bytes, when: When, proxy: Proxy, store: DatabaseStore
) -> None:
    store.call(_put)
    proxy.cut(words, when)

    (claimed,) = await store.deliveries.run(_claim)

    assert proxy.cuts == 1
    assert (claimed.unsure, claimed.token) == (False, 1)


@pytest.mark.parametrize(
    ("how", "words"), [("retry", SETTLE), ("hold", COMMIT), ("hold", SETTLE), ("dead", SETTLE)]
)
async def test_whatever_else_becomes_of_a_row_is_kept_once_after_a_lost_answer(
    how: str, words: bytes, proxy: Proxy, store: DatabaseStore
) -> None:
    store.call(_put)
    (claimed,) = await store.deliveries.run(_claim)
    later = NOW + LEASE
    calls: dict[str, Callable[[Work], bool]] = {
        "retry": lambda work: work.relay.retry(claimed, later, "busy", unsure=False),
        "hold": lambda work: work.relay.hold(claimed, later),
        "dead": lambda work: work.relay.dead(claimed, "gone", NOW),
    }
    proxy.cut(words, "after")

    assert await store.deliveries.run(calls[how])

    assert _counts(store) == {"dead" if how == "dead" else "ready": 1}
    assert await store.deliveries.run(lambda work: work.relay.claim(NOW, LEASE, 10)) == ()


async def test_what_a_lost_answer_has_leased_comes_back_when_its_lease_is_over(
    proxy: Proxy, store: DatabaseStore
) -> None:
    store.call(_put)
    proxy.cut(COMMIT, "after")

    assert await store.deliveries.run(_claim) == ()

    (claimed,) = store.call(lambda work: work.relay.claim(NOW + 2 * LEASE, LEASE, 10))
    assert (claimed.unsure, claimed.token) == (True, 2)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lease_is_renewed_wherever_the_connection_is_cut(
    when: When, proxy: Proxy, store: DatabaseStore
) -> None:
    token = store.lease("night", "one", LEASE)
    proxy.cut(b"INSERT INTO leases", when)

    assert store.lease("night", "one", LEASE) == token == 1
    assert proxy.cuts == 1


async def test_whoever_waits_for_hints_learns_that_the_server_is_gone_and_asks_again(
    proxy: Proxy, url: str
) -> None:
    with open_store(proxy.url) as one, open_store(url) as two:
        proxy.cut(b"LISTEN", "before")
        with pytest.raises(DatabaseUnusable):
            await anext(one.hints())

        async with aclosing(one.hints()) as hints, asyncio.timeout(20):
            await anext(hints)
            two.call(_put)
            await anext(hints)


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """Return a server that may be stopped."""
    # A crash takes along what is not on the disk yet.
    with postgres(synchronous_commit="on") as server:
        if server.process is None:
            pytest.skip("the server is somebody else's")
        yield server


@pytest.fixture
def process(own: PostgresServer) -> Process:
    assert own.process is not None
    return own.process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_after_a_restart_of_the_server_everything_goes_on_by_itself(
    how: signal.Signals, own: PostgresServer, process: Process
) -> None:
    with own.database() as url, open_store(url) as store:
        store.call(_put)
        process.stop(how)
        with pytest.raises(DatabaseUnusable, match="cannot be reached"):
            store.call(_put)
        with pytest.raises(DatabaseUnusable, match="cannot be reached"):
            store.lease("night", "one", LEASE)
        process.start()

        assert _counts(store) == {"ready": 1}
        assert store.lease("night", "one", LEASE) == 1
        assert len(asyncio.run(store.deliveries.run(_claim))) == 1


def test_a_restart_between_two_calls_is_not_noticed(own: PostgresServer, process: Process) -> None:
    with own.database() as url, open_store(url) as store:
        store.call(_put)
        process.stop()
        process.start()

        store.call(_put)
        assert _counts(store) == {"ready": 1}


async def test_whoever_listens_is_told_when_the_server_stops(
    own: PostgresServer, process: Process
) -> None:
    with own.database() as url, open_store(url) as store:
        async with aclosing(store.hints()) as hints:
            await anext(hints)
            await asyncio.to_thread(process.stop)
            try:
                with pytest.raises(DatabaseUnusable):
                    await anext(hints)
            finally:
                await asyncio.to_thread(process.start)
        async with aclosing(store.hints()) as again:
            await anext(again)


def test_a_server_that_stalls_is_waited_for_and_nothing_is_lost(
    own: PostgresServer, process: Process
) -> None:
    with own.database() as url, open_store(url) as store:
        store.call(_put)
        stalled = process.stall()
        done = threading.Event()
        waiting = threading.Thread(target=lambda: (store.call(_claim), done.set()))
        waiting.start()
        try:
            assert not done.wait(0.5)
        finally:
            process.go_on(stalled)
        waiting.join(20)

        assert done.is_set()
        assert _counts(store) == {"leased": 1}
