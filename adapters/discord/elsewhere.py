"""Buttons in a direct message that are about something in a server.

    join:abc  --shown in the direct message-->  ~at.123~join:abc  --pressed-->  server 123, join:abc

Discord does not tell which server a direct message is about, and of whoever is in no cohort yet
nothing else tells it either.

Rule: only a reply that has left its server says so; what a button does is never changed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.ids import WorkspaceId
from bot.messages import ACTION_LIMIT, Button, Buttons, Message

_AT: Final = re.compile(r"~at\.(?P<guild>[0-9]{1,20})~", re.ASCII)


def taken_along(message: Message, workspace: WorkspaceId) -> Message:
    """Return a message whose buttons say which server they are about, for a direct message."""
    guild = workspace.partition(":")[2]
    blocks = tuple(
        Buttons(tuple(_button(each, guild) for each in block.buttons))
        if isinstance(block, Buttons)
        else block
        for block in message.blocks
    )
    return replace(message, blocks=blocks)


def action_along(action: str, workspace: WorkspaceId) -> str:
    """Return a button's action that says which server it is about, if it can."""
    guild = workspace.partition(":")[2]
    return _about(action, guild) if guild.isdecimal() else action


def taken_from(custom_id: str) -> tuple[str, str]:
    """Return the server that a button is about, "" if it does not say, and what it does."""
    found = _AT.match(custom_id)
    return (found["guild"], custom_id[found.end() :]) if found else ("", custom_id)


def _button(button: Button, guild: str) -> Button:
    return replace(button, action=_about(button.action, guild))


def _about(action: str, guild: str) -> str:
    about = f"~at.{guild}~{action}"
    return about if action and len(about) <= ACTION_LIMIT else action
