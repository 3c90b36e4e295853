"""What it costs to send from an outbox: ours, Procrastinate's jobs, and bare SQL, side by side.

Everything is on one PostgreSQL that keeps what it says (fsync on).  The same 2,000 messages wait
in each; one worker each takes them, so many at once, and gives them to a sender that answers at
once; each is settled by itself.  Ours also keeps the order in every lane and looks at what each
message refers to.  Rounds take turns, and ratios are medians over them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from statistics import median
from typing import Any, cast

import procrastinate
import psycopg
import uvloop

from adapters.database.connect import open_store
from adapters.database.outbox import ACT
from app.wiring import new_id, now
from benchmarks.databases import server
from bot.ids import ChannelId, MessageId, PostKey, WorkspaceId
from bot.messages import (
    Block,
    Button,
    Buttons,
    Heading,
    InChannel,
    Message,
    Paragraph,
    Place,
    Words,
)
from bot.ports.outgoing import Outgoing, Post, Receipt
from bot.ports.platforms import Courier
from bot.ports.work import Work
from scheduler.delivery import Delivery
from scheduler.switchboard import for_all
from tests.servers.postgres import PostgresServer

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "2000"))
ROUNDS = 3
AT_ONCE = 20
CONNECTIONS = 4
"""Of bare SQL: as many as our store has for deliveries."""

Drain = Callable[[], Awaitable[object]]
Fill = Callable[[], Awaitable[object]]


def measure() -> list[dict[str, object]]:
    """Return how many messages a second each of the three settles."""
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    with server() as running:
        return uvloop.run(_measure(running))


async def _measure(running: PostgresServer) -> list[dict[str, object]]:
    ways = {"loopmates": _ours, "procrastinate": _procrastinate, "bare SQL": _bare}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            with running.database() as url:
                async with way(url) as (fill, drain):
                    await fill()
                    began = time.perf_counter()
                    await drain()
                    rates[name].append(MESSAGES / (time.perf_counter() - began))
    others = rates["procrastinate"]
    return [
        {
            "worker": name,
            "messages_per_s": round(median(found)),
            "times_procrastinate": round(
                median(a / b for a, b in zip(found, others, strict=True)), 2
            ),
        }
        for name, found in rates.items()
    ]


# --- ours --------------------------------------------------------------------------------------


class _Sender:
    """A platform that answers at once.  See bot.ports.Courier."""

    def __init__(self) -> None:
        self.numbers = count(1)

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        del place, message, key, thread
        number = next(self.numbers)
        return Receipt(ChannelId("C1"), MessageId(f"m{number}"))


@asynccontextmanager
async def _ours(url: str) -> AsyncIterator[tuple[Fill, Drain]]:
    with open_store(url) as store:
        sender = _Sender()
        delivery = Delivery(
            store.deliveries,
            for_all("slack", cast("Courier", sender)),
            now,
            random.Random("delivery"),
            lambda *_: None,
        )

        async def drain() -> None:
            settled = await delivery.drain(AT_ONCE)
            assert settled == MESSAGES, f"{settled} were settled"

        yield lambda: store.run(_put), drain


def _put(work: Work) -> None:
    at = now()
    for number in range(MESSAGES):
        place = InChannel(ChannelId(f"C{number}"))
        key = PostKey(new_id())
        work.outbox.put(Outgoing(key, WorkspaceId("slack:T1"), place, Post(_message(number)), at))


def _message(number: int) -> Message:
    """Return something of the length of a question."""
    words = (
        "Tell me about a time when a launch slipped twice. Who had to give something up?",
        "Hiring manager · speak for about 4 minutes · conflict, planning",
        "Answer in this thread. 2 peers review it for ownership. On time until Tue 8 Dec, 09:00.",
    )
    blocks: tuple[Block, ...] = (
        Heading(f"Question {number} of 30"),
        *(Paragraph((Words(each),)) for each in words),
        Buttons((Button("Answer by form", f"answer:{number}"), Button("Help", "help"))),
    )
    return Message("question", words[0], blocks)


# --- Procrastinate -----------------------------------------------------------------------------


@asynccontextmanager
async def _procrastinate(url: str) -> AsyncIterator[tuple[Fill, Drain]]:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    done = 0

    @app.task(name="send")
    async def send(post: dict[str, Any]) -> None:
        nonlocal done
        del post
        done += 1

    async def fill() -> None:
        await app.schema_manager.apply_schema_async()
        bodies = [json.loads(ACT.write(Post(_message(number)))) for number in range(MESSAGES)]
        await send.batch_defer_async(*({"post": body} for body in bodies))

    async def drain() -> None:
        await app.run_worker_async(
            concurrency=AT_ONCE, wait=False, install_signal_handlers=False, listen_notify=False
        )
        assert done == MESSAGES, f"{done} were done"

    async with app.open_async():
        yield fill, drain


# --- bare SQL ----------------------------------------------------------------------------------

_TABLE = """
CREATE TABLE jobs (id bigserial PRIMARY KEY, lane text NOT NULL, body text, state text NOT NULL,
    claim_at timestamptz NOT NULL, token int NOT NULL, settled_at timestamptz, receipt text);
CREATE INDEX ON jobs (claim_at) WHERE settled_at IS NULL"""
_CLAIM = """
UPDATE jobs SET state = 'leased', token = token + 1, claim_at = now() + interval '1 minute'
WHERE id IN (SELECT id FROM jobs WHERE settled_at IS NULL AND claim_at <= now()
    ORDER BY claim_at, id LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING id, body, token"""
_SETTLE = """
UPDATE jobs SET state = 'sent', body = NULL, settled_at = now(), receipt = %s
WHERE id = %s AND token = %s AND state = 'leased'"""


@asynccontextmanager
async def _bare(url: str) -> AsyncIterator[tuple[Fill, Drain]]:
    connections = [
        await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(CONNECTIONS)
    ]
    sender = _Sender()

    async def fill() -> None:
        first = connections[0]
        for statement in _TABLE.split(";"):
            await first.execute(statement)
        rows = [(f"C{n}", ACT.write(Post(_message(n))), "ready", now(), 0) for n in range(MESSAGES)]
        async with first.transaction(), first.cursor() as cursor:
            into = "INSERT INTO jobs (lane, body, state, claim_at, token) VALUES (%s,%s,%s,%s,%s)"
            await cursor.executemany(into, rows)

    async def send(
        connection: psycopg.AsyncConnection[Any], rows: list[tuple[int, str, int]]
    ) -> None:
        for number, body, token in rows:
            ACT.read(body)
            at = await sender.post(*cast("tuple[Any, Any, Any, Any]", (None,) * 4))
            await connection.execute(_SETTLE, (at.message, number, token))

    async def drain() -> None:
        while rows := await (await connections[0].execute(_CLAIM)).fetchall():
            shares = (rows[each::CONNECTIONS] for each in range(CONNECTIONS))
            await asyncio.gather(*map(send, connections, shares))

    try:
        yield fill, drain
    finally:
        for each in connections:
            await each.close()
