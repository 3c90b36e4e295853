"""The local Discord: how a coach is connected to it, what people do there, what is displayed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from adapters.discord.client import Hearing, logged_in
from adapters.discord.client_addresses import Addresses
from adapters.discord.door import Door, Engine, open_door
from adapters.discord.send import DiscordCouriers
from app.discord_side import Homes
from app.turns import VirtualClock
from app.wiring import seeded_ids
from scheduler.switchboard import Switchboard
from tests.chaos.coaches import Process
from tests.chaos.faults import CALLS, Faults
from tests.chaos.mortals import Mortal
from tests.chaos.sides import ORGANISER, PEOPLE, Post, Side
from tests.discord.doors import no_wait
from tests.discord.stories import CREATING
from tests.discord.towns import CALM, channel_of, populate
from tests.servers.discord import faults as trouble
from tests.servers.discord.filling import inputs
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.state import DM, PRIVATE_THREAD, Channel, Message

GUILD = "G1"
PAGES = 5
SAID = {0, 19}
"""The kinds of messages that somebody wrote."""


class Troubled(trouble.Faults):
    """Calls that change what is displayed meet the faults of a schedule."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    def take(self, name: str, channel: str | None) -> trouble.Fault | None:
        """See `Faults`."""
        if name not in CREATING:
            return super().take(name, channel)
        kind = self._faults.at("call", *CALLS)
        if kind is None:
            return super().take(name, channel)
        self._faults.strike(kind)
        return {
            "lost reply": trouble.Fault("lose_reply", name, 1),
            "cut connection": trouble.Fault("reset", name, 1),
            "server error": trouble.Fault("http", name, 1, status=503, body="<html>"),
            "rate limit": trouble.Fault("rate_limit", name, 1, retry_after=31.0),
        }[kind]


