"""What people do on the console: first it is displayed, then it is an event for the coach.

Delivery keys count what happened, so the same happening always has the same key and two
happenings never share one, also after a restart with the same journal.  What a person could
not do on a real platform (press a button that is not there, write where they are not) is
refused here with a `ScriptError`, and nothing happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from adapters.console import happenings
from adapters.console.lookups import (
    answer_of,
    channel_named,
    form_of,
    message_named,
    own_message,
    person_named,
    pressable,
)
from adapters.console.steps import Act, Block, Change, Move, Press, Remove, Say, Send, Tap, Use
from adapters.console.world import COACH, WORKSPACE, Shown, World, direct, partner
from bot.ids import ChannelId, DeliveryKey, UserId
from bot.inbound import (
    Author,
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ShortcutUsed,
)
from bot.messages import Topic

COMMAND = "/coach"
MENTION = "@coach"


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a step.

    `event` is for the coach, `None` if nothing changed that it could learn of; `place` is where
    it happened, `None` in a direct message; `on` is the message it was done to or said under.
    """

    event: Inbound | None
    place: ChannelId | None
    on: Shown | None = None
    label: str = ""
    about: Topic | None = None
    question: str | None = None


def receive(world: World, act: Act, now: datetime) -> Received:
    """Let a person do something, and return the event the coach is to handle."""
    match act:
        case Say():
            return _say(world, act, now)
        case Tap():
            return _tap(world, act, now)
        case Press() | Send():
            return _press(world, act, now) if isinstance(act, Press) else _send(world, act, now)
        case Change():
            return _change(world, act, now)
        case Use():
            return _use(world, act, now)
        case Remove():
            return _remove(world, act, now)
        case Move():
            return _move(world, act, now)
        case Block():
            who = person_named(world, act.who, act.line)
            world.record(happenings.Blocked(at=now, who=who, on=act.on))
            return Received(None, None)
        case _:
            assert_never(act)


def _say(world: World, act: Say, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    root = None
    if act.where == "coach":
        channel = direct(who)
    elif act.where.startswith("#"):
        channel = channel_named(world, who, act.where, act.line)
    else:
        root = message_named(world, who, act.where, act.line)
        channel = root.channel
    place = None if partner(channel) else channel
    command = _command(act.text, COMMAND)
    if command is not None:
        return Received(_commanded(world, who, place, command, now), place, root)
    return _write(world, act, (who, channel, root), now)


def _write(
    world: World, act: Say, where: tuple[UserId, ChannelId, Shown | None], now: datetime
) -> Received:
    who, channel, root = where
    place = None if partner(channel) else channel
    # Whoever replies to a reply stands in the same thread: there is only one level.
    thread = None if root is None else root.thread or root.message
    wrote = happenings.Wrote(
        at=now,
        message=world.next_message(),
        channel=channel,
        thread=thread,
        who=who,
        text=act.text,
        files=act.files,
    )
    world.record(wrote)
    shown = world.get(wrote.message)
    label = shown.label if shown else ""
    command = _command(act.text, MENTION) if place else None
    if command is not None:
        return Received(_commanded(world, who, place, command, now), place, root, label)
    event = MessageSaid(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_key(world),
        channel=channel,
        message=wrote.message,
        text=act.text,
        thread=thread,
        direct=place is None,
        files=act.files,
    )
    top = world.get(thread) if thread else None
    return Received(event, place, top, label)


def _commanded(
    world: World, who: UserId, place: ChannelId | None, text: str, now: datetime
) -> CommandGiven:
    by, key = _author(world, who), _asked(world, who, now)
    return CommandGiven(workspace=WORKSPACE, by=by, at=now, key=key, channel=place, text=text)


def _tap(world: World, act: Tap, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    shown = message_named(world, who, act.on, act.line)
    place = None if partner(shown.channel) else shown.channel
    if ((who, act.emoji) in shown.taps) == act.added:
        return Received(None, place, shown, shown.label)
    world.record(
        happenings.Tapped(at=now, message=shown.message, who=who, emoji=act.emoji, on=act.added)
    )
    event = Reacted(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_key(world),
        channel=shown.channel,
        message=shown.message,
        emoji=act.emoji,
        added=act.added,
    )
    return Received(event, place, shown, shown.label)


def _press(world: World, act: Press, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    pressed = pressable(world, who, act)
    event = ButtonPressed(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_asked(world, who, now),
        channel=pressed.channel,
        action=pressed.action,
    )
    return Received(
        event, pressed.channel, pressed.shown, "", pressed.content.topic, pressed.content.question
    )


def _send(world: World, act: Send, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    whispered, form = form_of(world, who, act.line)
    fields = answer_of(form, act)
    event = FormSubmitted(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_asked(world, who, now),
        channel=whispered.channel,
        action=form.action,
        fields=fields,
    )
    return Received(event, whispered.channel, None, "", whispered.about, whispered.question)


def _change(world: World, act: Change, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    shown = own_message(world, who, act.on, act.line)
    world.record(happenings.Edited(at=now, message=shown.message, text=act.text))
    place = None if partner(shown.channel) else shown.channel
    event = MessageEdited(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_key(world),
        channel=shown.channel,
        message=shown.message,
        text=act.text,
        thread=shown.thread,
        direct=place is None,
        said_at=shown.said_at,
    )
    return Received(event, place, shown, shown.label)


def _remove(world: World, act: Remove, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    shown = own_message(world, who, act.on, act.line)
    world.record(happenings.Deleted(at=now, message=shown.message))
    event = MessageDeleted(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_key(world),
        channel=shown.channel,
        message=shown.message,
    )
    place = None if partner(shown.channel) else shown.channel
    return Received(event, place, shown, shown.label)


def _use(world: World, act: Use, now: datetime) -> Received:
    who = person_named(world, act.who, act.line)
    shown = message_named(world, who, act.on, act.line)
    place = None if partner(shown.channel) else shown.channel
    event = ShortcutUsed(
        workspace=WORKSPACE, by=_author(world, who), at=now, key=_asked(world, who, now),
        channel=shown.channel, message=shown.message, thread=shown.thread, direct=place is None,
        name=act.name,
    )  # fmt: skip
    return Received(event, place, shown, shown.label)


def _move(world: World, act: Move, now: datetime) -> Received:
    channel = ChannelId(act.channel)
    if act.enters:
        who = UserId(act.who)
        if who not in world.people:
            world.record(happenings.Arrived(at=now, who=who, name=act.who))
        if channel not in world.channels:
            world.record(happenings.Opened(at=now, channel=channel))
        world.record(happenings.Entered(at=now, who=who, channel=channel))
    else:
        who = person_named(world, act.who, act.line)
        channel_named(world, who, act.channel, act.line)
        world.record(happenings.Left(at=now, who=who, channel=channel))
    event = MembershipChanged(
        workspace=WORKSPACE,
        by=_author(world, who),
        at=now,
        key=_key(world),
        channel=channel,
        present=act.enters,
    )
    return Received(event, channel)


def _command(text: str, word: str) -> str | None:
    """Return what stands after `word`; `None` if `text` does not begin with it."""
    if text == word or text[: len(word) + 1].split() == [word]:
        return text[len(word) :].strip()
    return None


def _author(world: World, who: UserId) -> Author:
    return Author(who, world.people.get(who, who), is_bot=who == COACH)


def _asked(world: World, who: UserId, now: datetime) -> DeliveryKey:
    world.record(happenings.Asked(at=now, who=who))
    return _key(world)


def _key(world: World) -> DeliveryKey:
    """Return the key of what happened last."""
    return DeliveryKey(f"console:{world.count}")
