"""A door on the local Slack server: the real app, a fake engine behind it, either way in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import aiohttp
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.calls import Calls
from adapters.slack.door import Installed, Patience, make_app
from adapters.slack.gates import Gates
from adapters.slack.people import People
from adapters.slack.render import render
from adapters.slack.socket import SocketDoor
from adapters.slack.underway import Underway
from adapters.slack.uploads import Uploads
from adapters.slack.web import make_web, serve
from adapters.slack.workspaces import client_for, find_out
from bot.inbound import Inbound
from bot.messages import (
    NOTHING,
    Button,
    Buttons,
    Field,
    Form,
    Message,
    Paragraph,
    Reply,
    Words,
)
from bot.ports.outside import Draw
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

How = Literal["socket", "http"]
WAYS: tuple[How, ...] = ("socket", "http")


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span

    async def wait(self, seconds: float) -> None:
        self.pass_(timedelta(seconds=seconds))


class Waits:
    """Waits that end when the test lets them; `asked` are their lengths in seconds."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._waiting: list[asyncio.Event] = []
        self._more = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        over = asyncio.Event()
        self._waiting.append(over)
        self._more.set()
        await over.wait()

    @property
    def waiting(self) -> int:
        """How many waits are going on."""
        return len(self._waiting)

    async def more(self) -> None:
        """Wait until somebody waits."""
        self._more.clear()
        await self._more.wait()

    def over(self) -> None:
        """End every wait that is going on."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.set()


async def no_wait(seconds: float) -> None:
    del seconds


SECRET = "hush-hush"


class DatabaseAway(Exception):
    """Stands for a transaction that cannot be had; its words must never reach a log."""


@dataclass
class Engine:
    """Keeps what it handled; `reply` answers, `failures` fail first, `hold` keeps it busy."""

    reply: Callable[[Inbound], Reply] = lambda event: NOTHING  # noqa: ARG005
    failures: int = 0
    hold: asyncio.Event | None = None
    events: list[Inbound] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, event: Inbound) -> Reply:
        if self.failures:
            self.failures -= 1
            raise DatabaseAway(SECRET)
        self.events.append(event)
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        return self.reply(event)


@dataclass
class Door:
    """The app, connected."""

    slack: SlackServer
    team: Team
    app: AsyncApp
    engine: Engine
    clock: Clock
    underway: Underway
    url: str = ""
    socket: SocketDoor | None = None

    async def settled(self) -> None:
        """Wait until everything arrived, was answered and is displayed."""
        await self.slack.settled()
        await self.underway.settled()
        await self.slack.settled()

    async def post(self, what: Message, channel: str = "C1", thread: str | None = None) -> str:
        """Post a message as the bot, and return its ts."""
        part = render(what)[0]
        answer = await self.app.client.chat_postMessage(
            token=self.team.bot_token,
            channel=channel,
            text=part.text,
            blocks=list(part.blocks),
            thread_ts=thread,
        )
        await self.settled()
        return str(answer["ts"])

    def whispers(self, user: str = "U1") -> list[str]:
        """Return the texts that only this person sees, oldest first."""
        return [shown.text for _, shown in self.team.ephemerals(user)]


@asynccontextmanager
async def door(
    how: How,
    engine: Engine | None = None,
    patience: Patience | None = None,
    *,
    unknown: Sequence[str] = (),
    draw: Draw | None = None,
) -> AsyncIterator[Door]:
    """Open a door for team T1, where ana (U1) and bo (U2) are in #prep (C1) with the bot.

    `unknown` are more teams, where people are the same but which the app is not set up for.
    """
    clock, engine = Clock(), engine or Engine()
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackServer(clock))
        for each in ("T1", *unknown):
            _people(slack.team(each))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        team, underway = slack.teams["T1"], Underway()
        app = await made(slack, session, engine, clock, underway, patience, draw)
        made_door = Door(slack, team, app, engine, clock, underway)
        stack.push_async_callback(underway.finish)
        if how == "http":
            port = await stack.enter_async_context(serve(make_web(app, _ready), 0, "127.0.0.1"))
            made_door.url = f"http://127.0.0.1:{port}/slack/events"
            slack.events_over_http(made_door.url)
        else:
            socket = SocketDoor(app, slack.app_token, _nothing, clock, Waits())
            made_door.socket = await stack.enter_async_context(socket)
            await slack.connected()
        yield made_door


async def made(
    slack: SlackServer,
    session: aiohttp.ClientSession,
    engine: Engine,
    clock: Clock,
    underway: Underway,
    patience: Patience | None = None,
    draw: Draw | None = None,
) -> AsyncApp:
    """Make the app, set up for team T1."""
    team = slack.teams["T1"]
    workspace = await find_out(team.bot_token, slack.base_url, session, clock, no_wait)
    client = client_for(team.bot_token, slack.base_url, session)
    calls = Calls(workspace.id, client, Gates(clock, clock.wait))
    return make_app(
        {"T1": Installed(workspace, calls, People(calls, clock), Uploads(calls, client, draw))},
        engine,
        clock,
        underway,
        client=client_for("", slack.base_url, session),
        signing_secrets=[slack.signing_secret],
        patience=patience,
    )


def message(words: str, *buttons: Button) -> Message:
    rows = (Buttons(buttons),) if buttons else ()
    return Message("notice", words, (Paragraph((Words(words),)), *rows))


def form(action: str = "answer:q1", *names: str) -> Form:
    return Form("Your answer", action, tuple(Field(name, name) for name in names or ("text",)))


def says(*words: str) -> Callable[[Inbound], Reply]:
    """Return an engine's reply of so many messages."""
    return lambda event: Reply(tuple(message(each) for each in words))  # noqa: ARG005


def shows(reply: Reply) -> Callable[[Inbound], Reply]:
    """Return an engine's reply, whatever happens."""
    return lambda event: reply  # noqa: ARG005


def _people(team: Team) -> None:
    team.add_user("U1", "ana", display="Ana Ito")
    team.add_user("U2", "bo", display="Bo Berg")
    team.add_channel("C1", "prep", ["U1", "U2"])


async def _nothing() -> None:
    return None


async def _ready() -> str | None:
    return None
