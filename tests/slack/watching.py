"""What became visible in Slack since somebody last looked: the coach's part of a transcript.

Everything is read from the state of the server: messages, edits, reactions, what one person alone
sees, windows and the Home tab.  The engine is asked only what a message of ours stands for, so
that it can be called `q1` or `r1`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from adapters.slack.emojis import emoji_of
from adapters.slack.moments import moment
from tests.servers.slack.interactions import Team
from tests.servers.slack.state import Channel, Json, Post
from tests.slack.reading import Reader
from tests.stages.lines import news, wrap
from tests.stages.sights import Names, Sight

_PING = re.compile("<!(?:channel|here|everyone|subteam)")

Subject = Callable[[str, str], str]
"""Tells what a message of ours, by channel and ts, stands for: `review:ID`."""


class Watcher:
    """Looks at one workspace, and calls its messages by names."""

    def __init__(self, team: Team, zone: str, subject: Subject, clock: Callable[[], datetime]):
        self.names = Names()
        self._team, self._zone, self._subject, self._clock = team, zone, subject, clock
        self._by_key: dict[str, str] = {}
        self._seen: dict[tuple[str, str], Post] = {}
        self._notes = 0
        self._modals: dict[str, Json] = {}
        self._homes: dict[str, list[Json]] = {}

    def name(self, user: str) -> str:
        """Return how a person is called in transcripts: by their short name."""
        return self._team.people[user].name

    def look(self) -> list[Sight]:
        """Return what is new: first what somebody waits for, then messages as they came."""
        sights = [*self._marks(), *self._whispers(), *self._windows(), *self._at_home()]
        return sights + sorted(self._messages(), key=lambda sight: sight.at)

    # --- messages -------------------------------------------------------------------------

    def _messages(self) -> Iterator[Sight]:
        places = self._team.channels.values()
        posts = [(post, channel) for channel in places for post in channel.posts.values()]
        # In this order they get their names, too.
        for post, channel in sorted(posts, key=lambda each: each[0].ts):
            if post.bot is not None:
                yield from self._message(channel, post)
        there = {(channel.id, post.ts) for post, channel in posts}
        for gone in [place for place in self._seen if place not in there]:
            if self._seen.pop(gone).bot is not None:
                yield Sight(self._clock(), f"coach deletes {self.names.labels[gone]}.")

    def _message(self, channel: Channel, post: Post) -> Iterator[Sight]:
        place = (channel.id, post.ts)
        before = self._seen.get(place)
        self._seen[place] = copy.deepcopy(post)
        if before is None:
            assert not _PING.search(post.text), f"this would ping: {post.text[:200]}"
            label = self._label(channel, post)
            body = [line for block in self._read(post.blocks) for line in block]
            if post.reactions:
                body += wrap(f"({' '.join(emoji_of(name) for name in post.reactions)})")
            where = self._where(channel, post)
            yield Sight(moment(post.ts), f"coach {where}, {label}:", tuple(body))
        elif before.blocks != post.blocks:
            lines = self._changes(before.blocks, post.blocks)
            if lines:
                yield Sight(
                    self._clock(), f"coach changes {self.names.labels[place]}:", tuple(lines)
                )

    def _changes(self, before: list[Json], after: list[Json]) -> list[str]:
        return news(self._read(before), self._read(after))

    def _where(self, channel: Channel, post: Post) -> str:
        thread = self.names.labels.get((channel.id, post.root)) if post.root != post.ts else None
        if channel.user is not None:
            return f"to {self.name(channel.user)}" + (f" in {thread}" if thread else "")
        return f"in {thread}" if thread else f"in #{channel.name}"

    def _label(self, channel: Channel, post: Post) -> str:
        about = (post.metadata or {}).get("event_payload", {})
        key, part = about.get("key"), about.get("part", 1)
        if part > 1:
            return self.names.put(f"{self._by_key[key]}-{part}", (channel.id, post.ts))
        label = self.names.give_by(self._subject(channel.id, post.ts), (channel.id, post.ts))
        if key:
            self._by_key[key] = label
        return label

    def _marks(self) -> Iterator[Sight]:
        for place, label in self.names.labels.items():
            post = self._team.channels[place[0]].posts.get(place[1])
            if post is None:
                continue
            before = self._seen.get(place)
            old = _ours(before, self._team.bot_user) if before else set()
            new = _ours(post, self._team.bot_user)
            self._seen[place] = copy.deepcopy(post) if before is None else before
            self._seen[place].reactions = copy.deepcopy(post.reactions)
            for sign, names in (("+", new - old), ("-", old - new)):
                for name in sorted(names):
                    yield Sight(self._clock(), f"coach on {label}: {sign}{emoji_of(name)}")

    # --- for one person ---------------------------------------------------------------------

    def _whispers(self) -> Iterator[Sight]:
        for user, channel, shown in self._team.notes[self._notes :]:
            place = self._team.channels[channel]
            where = "" if place.user else f" in #{place.name}"
            title = f"coach to {self.name(user)}{where} (only {self.name(user)} sees this):"
            lines = [line for block in self._read(shown.blocks) for line in block]
            yield Sight(moment(shown.ts), title, tuple(lines or wrap(shown.text)))
        self._notes = len(self._team.notes)

    def _windows(self) -> Iterator[Sight]:
        for user in self._team.people:
            view = self._team.modal(user)
            before = self._modals.pop(user, None)
            if view is None:
                continue
            self._modals[user] = view
            if before is None or before["hash"] != view["hash"]:
                kind = "a form" if view["submit"] else "a window"
                title = f"coach to {self.name(user)} ({kind}, for {self.name(user)} alone):"
                yield Sight(self._clock(), title, tuple(self._reader().view(view)))

    def _at_home(self) -> Iterator[Sight]:
        for user in self._team.people:
            view = self._team.home(user)
            if view is not None and _bare(view["blocks"]) != self._homes.get(user):
                self._homes[user] = _bare(view["blocks"])
                title = f"coach to {self.name(user)} (on the Home tab):"
                yield Sight(self._clock(), title, tuple(self._reader().view(view)))

    def _read(self, blocks: list[Json]) -> list[list[str]]:
        return self._reader().blocks(blocks)

    def _reader(self) -> Reader:
        return Reader(self._clock(), self._zone, self.name, self._channel)

    def _channel(self, channel: str) -> str:
        return self._team.channels[channel].name


def _ours(post: Post, bot: str) -> set[str]:
    return {name for name, users in post.reactions.items() if bot in users}


def _bare(blocks: list[Json]) -> list[Json]:
    """Return blocks without the ids that Slack gave them."""
    return [{key: value for key, value in block.items() if key != "block_id"} for block in blocks]
