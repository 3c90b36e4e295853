"""Discord's way in: what happens is handled durably before anything else, whoever asks is answered.

    gateway --receive--> kept until handled (one transaction each)
    interaction --done--> handled --> its first answer, within Discord's three seconds

Rule: Discord tells everything once, so nothing that was heard is forgotten before it is handled,
and what must be given up is read again.  A person who waits is always answered in time, if need
be with an apology; nothing that needs a window is put off, because none could follow.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.discord.answers import Answers, Interaction, sorry
from adapters.discord.client import Hearing, Wait
from adapters.discord.client_connection import Connection
from adapters.discord.client_faults import UNREACHABLE, kind_of
from adapters.discord.commands_suggestions import suggestions
from adapters.discord.commands_upload import upload
from adapters.discord.door_asking import Asking, Handle, Patience
from adapters.discord.door_backlog import MOST, Backlog
from adapters.discord.door_forms import Forms
from adapters.discord.door_home import Home, Homes
from adapters.discord.door_underway import Underway
from adapters.discord.drafts import Drafts, onward_of
from adapters.discord.elsewhere import action_along
from adapters.discord.interactions import again, asked, done, may_open_form
from adapters.discord.people_there import Whereabouts
from adapters.discord.places import keep
from adapters.discord.places_private import alone_with
from adapters.discord.receive import DIRECT, Ours, receive, removed_from, spoken
from adapters.discord.unread import IsMember, Unread, anybody, point, unread
from bot.ids import ChannelId, MessageId, UserId
from bot.inbound import Inbound, MembershipChanged, MessageDeleted, MessageEdited, MessageSaid
from bot.messages import Reply
from bot.ports.outside import Clock, Draw, NewId
from content.schema import Guide

log = logging.getLogger(__name__)

_REMEMBERED = 10_000
_POINTING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Engine:
    """What is behind the door.

    `on_hello` reads up what may have been missed; it runs once at a time.  `on_move` is called
    after the bot has entered or left a server.  `member` tells who takes part; without it
    everybody may.
    """

    handle: Handle
    home: Home
    on_hello: Callable[[], Awaitable[None]]
    guides: Mapping[str, Guide]
    on_move: Callable[[], Coroutine[object, object, None]] | None = None
    member: IsMember = anybody


class Door:
    """Takes in what one client hears.  `start` it before the client connects, `finish` it after."""

    def __init__(
        self,
        client: Hearing,
        engine: Engine,
        clock: Clock,
        wait: Wait,
        new_id: NewId,
        *,
        patience: Patience | None = None,
        most: int = MOST,
        draw: Draw | None = None,
    ) -> None:
        self.client = client
        self.underway = Underway()
        self.drafts = Drafts(clock, new_id)
        self._engine = engine
        self._clock = clock
        self._heard_at = datetime.min.replace(tzinfo=UTC)
        self._answers = Answers(self.drafts, draw)
        self._whereabouts = Whereabouts(client, clock)
        self._homes = Homes(engine.home, self._whereabouts)
        self._asking = Asking(engine.handle, self._homes, self._answers, patience or Patience())
        self._forms = Forms(self.drafts, self._answers, self._asking)
        self._reading = asyncio.Lock()
        self._answered: OrderedDict[int, None] = OrderedDict()
        self._direct: OrderedDict[ChannelId, UserId] = OrderedDict()
        self._pointed: OrderedDict[str, datetime] = OrderedDict()
        self.backlog: Backlog[Inbound] = Backlog(self._take, self._read_up, wait, most=most)

    def start(self) -> None:
        """Begin to take things in."""
        self.backlog.start()

    async def settled(self) -> None:
        """Wait until everything heard is handled and answered."""
        while len(self.backlog) or len(self.underway):
            await self.backlog.settled()
            await self.underway.settled()

    async def finish(self, patience: timedelta = timedelta(seconds=5)) -> None:
        """Handle and answer what was heard, for at most `patience` each."""
        await self.backlog.finish(patience)
        await self.underway.finish(patience)

    # --- what happened --------------------------------------------------------------------

    def heard(self, frame: dict[str, Any]) -> None:
        """See `adapters.discord.client.Ear`."""
        gone = removed_from(frame)
        if gone is not None:
            # Whether that matters, who knows the cohorts tells.
            log.info("the bot was removed from a server", extra={"workspace": gone})
        ours = self._ours()
        for event in receive(frame, ours, self._moment()):
            self._note(event)
            self.backlog.take(event)
        said = spoken(frame, ours)
        if said is not None and self._may_point(said.by.id):
            self.underway.start(self._answers.point(self.client, said), "pointing the way")
        missed = unread(frame, ours)
        if missed is not None:
            pointing = point(self.client, missed, self._may_lead)
            self.underway.start(pointing, "pointing to the form")

    def _note(self, event: Inbound) -> None:
        """Note who is in a server, and who is no more."""
        if isinstance(event, MembershipChanged):
            self._whereabouts.left(event.by.id, event.workspace)
        elif isinstance(event, MessageSaid):
            self._whereabouts.seen(event.by.id, event.workspace)

    def _moment(self) -> datetime:
        """Return now, and never the same twice: what is told at once still came in an order."""
        self._heard_at = max(self._clock(), self._heard_at + timedelta.resolution)
        return self._heard_at

    async def _may_lead(self, missed: Unread) -> bool:
        where, by = missed.channel, missed.by
        takes_part = missed.alone or await self._engine.member(missed.workspace, where, by)
        return takes_part and self._may_point(f"{by} {missed.thread}")

    def _may_point(self, who: str) -> bool:
        """Tell whether somebody has not been told lately; nobody can make us talk all the time."""
        now, last = self._clock(), self._pointed.get(who)
        if last is not None and now - last < _POINTING:
            return False
        self._pointed[who] = now
        self._pointed.move_to_end(who)
        if len(self._pointed) > _REMEMBERED:
            self._pointed.popitem(last=False)
        return True

    async def greeted(self) -> None:
        """See `adapters.discord.client.Ear`."""
        self._whereabouts.greeted()
        self.underway.start(self._read_up(), "reading up")

    async def moved(self) -> None:
        """See `adapters.discord.client.Ear`."""
        self._whereabouts.moved()
        if self._engine.on_move is not None:
            self.underway.start(self._engine.on_move(), "looking where we are")

    async def _read_up(self) -> None:
        async with self._reading:
            await self._engine.on_hello()

    async def _take(self, event: Inbound) -> None:
        event, refusal = await self._at_home(event)
        reply = refusal or await self._engine.handle(event)
        if isinstance(event, MessageSaid | MessageEdited) and (reply.messages or reply.form):
            showing = self._answers.say(self.client, event, reply, again(event))
            self.underway.start(showing, "answering a message")

    async def _at_home(self, event: Inbound) -> tuple[Inbound, Reply | None]:
        if event.workspace != DIRECT:
            return self._in_private(event), None
        channel: ChannelId | None = getattr(event, "channel", None)
        message: MessageId | None = getattr(event, "message", None)
        who = await self._whose(channel or ChannelId(""), event.by.id)
        # Nobody else can be meant: it is between that person and us.
        event = replace(event, by=replace(event.by, id=who))
        return await self._homes.at_home(event, channel or ChannelId(""), message)

    def _in_private(self, event: Inbound) -> Inbound:
        """Return whose message was deleted, where somebody and we are alone in a thread."""
        if isinstance(event, MessageSaid | MessageEdited) and event.direct:
            keep(self._direct, event.channel, event.by.id)
        if not isinstance(event, MessageDeleted) or event.by.id:
            return event
        who = self._direct.get(event.channel, event.by.id)
        return replace(event, by=replace(event.by, id=who))

    async def _whose(self, channel: ChannelId, by: UserId) -> UserId:
        """Return whose direct message it is; of a deletion Discord tells only where it was."""
        known = by or self._direct.get(channel) or UserId(await self.client.recipient(channel))
        if channel and known:
            keep(self._direct, channel, known)
        return known

    def _ours(self) -> Ours:
        client, user = self.client, self.client.user
        return Ours(
            str(user.id) if user else "",
            client.reads,
            client.thread_parent,
            client.channel_name,
            client.role_name,
            lambda channel, user: alone_with(client, channel, user),
        )

    # --- who asks -------------------------------------------------------------------------

    async def asked(self, interaction: Interaction) -> None:
        """See `adapters.discord.client.Ear`."""
        if interaction.id in self._answered:
            return
        self._answered[interaction.id] = None
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        self.underway.start(self._answer(interaction), "answering")

    async def _answer(self, to: Interaction) -> None:
        what = asked(to)
        if what.kind == "typing":
            fitting = suggestions(what.data, self._engine.guides, self._clock().date())
            return await self._answers.suggest(to, fitting)
        if what.kind == "form":
            return await self._forms.take(to, what)
        onward = onward_of(what.custom_id) if what.kind == "button" else None
        if onward is not None:
            return await self._forms.go_on(to, what, onward)
        event = done(what)
        if event is None:
            return await self._answers.show(to, what, Reply())
        answer = await self._asking.answered(to, what, event, window=may_open_form(what))
        failed = answer.reply is None
        anew = action_along(again(event), event.workspace) if what.direct else again(event)
        reply = answer.reply or sorry(anew)
        return await self._answers.show(to, answer.what, reply, "" if failed else anew)


@asynccontextmanager
async def open_door(
    door: Door,
    wait: Wait,
    *,
    place: str = "DISCORD_TOKEN",
    stopping: timedelta = timedelta(seconds=5),
) -> AsyncIterator[Connection]:
    """Make the commands known, and take in what happens while entered.

    At the end it takes at most `stopping` to handle what was heard, and again to answer.

    Raises:
        DiscordConnectionError: If Discord can never be heard as it is set up.
    """
    try:
        await upload(door.client)
    except UNREACHABLE as error:
        # Those known from before still work.
        log.warning("the commands could not be made known", extra={"error": kind_of(error)})
    door.start()
    try:
        async with Connection(door.client, door, wait, place=place) as connection:
            try:
                yield connection
            finally:
                # While it can still speak, for whoever waits for an answer.
                door.client.ear = None
                await door.finish(stopping)
    finally:
        await door.finish(timedelta())
