"""Finding what a step names, or saying what is there instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.console.steps import Press, ScriptError, Send
from adapters.console.world import COACH, Shown, Whispered, World, partner
from bot.ids import ChannelId, UserId
from bot.messages import Button, Buttons, Field, Form, Message

_LISTED = 12


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was found: what it stands on, and where that is (`None`: directly)."""

    action: str
    content: Message
    channel: ChannelId | None
    shown: Shown | None = None


def person_named(world: World, name: str, line: int) -> UserId:
    """Return the person called `name`."""
    if UserId(name) in world.people:
        return UserId(name)
    known = ", ".join(world.people)
    raise ScriptError(
        line,
        f"There is no person called {name}.",
        f"There are: {known}. `{name} enters #…` brings in somebody new.",
    )


def channel_named(world: World, who: UserId, name: str, line: int) -> ChannelId:
    """Return the channel called `name`, in which `who` must be."""
    channel = ChannelId(name)
    if channel not in world.channels:
        known = ", ".join(world.channels)
        raise ScriptError(line, f"There is no channel {name}.", f"There are: {known}.")
    if who not in world.channels[channel]:
        raise ScriptError(line, f"{who} is not in {name}.", f"`{who} enters {name}` changes that.")
    return channel


def message_named(world: World, who: UserId, label: str, line: int) -> Shown:
    """Return the message called `label`, which `who` must be able to see."""
    shown = world.find(label)
    if shown is not None and world.sees(who, shown):
        return shown
    labels = [other.label for other in world.displayed() if world.sees(who, other)]
    known = ", ".join(labels[-_LISTED:]) or "no messages yet"
    problem = f"There is no message {label} that {who} can see."
    raise ScriptError(line, problem, f"There are, newest last: {known}.")


def own_message(world: World, who: UserId, label: str, line: int) -> Shown:
    """Return the message called `label`, which `who` must have written."""
    shown = message_named(world, who, label, line)
    if shown.by != who:
        author = "the coach" if shown.by == COACH else shown.by
        raise ScriptError(
            line, f"{label} is by {author}.", f"{who} can change only what {who} wrote."
        )
    return shown


def pressable(world: World, who: UserId, act: Press) -> Pressed:
    """Return the button meant: on the message named, else the newest of that label."""
    if act.on:
        shown = message_named(world, who, act.on, act.line)
        places = [_posted(shown, shown.content)] if shown.content else []
    else:
        places = [*_whispered(world, who), *_posts(world, who)]
    labels: dict[str, None] = {}
    for content, channel, shown_ in places:
        for button in _buttons(content):
            labels[button.label] = None
            if button.label.casefold() == act.button.casefold():
                return Pressed(button.action, content, channel, shown_)
    known = ", ".join(f"[{label}]" for label in list(labels)[:_LISTED]) or "none"
    where = f" on {act.on}" if act.on else ""
    raise ScriptError(
        act.line, f"{act.who} sees no button “{act.button[:75]}”{where}.", f"There are: {known}."
    )


def form_of(world: World, who: UserId, line: int) -> tuple[Whispered, Form]:
    """Return the form `who` was shown last and has not sent."""
    whispered = world.whispers.get(who)
    if whispered is None or whispered.form is None:
        raise ScriptError(
            line, f"{who} has no form open.", f'`{who} presses "…"` opens one where there is one.'
        )
    return whispered, whispered.form


def answer_of(form: Form, act: Send) -> dict[str, str]:
    """Return the values of a form as a platform would let them pass."""
    known = {field.name: field for field in form.fields}
    values = {field.name: field.value for field in form.fields if field.value}
    for name, value in act.fields:
        if name not in known:
            fields = ", ".join(known)
            raise ScriptError(act.line, f"The form has no field {name}.", f"It has: {fields}.")
        values[name] = _value(known[name], value, act.line)
    for field in form.fields:
        if field.required and not values.get(field.name):
            cure = f"Write `{field.name}=…`."
            raise ScriptError(act.line, f"The form needs “{field.label}”.", cure)
    return {name: value for name, value in values.items() if value}


def _value(field: Field, text: str, line: int) -> str:
    if not field.options or not text:
        return text
    by_word = {word.casefold(): value for value, label in field.options for word in (label, value)}
    # A label may have a comma in it, so several are divided only where there are several.
    words = [word.strip() for word in text.split(",")] if field.several else [text]
    values = [by_word.get(word.casefold()) for word in words if word]
    if None in values:
        choices = ", ".join(value for value, _ in field.options)
        raise ScriptError(
            line, f"“{text[:40]}” is no choice for {field.name}.", f"Choose from: {choices}."
        )
    return ",".join(value for value in values if value)


_Place = tuple[Message, ChannelId | None, Shown | None]


def _posted(shown: Shown, content: Message) -> _Place:
    return content, None if partner(shown.channel) else shown.channel, shown


def _posts(world: World, who: UserId) -> Iterator[_Place]:
    for shown in reversed(list(world.displayed())):
        if shown.content is not None and world.sees(who, shown):
            yield _posted(shown, shown.content)


def _whispered(world: World, who: UserId) -> Iterator[_Place]:
    whispered = world.whispers.get(who)
    if whispered is not None:
        for message in reversed(whispered.messages):
            yield message, whispered.channel, None


def _buttons(message: Message) -> Iterator[Button]:
    for block in message.blocks:
        if isinstance(block, Buttons):
            yield from block.buttons
