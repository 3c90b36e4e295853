"""What became visible in Discord since somebody last looked: the coach's part of a transcript.

Everything is read from what the server displays: messages, edits, threads, reactions, what one
person alone sees, and windows.  The engine is asked only what a message of ours stands for, so
that it can be called `q1` or `r1`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import datetime

from adapters.discord.search_marks import mark_of
from tests.discord.reading import Reader
from tests.servers.discord.errors import Json
from tests.servers.discord.interactions import Guild
from tests.servers.discord.snowflakes import moment
from tests.servers.discord.state import (
    DEFAULT,
    DM,
    HAS_THREAD,
    LOADING,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    REPLY,
    Channel,
    Message,
)
from tests.stages.lines import news, wrap
from tests.stages.sights import Names, Place, Sight

Subject = Callable[[str, str], str]
"""Tells what a message of ours, by channel and id, stands for: `review:ID`."""


class Watcher:
    """Looks at one server and its direct messages, and calls messages by names."""

    def __init__(self, guild: Guild, zone: str, subject: Subject, clock: Callable[[], datetime]):
        self.names = Names()
        self._guild, self._world = guild, guild.world
        self._subject, self._clock = subject, clock
        self._reader = Reader(zone, self.name, lambda channel: self._world.channels[channel].name)
        self._seen: dict[Place, Message] = {}
        self._ours: dict[Place, set[str]] = {}
        self._begun: dict[int | None, str] = {}
        self._notes: dict[str, list[list[str]]] = {}
        self._windows: dict[str, Json] = {}

    def name(self, user: str) -> str:
        """Return how a person is called in transcripts: by their short name."""
        return self._world.users[user].name

    def look(self) -> list[Sight]:
        """Return what is new: first what somebody waits for, then messages as they came."""
        sights = [*self._marks(), *self._whispers(), *self._forms()]
        return sights + sorted(self._messages(), key=lambda sight: sight.at)

    # --- messages -------------------------------------------------------------------------

    def _messages(self) -> Iterator[Sight]:
        every = {
            (place.id, message.id): (place, message)
            for place in self._world.channels.values()
            for message in place.messages.values()
            if message.author.id == self._world.me and message.kind in (DEFAULT, REPLY)
        }
        # In this order they get their names, too.
        for where in sorted(every, key=lambda each: int(each[1])):
            yield from self._message(*every[where])
        for gone in [where for where in self._seen if where not in every]:
            del self._seen[gone]
            yield Sight(self._clock(), f"coach deletes {self.names.labels[gone]}.")

    def _message(self, place: Channel, message: Message) -> Iterator[Sight]:
        where = (place.id, message.id)
        before = self._seen.get(where)
        self._seen[where] = copy.deepcopy(message)
        if before is None:
            loud = message.mention_everyone or message.mention_roles
            assert not loud, f"this would ping: {message.text[:200]}"
            title = f"coach {self._where(place, message)}, {self._label(place, message)}"
            yield Sight(moment(message.id), f"{title}:", tuple(self._body(place, message)))
        elif before.components != message.components or before.content != message.content:
            lines = self._changes(before, message)
            if lines:
                label = self.names.labels[where]
                yield Sight(self._clock(), f"coach changes {label}:", tuple(lines))

    def _body(self, place: Channel, message: Message) -> Iterator[str]:
        for block in self._read(message):
            yield from block
        if message.reactions:
            yield from wrap(f"({' '.join(message.reactions)})")
        if message.flags & HAS_THREAD or message.id == place.id:
            yield from wrap(f"(its thread: “{self._world.channels[message.id].name}”)")

    def _changes(self, before: Message, after: Message) -> list[str]:
        return news(self._read(before), self._read(after))

    def _read(self, message: Message) -> list[list[str]]:
        blocks = [list(self._reader.text(message.content))] if message.content else []
        return blocks + self._reader.blocks(message.components)

    def _where(self, place: Channel, message: Message) -> str:
        if place.guild is None or place.kind == PRIVATE_THREAD:
            (who,) = [self.name(user) for user in place.members if user != self._world.me]
            alone = f"to {who}" if place.kind == DM else f"to {who} in “{place.name}”"
            return alone + self._replying(message)
        if message.id == place.id:
            # The first message of a post in a forum.
            return f"in #{self._world.channels[place.parent or ''].name}"
        return f"in {self._channel(place)}" + self._replying(message)

    def _replying(self, message: Message) -> str:
        if not message.reference:
            return ""
        label = self.names.labels.get((message.channel, message.reference["message_id"]), "?")
        return f", replying to {label}"

    def _label(self, place: Channel, message: Message) -> str:
        where, mark = (place.id, message.id), mark_of(message.payload(self._world.me))
        if mark and mark.part > 1:
            return self.names.put(f"{self._begun[mark.second]}-{mark.part}", where)
        # What has a thread of its own is known by the thread.
        channel = message.id if message.id in self._world.channels else place.id
        label = self.names.give_by(self._subject(channel, message.id), where)
        self._ours[where] = self._reactions(message)
        if mark and mark.parts > 1:
            self._begun[mark.second] = label
        return label

    def _marks(self) -> Iterator[Sight]:
        for where, label in self.names.labels.items():
            place = self._world.channels.get(where[0])
            message = place.messages.get(where[1]) if place else None
            if message is None:
                continue
            old, new = self._ours.get(where, set()), self._reactions(message)
            self._ours[where] = new
            for sign, emojis in (("+", new - old), ("-", old - new)):
                for emoji in sorted(emojis):
                    yield Sight(self._clock(), f"coach on {label}: {sign}{emoji}")

    def _reactions(self, message: Message) -> set[str]:
        return {emoji for emoji, users in message.reactions.items() if self._world.me in users}

    # --- for one person ---------------------------------------------------------------------

    def _whispers(self) -> Iterator[Sight]:
        every = [(user, each) for user in self._world.users for each in self._alone(user)]
        for user, message in sorted(every, key=lambda each: int(each[1].id)):
            before = self._notes.get(message.id)
            self._notes[message.id] = shown = self._read(message)
            if before != shown:
                who, place = self.name(user), self._world.channels[message.channel]
                where = "" if place.guild is None else f" in {self._channel(place)}"
                changed = "" if before is None else ", and it changed"
                title = f"coach to {who}{where} (only {who} sees this{changed}):"
                yield Sight(moment(message.id), title, tuple(line for one in shown for line in one))

    def _alone(self, user: str) -> list[Message]:
        return [each for each in self._guild.ephemerals(user) if not each.flags & LOADING]

    def _channel(self, place: Channel) -> str:
        if place.kind not in (PUBLIC_THREAD, PRIVATE_THREAD):
            return f"#{place.name}"
        of = (place.id, place.parent or "")
        labels = self.names.labels
        found = next((labels[c, place.id] for c in of if (c, place.id) in labels), "")
        return found or f"“{place.name}”"

    def _forms(self) -> Iterator[Sight]:
        for user in self._world.users:
            window, before = self._guild.modal(user), self._windows.pop(user, None)
            if window is None:
                continue
            self._windows[user] = window
            if window is not before:
                title = f"coach to {self.name(user)} (a form, for {self.name(user)} alone):"
                yield Sight(self._clock(), title, tuple(self._reader.window(window)))