class DiscordSide(Side):
    """One server."""

    name = "discord"

    def __init__(self, server: DiscordServer, clock: VirtualClock) -> None:
        self.server = server
        self.clock = clock
        self.guild = server.guild(GUILD)
        self._mortal: Mortal | None = None
        self._greeted = 0
        """How many sessions had begun when the coach last knew that it had to read up."""
        populate(self.guild, PEOPLE)
        self._handles = {server.id_of(user): user for user in PEOPLE}
        self._channel = server.id_of(channel_of(GUILD))

    # --- the coach ------------------------------------------------------------------------------

    async def connect(self, process: Process, stack: AsyncExitStack) -> None:
        """See `Side`."""
        server, mortal = self.server, process.mortal
        server.mend()
        where = Addresses(server.api_url, server.gateway_url)
        client = await stack.enter_async_context(
            logged_in(server.token, no_wait, addresses=where, ready_seconds=0.05)
        )
        mortal.sever = lambda: self._severed(client)
        hears = self._mortal is None or self._mortal.dead
        # Only one process at a time hears; the others know every server without having been told.
        couriers = DiscordCouriers(
            client, process.clock, self.wait, None if hears else lambda _: True
        )
        stack.push_async_callback(couriers.close)
        process.connected(Switchboard({"discord": couriers.of}), self.wait)
        if not hears:
            # What one that died knew alone to be late, whoever takes its place reads up.
            process.settled = couriers_settled(couriers)
            return
        self._mortal = mortal

        async def greeted() -> None:
            await process.greeted()
            self._greeted = len(server.gateway.identifies)
            server.quiet.changed()

        homes = Homes(process.store, process.coach)
        engine = Engine(
            process.handle, homes.of, greeted, process.coach.guides, no_move, homes.member
        )
        ids = seeded_ids(process.number + 10_000)
        door = Door(client, engine, process.clock, no_wait, ids, patience=CALM)
        await stack.enter_async_context(open_door(door, no_wait))
        await self._connected()

        seeded = couriers_settled(couriers)

        async def settled() -> None:
            await door.settled()
            await seeded()

        process.settled = settled

    async def settled(self) -> None:
        """See `Side`."""
        await self.server.settled()

    async def broken(self, kind: str) -> None:
        """See `Side`."""
        if kind == "new session asked for":
            self.server.invalidate()
        elif kind == "cut socket":
            await self.server.drop()
        else:
            await self.server.cut()
            return
        await self._connected()

    async def mended(self) -> None:
        """See `Side`."""
        self.server.mend()
        await self._connected()

    def _severed(self, client: Hearing) -> None:
        sever(client)
        # Whoever waits for its line looks again: there may be none any more that could end.
        self.server.quiet.changed()

    async def _connected(self) -> None:
        """Wait for a line, and until the coach has noticed a new session.

        That takes it the twentieth part of a second, in which an idle world lets hours pass.
        """
        mortal, gateway = self._mortal, self.server.gateway
        await self.server.until(
            lambda: (
                (gateway.ready and self._greeted == len(gateway.identifies))
                or mortal is None
                or mortal.dead
            )
        )

    # --- people ---------------------------------------------------------------------------------

    async def set_up(self) -> None:
        """See `Side`."""
        given = self.guild.command(
            ORGANISER, self._channel, "coach setup", guide="mini", start="today"
        )
        await self._asked(given)

    def answerable(self, question: Post) -> bool:
        """See `Side`."""
        return question.id in self.server.world.channels

    def say(self, user: str, question: Post, text: str) -> Post:
        """See `Side`."""
        return Post(question.id, self.guild.say(user, question.id, text))

    def edit(self, user: str, post: Post, text: str) -> None:
        """See `Side`."""
        self.guild.edit(user, post.place, post.id, text)

    def delete(self, user: str, post: Post) -> None:
        """See `Side`."""
        assert self.guild.message(post.place, post.id).author.id == self.server.id_of(user)
        self.guild.delete(post.place, post.id)

    def tap(self, user: str, post: Post, number: int, *, on: bool = True) -> None:
        """See `Side`."""
        sign = f"{number}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
        (self.guild.react if on else self.guild.unreact)(user, post.place, post.id, sign)

    async def press(self, user: str, post: Post, prefix: str) -> None:
        """See `Side`."""
        buttons = self.guild.message(post.place, post.id).buttons
        action = next(each for each in buttons if each.startswith(prefix))
        await self._asked(self.guild.press(user, post.place, post.id, action))

    async def fill(self, user: str, number: int, comment: str) -> None:
        """See `Side`."""
        values = dict.fromkeys(("clarity", "motivation", "ownership"), str(number))
        for _ in range(PAGES):
            window = self.guild.modal(user)
            if window is None:
                return
            known = inputs(window)
            given = {k: v for k, v in {**values, "comment": comment}.items() if k in known}
            done = await self._asked(self.guild.submit(user, given))
            if done is None or "Part " not in done.text or done.original is None:
                return
            (onward, *_) = done.original.buttons
            await self._asked(self.guild.press(user, done.channel, done.original.id, onward))

    async def _asked(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Wait for an answer, but not for one of a coach that has died."""
        asking = asyncio.create_task(act)
        assert self._mortal is not None
        died = asyncio.create_task(self._mortal.died.wait())
        await asyncio.wait({asking, died}, return_when=asyncio.FIRST_COMPLETED)
        for task in (asking, died):
            task.cancel()
        await asyncio.gather(died, return_exceptions=True)
        done: Any = (await asyncio.gather(asking, return_exceptions=True))[0]
        if isinstance(done, Exception):
            raise done
        return None if isinstance(done, BaseException) else done

    # --- what is displayed ----------------------------------------------------------------------

    def channel(self) -> list[tuple[Post, str]]:
        """See `Side`."""
        return self._ours(self.server.world.channels[self._channel])

    def direct(self, user: str) -> list[tuple[Post, str]]:
        """See `Side`."""
        who = self.server.id_of(user)
        places = self.server.world.channels.values()
        private = [p for p in places if p.kind in {DM, PRIVATE_THREAD} and who in p.members]
        return [each for place in private for each in self._ours(place)]

    def _ours(self, place: Channel) -> list[tuple[Post, str]]:
        me = self.server.world.me
        return [
            (Post(place.id, each.id), each.text)
            for each in place.messages.values()
            if each.author.id == me and each.kind in SAID
        ]

    def whispered(self, user: str) -> list[str]:
        """See `Side`."""
        return [each.text for each in self.guild.ephemerals(user)]

    def marked(self, post: Post) -> bool:
        """See `Side`."""
        found = self.guild.message(post.place, post.id).reactions.values()
        return any(self.server.world.me in users for users in found)

    def dump(self) -> dict[str, Any]:
        """See `Side`."""
        found: dict[str, list[dict[str, Any]]] = {}
        for place in self.server.world.channels.values():
            shown = [self._dumped(each) for each in place.messages.values() if each.kind in SAID]
            if shown:
                found.setdefault(self._name(place), []).extend(shown)
        return {"platform": self.name, "places": found}

    def _name(self, place: Channel) -> str:
        people = " ".join(sorted(self._handles.get(user, "") for user in place.members))
        return f"direct {people.strip()}" if place.kind == DM else f"{place.kind} {place.name}"

    def _dumped(self, message: Message) -> dict[str, Any]:
        me = self.server.world.me
        return {
            "id": message.id,
            "author": self._handles.get(message.author.id, "coach"),
            "ours": message.author.id == me,
            "coach": me,
            "text": message.text,
            "thread": None,
            "deleted": False,
            "reactions": {sign: sorted(users) for sign, users in message.reactions.items()},
            "key": None,
        }


def sever(client: Hearing) -> None:
    """Break all connections of a client at once, and let it make no new ones."""
    from tests.chaos.slack_side import sever as break_off  # noqa: PLC0415

    socket: Any = client.ws
    if socket is not None and socket._keep_alive is not None:
        socket._keep_alive.stop()
    session = client.http._HTTPClient__session  # type: ignore[attr-defined]
    if hasattr(session, "connector"):
        break_off(session)


def couriers_settled(couriers: DiscordCouriers) -> Callable[[], Awaitable[None]]:
    """Return what waits until nothing goes on in the background."""

    async def settled() -> None:
        for courier in couriers:
            await courier.seeds.settled()

    return settled


async def no_move() -> None:
    """Nobody enters or leaves the server."""


@asynccontextmanager
async def discord_side(clock: VirtualClock, faults: Faults) -> AsyncIterator[DiscordSide]:
    """Open a Discord."""
    async with DiscordServer(clock) as server:
        server.faults = Troubled(faults)
        yield DiscordSide(server, clock)
