"""What became visible, one entry each: the common record of tests, rehearsals and the terminal.

An entry keeps the message itself; words are made of it only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from adapters.console.happenings import Happening, Posted, Replaced, Tapped
from adapters.console.receive import Received
from adapters.console.render import harmless, render, render_changes, render_form
from adapters.console.steps import Act, Block, Move, Press, Send
from adapters.console.world import COACH, Shown, World, partner
from bot.ids import UserId
from bot.messages import Form, Message, Reply, Topic

Kind = Literal["act", "post", "change", "mark", "reply", "form", "errors"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that became visible at `at`.

    `who` did it: a person (`act`) or the coach.  `place` is where, as the script language
    says it: `#prep`, the label of a thread's first message, or the person of a direct
    message.  `label` names the message made, or the one it is about.  `to` is the same place
    for records: `channel`, `thread:QUESTION` or `dm:PERSON`.  `about` is the topic of the
    message somebody reacted or replied to, `question` and `member` what and whom it concerns.
    `before` is what a message said that the coach changed.
    """

    at: datetime
    kind: Kind
    who: UserId
    place: str
    to: str
    label: str = ""
    about: Topic | None = None
    question: str | None = None
    member: UserId | None = None
    act: Act | None = None
    message: Message | None = None
    before: Message | None = None
    form: Form | None = None
    emoji: str = ""
    on: bool = True
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def topic(self) -> Topic | None:
        """What kind of message the coach sent."""
        return self.message.topic if self.message else None

    @property
    def by_coach(self) -> bool:
        """Whether the coach did it."""
        return self.who == COACH

    def lines(self, width: int | None = None) -> list[str]:
        """Return the coach's words as lines of at most `width` columns."""
        if self.message is not None:
            return render(self.message, width)
        if self.form is not None:
            return render_form(self.form, width)
        return [harmless(f"{name}: {problem}") for name, problem in self.errors]

    def news(self, width: int | None = None) -> list[str]:
        """Return the same, of a changed message only what it did not say before."""
        if self.message is not None and self.before is not None:
            return render_changes(self.before, self.message, width)
        return self.lines(width)


def acted(world: World, act: Act, received: Received, now: datetime) -> Entry:
    """Return what somebody did as an entry."""
    who = UserId(act.who)
    about, question, member = received.about, received.question, None
    if received.on is not None and received.on.content is not None:
        content = received.on.content
        about, question, member = content.topic, content.question, content.member
    if isinstance(act, Block) or received.place is None:
        place, to = str(who), f"dm:{who}"
    elif isinstance(act, Press | Send | Move) or received.on is None:
        place, to = received.place, "channel"
    else:
        place, to = _in_thread(world, received.on)
    return Entry(
        at=now,
        kind="act",
        who=who,
        place=place,
        to=to,
        label=received.label,
        about=about,
        question=question,
        member=member,
        act=act,
    )


def answered(who: UserId, received: Received, reply: Reply, now: datetime) -> Iterator[Entry]:
    """Yield what somebody alone was shown at once."""
    to, question = f"dm:{who}", received.question
    for message in reply.messages:
        about = message.question or question
        yield Entry(now, "reply", COACH, who, to, question=about, member=who, message=message)
    if reply.form is not None:
        yield Entry(now, "form", COACH, who, to, question=question, member=who, form=reply.form)
    if reply.errors:
        yield Entry(
            now, "errors", COACH, who, to, question=question, member=who, errors=reply.errors
        )


def displayed(world: World, happening: Happening) -> Entry | None:
    """Return what the coach did as an entry; `None` for anything else."""
    if not isinstance(happening, Posted | Replaced | Tapped):
        return None
    shown = world.get(happening.message)
    if shown is None:
        return None
    place, to = _where(world, shown)
    if isinstance(happening, Tapped):
        if happening.who != COACH:
            return None
        emoji, on = happening.emoji, happening.on
        return Entry(
            happening.at, "mark", COACH, place, to, shown.label, member=shown.by, emoji=emoji, on=on
        )
    content, posted = happening.content, isinstance(happening, Posted)
    return Entry(
        at=happening.at,
        kind="post" if posted else "change",
        who=COACH,
        place=place,
        to=to,
        label=shown.label,
        question=content.question,
        member=content.member,
        message=content,
        before=None if posted else shown.before,
    )


def _where(world: World, shown: Shown) -> tuple[str, str]:
    """Return where a message stands, for people and for records."""
    who = partner(shown.channel)
    if who is not None:
        return who, f"dm:{who}"
    if shown.thread is None:
        return shown.channel, "channel"
    return _in_thread(world, shown)


def _in_thread(world: World, on: Shown) -> tuple[str, str]:
    """Return the thread of a message, or the one it stands in."""
    root = (world.get(on.thread) if on.thread else None) or on
    question = root.content.question if root.content else None
    return root.label, f"thread:{question or root.label}"
