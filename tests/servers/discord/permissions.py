"""Permissions: their bits, and which of them somebody has in a channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Literal


class Permission(IntFlag):
    """The permissions that anything here asks for."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


EVERYTHING = sum(Permission) - Permission.ADMINISTRATOR
IN_DIRECT_MESSAGES = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.PIN_MESSAGES
    | Permission.USE_APPLICATION_COMMANDS
)
EVERYBODY = EVERYTHING & ~(
    Permission.MANAGE_CHANNELS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MENTION_EVERYONE
)


@dataclass
class Overwrite:
    """What a channel gives to and takes from a role (0) or a member (1)."""

    id: str
    kind: Literal[0, 1]
    allow: int = 0
    deny: int = 0

    def payload(self) -> dict[str, object]:
        """Return the overwrite object."""
        return {
            "id": self.id,
            "type": self.kind,
            "allow": str(self.allow),
            "deny": str(self.deny),
        }


def held(
    everyone: str,
    member: str,
    roles: Mapping[str, int],
    overwrites: Iterable[Overwrite],
) -> int:
    """Return the permissions of a member with these roles (id to bits) under these overwrites."""
    granted = 0
    for bits in roles.values():
        granted |= bits
    if granted & Permission.ADMINISTRATOR:
        return EVERYTHING | Permission.ADMINISTRATOR
    by_id = {overwrite.id: overwrite for overwrite in overwrites}
    ladder = [
        [by_id[everyone]] if everyone in by_id else [],
        [by_id[role] for role in roles if role in by_id and role != everyone],
        [by_id[member]] if member in by_id else [],
    ]
    for step in ladder:
        for overwrite in step:
            granted &= ~overwrite.deny
        for overwrite in step:
            granted |= overwrite.allow
    return granted
