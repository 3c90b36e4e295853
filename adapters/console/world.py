"""The console platform itself: people, channels, messages, and what is displayed of them.

It stands where Slack's or Discord's servers stand, and like them it promises nothing: a
message posted twice is displayed twice, however alike the keys.  State changes by
`record` alone, which first writes to the journal, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from adapters.console.happenings import (
    Arrived,
    Asked,
    Blocked,
    Deleted,
    Edited,
    Entered,
    Happening,
    Left,
    Opened,
    Posted,
    Replaced,
    Tapped,
    Wrote,
)
from adapters.console.journal import Journal
from adapters.console.labels import Labels
from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Form, Message, Topic

WORKSPACE = WorkspaceId("console:local")
COACH = UserId("coach")


@dataclass(slots=True)
class Shown:
    """One message as displayed now.

    `content` is what the coach said, `before` what it said before that; `text` what a person did.
    """

    label: str
    message: MessageId
    channel: ChannelId
    thread: MessageId | None
    by: UserId
    said_at: datetime
    revised_at: datetime
    text: str = ""
    files: int = 0
    content: Message | None = None
    before: Message | None = None
    key: PostKey | None = None
    deleted: bool = False
    taps: dict[tuple[UserId, str], None] = field(default_factory=dict)

    @property
    def topic(self) -> Topic | None:
        """What kind of message of the coach's it is."""
        return self.content.topic if self.content else None


@dataclass(frozen=True, slots=True)
class Whispered:
    """What one person alone was shown at once; it is gone after a restart.

    `channel` is where they were, `None` in a direct message; `about` and `question` tell
    what message it was an answer to.
    """

    channel: ChannelId | None
    messages: tuple[Message, ...] = ()
    form: Form | None = None
    about: Topic | None = None
    question: str | None = None


Listener = Callable[[Happening], None]


class World:
    """Everything on the console platform."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.people: dict[UserId, str] = {}
        self.channels: dict[ChannelId, dict[UserId, None]] = {}
        self.blocked: set[UserId] = set()
        self.whispers: dict[UserId, Whispered] = {}
        self.latest: datetime | None = None
        self._messages: dict[MessageId, Shown] = {}
        self._by_label: dict[str, Shown] = {}
        self._by_key: dict[PostKey, MessageId] = {}
        self._threads: dict[MessageId, list[MessageId]] = {}
        self._labels = Labels()
        self._count = 0
        self._listeners: list[Listener] = []
        self._journal = journal
        for happening in journal.recover() if journal else ():
            self._apply(happening)

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of everything that happens from now on, after it is displayed."""
        self._listeners.append(listener)

    def record(self, happening: Happening) -> None:
        """Let it happen: on the disk first, then on display."""
        if self._journal is not None:
            self._journal.append(happening)
        self._apply(happening)
        for listener in self._listeners:
            listener(happening)

    @property
    def count(self) -> int:
        """How much has happened, over all restarts: what makes one happening unlike another."""
        return self._count

    def next_message(self) -> MessageId:
        """Return the id of the next message; later ids sort behind earlier ones."""
        return MessageId(f"m{self._count + 1:08d}")

    def find(self, label: str) -> Shown | None:
        """Return the message called `label`, unless it was deleted."""
        shown = self._by_label.get(label)
        return None if shown is None or shown.deleted else shown

    def get(self, message: MessageId) -> Shown | None:
        """Return the message, also one that was deleted."""
        return self._messages.get(message)

    def keyed(self, key: PostKey) -> Shown | None:
        """Return the first post that carries `key`."""
        message = self._by_key.get(key)
        return None if message is None else self._messages[message]

    def thread(self, root: MessageId) -> Iterator[Shown]:
        """Yield what stands in a message's thread, oldest first."""
        for message in self._threads.get(root, ()):
            if not self._messages[message].deleted:
                yield self._messages[message]

    def displayed(self) -> Iterator[Shown]:
        """Yield every message not deleted, oldest first."""
        for shown in self._messages.values():
            if not shown.deleted:
                yield shown

    def sees(self, who: UserId, shown: Shown) -> bool:
        """Tell whether a person can see a message now."""
        return shown.channel == direct(who) or who in self.channels.get(shown.channel, {})

    def labels(self) -> tuple[str, ...]:
        """Return the labels of all messages on display, oldest first."""
        return tuple(shown.label for shown in self.displayed())

    def _apply(self, happening: Happening) -> None:
        self._count += 1
        self.latest = happening.at
        match happening:
            case Wrote() | Posted():
                self._show(happening)
            case Replaced() | Edited() | Deleted() | Tapped():
                self._alter(self._messages[happening.message], happening)
            case _:
                self._move(happening)

    def _move(self, happening: Opened | Arrived | Entered | Left | Blocked | Asked) -> None:
        match happening:
            case Asked():
                pass
            case Opened():
                self.channels.setdefault(happening.channel, {})
            case Arrived():
                self.people[happening.who] = happening.name
            case Entered():
                self.channels[happening.channel][happening.who] = None
            case Left():
                self.channels[happening.channel].pop(happening.who, None)
            case Blocked():
                (self.blocked.add if happening.on else self.blocked.discard)(happening.who)
            case _:
                assert_never(happening)

    def _show(self, happening: Wrote | Posted) -> None:
        shown = Shown(
            label=self._label(happening),
            message=happening.message,
            channel=happening.channel,
            thread=happening.thread,
            by=happening.who if isinstance(happening, Wrote) else COACH,
            said_at=happening.at,
            revised_at=happening.at,
        )
        if isinstance(happening, Posted):
            shown.content, shown.key = happening.content, happening.key
            self._by_key.setdefault(happening.key, happening.message)
        else:
            shown.text, shown.files = happening.text, happening.files
        self._messages[shown.message] = shown
        self._by_label[shown.label] = shown
        if shown.thread is not None:
            self._threads.setdefault(shown.thread, []).append(shown.message)

    def _label(self, happening: Wrote | Posted) -> str:
        if isinstance(happening, Posted):
            return self._labels.of_coach(happening.content.topic)
        return self._labels.of_person(happening.who)

    def _alter(self, shown: Shown, happening: Replaced | Edited | Deleted | Tapped) -> None:
        match happening:
            case Replaced():
                shown.before, shown.content = shown.content, happening.content
                shown.revised_at = happening.at
            case Edited():
                shown.text = happening.text
                shown.revised_at = happening.at
            case Deleted():
                shown.deleted = True
            case Tapped():
                if happening.on:
                    shown.taps[happening.who, happening.emoji] = None
                else:
                    shown.taps.pop((happening.who, happening.emoji), None)
            case _:
                assert_never(happening)


def direct(who: UserId) -> ChannelId:
    """Return the channel of a person's direct messages with the coach."""
    return ChannelId(f"@{who}")


def partner(channel: ChannelId) -> UserId | None:
    """Return whose direct messages a channel is; `None` for an ordinary channel."""
    return UserId(channel[1:]) if channel.startswith("@") else None
