"""What was overtaken by others runs again, and finds what they and it have done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from bot.errors import Conflict
from bot.ids import ChannelId, MessageId
from bot.ports.outgoing import Receipt
from bot.ports.storage import Due
from bot.ports.work import Work
from tests.factories import NOW, PROMPT, WORKSPACE, a_post, an_answer

RECEIPT = Receipt(ChannelId("C1"), MessageId("1.1"))
COUNT = Due(WORKSPACE, "count", PROMPT, NOW)


@pytest.fixture
def store(url: str) -> Iterator[DatabaseStore]:
    with open_store(url) as store:
        yield store


def test_an_answer_that_a_count_does_not_see_is_on_the_agenda_to_be_counted(
    store: DatabaseStore,
) -> None:
    store.call(lambda work: work.agenda.add(COUNT))
    answered, counted = threading.Event(), threading.Event()

    def answer(work: Work) -> None:
        work.agenda.add(COUNT)
        work.answers.save(an_answer(heard=()))
        answered.set()
        counted.wait(20)

    def count(work: Work) -> int:
        work.agenda.clear(COUNT.workspace, COUNT.kind, COUNT.subject)
        return work.answers.count(PROMPT)

    with ThreadPoolExecutor(1) as other:
        answering = other.submit(store.call, answer)
        answered.wait(20)
        seen = store.call(count)
        counted.set()
        answering.result()

    assert seen == 0
    assert store.call(lambda work: work.agenda.due(NOW, 9)) == (COUNT,)


async def test_what_was_settled_before_a_call_was_overtaken_is_told_to_be_so(
    store: DatabaseStore,
) -> None:
    store.call(lambda work: work.outbox.put(a_post()))
    (claimed,) = store.call(lambda work: work.relay.claim(NOW, timedelta(minutes=1), 1))
    kept: list[bool] = []

    def settle(work: Work) -> None:
        kept.append(work.relay.sent(claimed, RECEIPT, NOW))
        if len(kept) == 1:
            raise Conflict

    await store.deliveries.run(settle)

    assert kept == [True, True]
    assert store.call(lambda work: work.relay.counts()) == {"sent": 1}


async def test_each_thing_a_delivery_does_is_kept_at_once_and_elsewhere_only_all_of_it(
    store: DatabaseStore,
) -> None:
    assert await store.deliveries.run(lambda work: work.relay.singly)
    assert not await store.run(lambda work: work.relay.singly)
