"""What the coach asks for in a server: the invitation that Discord reads, and the intents.

Rule: it asks for nothing that is not used.  Every permission and every intent stands here with
what it is for; the documents repeat it, and the doctor compares what was granted with it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

PERMISSIONS: Final[Mapping[str, str]] = {
    "VIEW_CHANNEL": "See the cohort's channel and its threads, and hear what happens there.",
    "SEND_MESSAGES": "Post the focus, questions and boards; in a forum, begin posts.",
    "SEND_MESSAGES_IN_THREADS": (
        "Write in the thread of a question, and reopen it once Discord has archived it."
    ),
    "CREATE_PUBLIC_THREADS": "Open the thread of a question, in which members answer.",
    "CREATE_PRIVATE_THREADS": (
        "Reach a member who takes no direct messages, in a thread for the two of them."
    ),
    "READ_MESSAGE_HISTORY": "Read the answers in its threads, also those from before it started.",
    "ADD_REACTIONS": "Tick an answer that has arrived, and put up the reactions to tap.",
    "ATTACH_FILES": "Show the boards as pictures, too.",
}
"""What the coach may do in a cohort's channel -> what it needs that for."""

BITS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "ADD_REACTIONS": 1 << 6,
        "VIEW_CHANNEL": 1 << 10,
        "SEND_MESSAGES": 1 << 11,
        "ATTACH_FILES": 1 << 15,
        "READ_MESSAGE_HISTORY": 1 << 16,
        "CREATE_PUBLIC_THREADS": 1 << 35,
        "CREATE_PRIVATE_THREADS": 1 << 36,
        "SEND_MESSAGES_IN_THREADS": 1 << 38,
    }
)
"""Source: https://docs.discord.com/developers/topics/permissions"""

NOT_IN_FORUMS: Final = frozenset({"CREATE_PUBLIC_THREADS", "CREATE_PRIVATE_THREADS"})
"""What means nothing in a forum: its posts need no leave but to send, and none is private."""

SCOPES: Final[Mapping[str, str]] = {
    "bot": "Enter the server, with the permissions below.",
    "applications.commands": "Offer /coach, and the two entries in the menu of a message.",
}
"""What an administrator agrees to -> what it is for."""

INTENTS: Final[Mapping[str, str]] = {
    "GUILDS": "Know the channels and threads it sees, and notice when one is deleted.",
    "GUILD_MEMBERS": "Know who is there to be asked, and ask nothing more of who left.",
    "GUILD_MESSAGES": "Receive answers, and what is changed or deleted in them.",
    "GUILD_MESSAGE_REACTIONS": "Notice reactions in a server being put, taken back and cleared.",
    "DIRECT_MESSAGES": "Receive what members write to it: practice, and comments.",
    "DIRECT_MESSAGE_REACTIONS": "Receive a rating, and its withdrawal.",
    "MESSAGE_CONTENT": "Read the words of an answer, which otherwise arrives empty.",
}
"""What Discord sends -> what it is needed for."""

PRIVILEGED: Final[Mapping[str, tuple[str, int]]] = {
    "MESSAGE_CONTENT": ("Message Content Intent", 1 << 18 | 1 << 19),
    "GUILD_MEMBERS": ("Server Members Intent", 1 << 14 | 1 << 15),
}
"""Intents that are turned on by hand -> their switch, and the application's flags, either of
which says that it is on: https://docs.discord.com/developers/resources/application"""

_AUTHORIZE: Final = "https://discord.com/oauth2/authorize"
_ID: Final = re.compile(r"[0-9]{15,20}", re.ASCII)


def needed(*, forum: bool = False) -> tuple[str, ...]:
    """Return what a channel, or a forum, has to allow."""
    return tuple(name for name in PERMISSIONS if not (forum and name in NOT_IN_FORUMS))


def invitation(application: str, *, forum: bool = False) -> str:
    """Return the address at which Discord offers to let an application into a server.

    With `forum` it asks only for what cohorts in forums need.
    """
    bits = sum(BITS[name] for name in needed(forum=forum))
    query = {"client_id": application, "scope": " ".join(SCOPES), "permissions": bits}
    return f"{_AUTHORIZE}?{urlencode(query)}"


def application_of(token: str) -> str | None:
    """Return the application that a bot token belongs to, `None` if the token does not say.

    A token begins with its user's id, which is the application's, too, except for the oldest.
    """
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return decoded if _ID.fullmatch(decoded) else None


def label(name: str, *, forum: bool = False) -> str:
    """Return what a permission is called in Discord's settings, such as “Add Reactions”."""
    if forum and name == "SEND_MESSAGES":
        return "Create Posts"
    return name.replace("_", " ").title().replace(" In ", " in ")
