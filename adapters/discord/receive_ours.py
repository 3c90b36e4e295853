"""Who we are in Discord, and where something happened, as far as receiving needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.ids import WorkspaceId

DIRECT: Final = WorkspaceId("discord:direct")
"""Where a direct message happened, until somebody says which server it belongs to."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are, and what we know.

    `user` is our id, `reads` whether we are shown what people write in channels.  `parent_of` a
    channel is the one a thread belongs to, "" for what is no thread, `None` if unknown;
    `channel_name` and `role_name` are "" if unknown.  `alone_with` tells whether a thread is the
    one in which we speak to a user alone, because their direct messages are closed.
    """

    user: str
    reads: bool
    parent_of: Callable[[str], str | None]
    channel_name: Callable[[str], str]
    role_name: Callable[[str], str]
    alone_with: Callable[[str, str], bool] = lambda channel, user: False  # noqa: ARG005


def workspace_of(guild: str) -> WorkspaceId:
    """Return the workspace of a server; "" is a direct message."""
    return WorkspaceId(f"discord:{guild}") if guild else DIRECT
