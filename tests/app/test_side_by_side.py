"""What somebody waits for runs beside all the rest, and nothing that belongs together is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app.groups import Groups
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId
from bot.inbound import Author, Inbound, MessageDeleted, MessageEdited, MessageSaid
from bot.messages import Reply
from bot.ports.work import Work
from tests.servers.postgres import PostgresServer
from tests.services.clubs import HERE, Club, a_club
from tests.services.towns import Town

ANA = Author(UserId("ana"), "ana")
DIRECT = ChannelId("@ana")
M1 = MessageId("d1")


@pytest.fixture
def store(server: PostgresServer, template: str) -> Iterator[DatabaseStore]:
    with server.database(template) as url, open_store(url) as opened:
        yield opened


def practising(store: DatabaseStore) -> Club:
    club = a_club(town=Town(store))
    club.write("ana", "practice")
    return club


def said(club: Club) -> Inbound:
    return MessageSaid(
        workspace=HERE, by=ANA, at=club.town.now, key=DeliveryKey("said"),
        channel=DIRECT, message=M1, text="Badly said.", direct=True,
    )  # fmt: skip


def edited(club: Club) -> Inbound:
    now = club.town.now
    return MessageEdited(
        workspace=HERE, by=ANA, at=now, key=DeliveryKey("edited"), channel=DIRECT,
        message=M1, text="Better said.", direct=True, said_at=now,
    )  # fmt: skip


def deleted(club: Club) -> Inbound:
    return MessageDeleted(
        workspace=HERE, by=ANA, at=club.town.now, key=DeliveryKey("deleted"),
        channel=DIRECT, message=M1,
    )  # fmt: skip


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(("then", "left"), [(edited, ["Better said."]), (deleted, [])])
async def test_an_answer_and_what_became_of_it_at_the_same_moment_end_as_the_last_word(
    store: DatabaseStore, then: Callable[[Club], Inbound], left: list[str], first: int
) -> None:
    club = await asyncio.to_thread(practising, store)
    groups = Groups(store, side_by_side=True)
    both_see_nothing, met = threading.Barrier(2), []

    def taking(event: Inbound) -> Callable[[Work], Reply]:
        def call(work: Work) -> Reply:
            # What it reads from here on is as it was before the other one.
            work.relay.counts()
            with suppress(threading.BrokenBarrierError):
                met.append(both_see_nothing.wait(10))
                # Whoever is overtaken and runs again need not wait.
                both_see_nothing.abort()
            return club.town.coach.handle(work, event, club.town.now)

        return call

    runs = [groups.first.run(taking(said(club))), groups.run(taking(then(club)))]
    await asyncio.gather(runs[first], runs[1 - first])
    await groups.finish()

    practice = await asyncio.to_thread(club.the_practice, "ana")
    assert [text for _, text in practice.said] == left
    assert met
