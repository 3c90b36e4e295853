"""The local Slack: how a coach is connected to it, what people do there, what is displayed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp

from adapters.slack.door import Installed, make_app
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.socket import SocketDoor
from adapters.slack.underway import Underway
from adapters.slack.workspaces import client_for, find_out
from app.turns import VirtualClock
from scheduler.switchboard import Switchboard
from tests.chaos.coaches import Process
from tests.chaos.faults import CALLS, Faults
from tests.chaos.sides import ORGANISER, PEOPLE, Post, Side
from tests.servers.slack import faults as trouble
from tests.servers.slack.server import SlackServer
from tests.slack.lives import button, words_of
from tests.slack.towns import CHANNEL, populate

SENDING = frozenset({"chat.postMessage", "chat.update", "reactions.add", "conversations.open"})
WATCH_SECONDS = 10.0
NUMBERS = ("one", "two", "three", "four", "five")


class Troubled(trouble.Faults):
    """Calls that change what is displayed meet the faults of a schedule."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    def take(self, method: str, channel: str | None) -> trouble.Fault | None:
        """See `Faults`."""
        if method not in SENDING:
            return super().take(method, channel)
        kind = self._faults.at("call", *CALLS)
        if kind is None:
            return super().take(method, channel)
        self._faults.strike(kind)
        return {
            "lost reply": trouble.Fault("lose_reply", method, 1),
            "cut connection": trouble.Fault("reset", method, 1),
            "server error": trouble.Fault("http", method, 1, status=503, body="<html>"),
            "rate limit": trouble.Fault("rate_limit", method, 1, retry_after=30),
        }[kind]


class Pauses:
    """Waits before a new connection; they are over as soon as people do something again."""

    def __init__(self) -> None:
        self._going_on: list[asyncio.Event] = []

    async def __call__(self, seconds: float) -> None:
        """Wait; the watch over a silent line, which only a real clock needs, for ever."""
        over = asyncio.Event()
        if seconds != WATCH_SECONDS:
            self._going_on.append(over)
        await over.wait()

    def over(self) -> None:
        """End them."""
        going_on, self._going_on = self._going_on, []
        for each in going_on:
            each.set()


