"""What people do with what we show them: commands, buttons, forms and menus on messages.

Rule: pure, and what is not of the form Discord sends is nothing.  In a direct message the place
is `None`; in a thread it is the channel that the thread belongs to, where its cohort lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import discord

from adapters.discord.commands import COACH, MENUS, command_text, opens_form
from adapters.discord.elsewhere import taken_from
from adapters.discord.receive import workspace_of
from adapters.discord.receive_values import Malformed, ident, maybe, name, number, part, said_at
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import (
    Author,
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    Inbound,
    MessageSaid,
    ShortcutUsed,
)
from bot.messages import ACTION_LIMIT

Kind = Literal["command", "menu", "button", "form", "typing", "other"]

_BUTTON: Final = 2
_HAS_THREAD: Final = 1 << 5
_SLASH, _ON_MESSAGE = 1, 3
_KINDS: Final[Mapping[discord.InteractionType, Kind]] = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.component: "button",
    discord.InteractionType.modal_submit: "form",
    discord.InteractionType.autocomplete: "typing",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One interaction.

    `channel` is where it was, `parent` the channel of a thread, "" elsewhere; `message` is the
    one it was done on, "" if there is none.  `data` is what Discord tells of what was done.
    """

    kind: Kind
    id: str
    workspace: WorkspaceId
    by: Author
    channel: str
    parent: str
    message: str
    data: Mapping[str, Any]
    direct: bool = False
    is_bot: bool = False

    @property
    def place(self) -> ChannelId | None:
        """The channel for the engine."""
        return None if self.direct else ChannelId(self.parent or self.channel)

    @property
    def key(self) -> DeliveryKey:
        """What makes a second arrival recognisable."""
        return DeliveryKey(f"i:{self.id}")

    @property
    def custom_id(self) -> str:
        """What a button or a form says; "" if it is neither or unreadable."""
        custom_id = self.data.get("custom_id")
        return custom_id if isinstance(custom_id, str) else ""

    @property
    def at(self) -> datetime:
        """When it was done."""
        return said_at(self.id)


def asked(interaction: discord.Interaction[Any]) -> Asked:
    """Return what we need to know of an interaction."""
    kind = _KINDS.get(interaction.type, "other")
    data: Mapping[str, Any] = interaction.data or {}
    if kind == "command" and data.get("type", _SLASH) != _SLASH:
        kind = "menu"
    guild = str(interaction.guild_id or "")
    if kind == "button" and not guild:
        guild, custom_id = taken_from(str(data.get("custom_id", "")))
        data = {**data, "custom_id": custom_id}
    channel, message = interaction.channel, interaction.message
    return Asked(
        kind,
        str(interaction.id),
        workspace_of(guild),
        Author(UserId(str(interaction.user.id)), interaction.user.display_name),
        str(interaction.channel_id or ""),
        str(channel.parent_id) if isinstance(channel, discord.Thread) else "",
        str(message.id) if message else "",
        data,
        direct=interaction.guild_id is None,
        is_bot=interaction.user.bot,
    )


def done(what: Asked) -> Inbound | None:
    """Return what an interaction tells; `None` if that is nothing to us.  Forms are `sent`."""
    if what.is_bot or not what.channel:
        return None
    try:
        match what.kind:
            case "command":
                return _commanded(what)
            case "button":
                return _pressed(what)
            case "menu":
                return _chosen(what)
    except Malformed:
        return None
    return None


def sent(what: Asked, action: str, fields: Mapping[str, str]) -> FormSubmitted:
    """Return that a form was sent, once all of it is there."""
    return FormSubmitted(
        workspace=what.workspace,
        by=what.by,
        at=what.at,
        key=what.key,
        channel=what.place,
        action=action,
        fields=dict(fields),
    )


def pressed(what: Asked, action: str) -> ButtonPressed:
    """Return that a button with such an action was pressed."""
    return ButtonPressed(
        workspace=what.workspace,
        by=what.by,
        at=what.at,
        key=what.key,
        channel=what.place,
        action=action,
    )


def _commanded(what: Asked) -> CommandGiven | None:
    if name(what.data, "name") != COACH:
        return None
    return CommandGiven(
        workspace=what.workspace,
        by=what.by,
        at=what.at,
        key=what.key,
        channel=what.place,
        text=command_text(what.data),
    )


def _pressed(what: Asked) -> ButtonPressed | None:
    if number(what.data, "component_type") != _BUTTON or not name(what.data, "custom_id"):
        return None
    return pressed(what, name(what.data, "custom_id"))


def _chosen(what: Asked) -> ShortcutUsed | None:
    shortcut = MENUS.get(name(what.data, "name"))
    if shortcut is None or number(what.data, "type") != _ON_MESSAGE:
        return None
    message = ident(what.data, "target_id")
    on = part(what.data, "resolved", "messages", message)
    channel = maybe(on, "channel_id") or what.channel
    thread = MessageId(channel) if what.parent and message != channel else None
    if not what.direct and _begins_thread(on):
        # A question is known by its thread, which has its id; it stands above it itself.
        channel, thread = message, None
    return ShortcutUsed(
        workspace=what.workspace,
        by=what.by,
        at=what.at,
        key=what.key,
        channel=ChannelId(channel),
        message=MessageId(message),
        thread=thread,
        direct=what.direct,
        name=shortcut,
    )


def _begins_thread(message: Mapping[str, object]) -> bool:
    return bool(number(message, "flags") & _HAS_THREAD) or bool(part(message, "thread"))


_FORM_VERBS: Final = frozenset(
    {"again", "answer", "away", "mine", "model", "review", "settings", "shift", "skip", "write"}
)
"""The first words of the buttons that open a form."""


def may_open_form(what: Asked) -> bool:
    """Tell whether a form may be the answer: then there can be no "thinking" before it."""
    if what.kind == "command":
        return opens_form(what.data)
    verb, _, rest = what.custom_id.partition(":")
    return what.kind == "button" and (verb in _FORM_VERBS or rest.endswith("setup"))


def again(event: Inbound) -> str:
    """Return the action of a button that asks for the same once more; empty if none can."""
    if isinstance(event, ButtonPressed):
        return event.action
    said = event.text.strip() if isinstance(event, CommandGiven | MessageSaid) else ""
    action = f"say:{said}"
    return action if said and len(action) <= ACTION_LIMIT else ""
