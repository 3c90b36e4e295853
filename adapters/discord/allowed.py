"""Whether the coach may do its work in the channel where a cohort is about to be set up.

Discord tells with everything that people do what the coach may do there.
Rule: nobody is told that a cohort runs where the coach cannot speak, and each permission that is
missing is named as Discord names it.  What Discord does not tell is no reason to refuse anything.
"""

from __future__ import annotations

from typing import Any, Final

import discord

from adapters.discord.interactions import again
from adapters.discord.invite import BITS, PERMISSIONS, label, needed
from bot.errors import UnknownCommand
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted, Inbound
from bot.manual import name_and_rest
from bot.messages import Bullets, Button, Buttons, Message, Paragraph, Reply, Words
from bot.words import tidy

SETUP: Final = "setup"
WITHOUT: Final = "I may not do enough in this channel yet, so nothing was set up."
CURE: Final = (
    "Whoever manages the channel opens Edit Channel, Permissions, and allows this there for the "
    "coach or its role."
)
_OPTIONAL: Final = frozenset({"ATTACH_FILES", "CREATE_PRIVATE_THREADS"})
"""What a cohort can do without: boards are texts, too, and members take direct messages."""


def refusal(to: discord.Interaction[Any], event: Inbound) -> Reply | None:
    """Return why no cohort can be set up here; `None` if it can, or nobody wants to."""
    if to.guild_id is None or not _sets_up(event):
        return None
    forum = _in_forum(to.channel)
    missing = _missing(to.app_permissions, forum=forum)
    if not missing:
        return None
    if isinstance(event, FormSubmitted):
        names = ", ".join(label(each, forum=forum) for each in missing)
        # What was typed is kept with this.
        return Reply(errors=(("", f"{WITHOUT} I lack: {names}. {CURE}"),))
    return Reply((_told(missing, again(event), forum=forum),))


def _sets_up(event: Inbound) -> bool:
    match event:
        case FormSubmitted():
            return event.action == SETUP
        case CommandGiven():
            words = event.text
        case ButtonPressed():
            verb, _, words = event.action.partition(":")
            if verb != "say":
                return False
        case _:
            return False
    try:
        return name_and_rest(tidy(words))[0] == SETUP
    except UnknownCommand:
        return False


def _in_forum(channel: object) -> bool:
    """Tell whether a cohort here would be in a forum; of an unknown parent less is asked."""
    return isinstance(channel, discord.Thread) and not isinstance(
        channel.parent, discord.TextChannel
    )


def _missing(granted: discord.Permissions, *, forum: bool) -> list[str]:
    if not granted.value or granted.administrator:
        return []
    asked = (each for each in needed(forum=forum) if each not in _OPTIONAL)
    return [each for each in asked if not granted.value & BITS[each]]


def _told(missing: list[str], anew: str, *, forum: bool) -> Message:
    lines = tuple(
        (Words(label(each, forum=forum), bold=True), Words(f": {PERMISSIONS[each]}"))
        for each in missing
    )
    rows = (Buttons((Button("Try again", anew, "primary"),)),) if anew else ()
    body = (Paragraph((Words(f"{WITHOUT} I lack:"),)), Bullets(lines), Paragraph((Words(CURE),)))
    return Message("notice", WITHOUT, (*body, *rows))