class SlackSide(Side):
    """One workspace."""

    name = "slack"

    def __init__(self, server: SlackServer, clock: VirtualClock) -> None:
        self.server = server
        self.clock = clock
        self._waits: list[Pauses] = []
        populate(server.team("T1"), PEOPLE)
        self.team = server.teams["T1"]

    # --- the coach ------------------------------------------------------------------------------

    async def connect(self, process: Process, stack: AsyncExitStack) -> None:
        """See `Side`."""
        self.server.mend()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        process.mortal.sever = lambda: sever(session)
        wait, url, token = self.wait, self.server.base_url, self.team.bot_token
        workspace = await find_out(token, url, session, process.clock, wait)
        client = client_for(token, url, session)
        couriers = SlackCouriers(SlackCourier(workspace, client, process.clock, wait))
        stack.push_async_callback(couriers.close)
        process.connected(Switchboard({"slack": couriers.of}), wait)
        underway, waits = Underway(), Pauses()
        app = make_app(
            {
                c.workspace.team: Installed(c.workspace, c.calls, c.directory, c.uploads)
                for c in couriers
            },
            process.handle,
            process.clock,
            underway,
            client=client_for("", url, session),
            signing_secrets=[self.server.signing_secret],
        )
        stack.push_async_callback(underway.finish)
        self._waits.append(waits)
        stack.callback(lambda: self._waits.remove(waits))
        door = SocketDoor(app, self.server.app_token, process.greeted, process.clock, waits)
        before = self.server.sockets.opened
        await stack.enter_async_context(door)
        await self.server.until(lambda: self.server.sockets.opened > before)
        process.settled = underway.settled

    async def settled(self) -> None:
        """See `Side`."""
        if not self.server.sockets.refused:
            for each in self._waits:
                each.over()
        await self.server.settled()

    async def broken(self, kind: str) -> None:
        """See `Side`."""
        if kind == "new session asked for":
            await self.server.refresh()
            return
        await self.server.cut(abruptly=True)
        if kind == "cut socket":
            await self.mended()

    async def mended(self) -> None:
        """See `Side`."""
        self.server.mend()
        for each in self._waits:
            each.over()

    # --- people ---------------------------------------------------------------------------------

    async def set_up(self) -> None:
        """See `Side`."""
        await self.team.command(ORGANISER, CHANNEL, "setup mini start=today")

    def say(self, user: str, question: Post, text: str) -> Post:
        """See `Side`."""
        ts = self.team.say(user, CHANNEL, text, thread=question.id)
        return Post(CHANNEL, ts)

    def edit(self, user: str, post: Post, text: str) -> None:
        """See `Side`."""
        self.team.edit(user, post.place, post.id, text)

    def delete(self, user: str, post: Post) -> None:
        """See `Side`."""
        assert self.team.message(post.place, post.id).user == user
        self.team.delete(post.place, post.id)

    def tap(self, user: str, post: Post, number: int, *, on: bool = True) -> None:
        """See `Side`."""
        (self.team.react if on else self.team.unreact)(
            user, post.place, post.id, NUMBERS[number - 1]
        )

    async def press(self, user: str, post: Post, prefix: str) -> None:
        """See `Side`."""
        action = button(self.team.message(post.place, post.id).blocks, prefix)
        await self.team.press(user, post.place, post.id, action)

    async def fill(self, user: str, number: int, comment: str) -> None:
        """See `Side`."""
        stack = self.team.modals.get(user)
        if stack and not any(block["type"] == "input" for block in stack[-1]["blocks"]):
            # It only says that it takes longer, or did not work.
            await self.team.close(user)
        elif stack:
            values = {name: str(number) for name in ("clarity", "motivation", "ownership")}
            await self.team.submit(user, {**values, "comment": comment})

    # --- what is displayed ----------------------------------------------------------------------

    def channel(self) -> list[tuple[Post, str]]:
        """See `Side`."""
        return self._ours(CHANNEL)

    def direct(self, user: str) -> list[tuple[Post, str]]:
        """See `Side`."""
        return self._ours(self.team.dm(user))

    def _ours(self, channel: str) -> list[tuple[Post, str]]:
        shown = (self.team.message(channel, ts) for ts in self.team.channels[channel].posts)
        posts = [each for each in shown if each.user == self.team.bot_user and not each.deleted]
        return [(Post(channel, each.ts), words_of(each)) for each in posts]

    def whispered(self, user: str) -> list[str]:
        """See `Side`."""
        return [words_of(note) for who, _, note in self.team.notes if who == user]

    def marked(self, post: Post) -> bool:
        """See `Side`."""
        found = self.team.message(post.place, post.id).reactions.values()
        return any(self.team.bot_user in users for users in found)

    def dump(self) -> dict[str, Any]:
        """See `Side`."""
        return {
            "platform": self.name,
            "places": {
                channel: [self._dumped(channel, ts) for ts in place.posts]
                for channel, place in sorted(self.team.channels.items())
            },
        }

    def _dumped(self, channel: str, ts: str) -> dict[str, Any]:
        post = self.team.message(channel, ts)
        metadata = post.metadata or {}
        return {
            "id": ts,
            "author": post.user,
            "ours": post.user == self.team.bot_user,
            "coach": self.team.bot_user,
            "text": words_of(post),
            "thread": post.thread_ts if post.thread_ts != ts else None,
            "deleted": post.deleted,
            "reactions": {name: sorted(users) for name, users in post.reactions.items()},
            "key": metadata.get("event_payload"),
        }


def sever(session: aiohttp.ClientSession) -> None:
    """Break all connections of a session at once, and let it make no new ones."""
    connector: Any = session.connector
    if connector is None or connector.closed:
        return
    idle = [each[0] for found in connector._conns.values() for each in found]
    for protocol in [*idle, *connector._acquired]:
        if protocol.transport is not None:
            protocol.transport.abort()
    connector._closed = True


@asynccontextmanager
async def slack_side(clock: VirtualClock, faults: Faults) -> AsyncIterator[SlackSide]:
    """Open a Slack."""
    async with SlackServer(clock) as server:
        server.faults = Troubled(faults)
        yield SlackSide(server, clock)
