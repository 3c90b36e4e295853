"""Which server something in a direct message is about, and whether it may do anything there.

    the button or the form names one, or it is about a post there    in it? else refused
    it is about none                                                 the first that they are in

Rule: what comes from a direct message does something in a server only if whoever did it is in that
server now.  Ratings and changes of what was asked of them before do without, and so does what is
theirs by right: to see what is stored of them, and to have it deleted.  Whoever is in no server is
heard as somebody who belongs nowhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, TypeVar

from adapters.discord.people_there import Standing, Whereabouts
from adapters.discord.receive import DIRECT
from bot.errors import CoachError
from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.inbound import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ReactionsCleared,
)
from bot.manual import COMMANDS, name_and_rest
from bot.messages import Code, Message, Paragraph, Reply, Words
from bot.words import tidy

Home = Callable[
    [UserId, ChannelId, MessageId | None, frozenset[WorkspaceId]], Awaitable[WorkspaceId]
]
"""Tells which workspace something in a direct message belongs to, by who and on what.

One of those given last only if it is about a post there.
"""

E = TypeVar("E", bound=Any)

_HARMLESS: Final = (MessageDeleted, MessageEdited, Reacted, ReactionsCleared)
"""What can only add to, or take from, something that was asked of that person before; there are too
many of these to ask Discord each time."""
_RIGHTS: Final = frozenset({"mydata", "forgetme"})
_ALONE: Final = frozenset({"practice", "progress"})
_COHORTS: Final = frozenset(
    each.name for each in COMMANDS if each.who != "anyone" and each.name not in _ALONE
)
"""Commands that are about a cohort, wherever they are said."""


class Homes:
    """Tells where what is done in direct messages belongs."""

    def __init__(self, home: Home, whereabouts: Whereabouts) -> None:
        self._home = home
        self._whereabouts = whereabouts

    async def at_home(
        self, event: E, channel: ChannelId, message: MessageId | None
    ) -> tuple[E, Reply | None]:
        """Return an event of a direct message where it belongs, and why it is refused, if it is.

        Raises:
            SendError: If nobody can tell now whether they are there.
        """
        where, user = event.workspace, event.by.id
        if where == DIRECT:
            where, missing = await self._find(event, channel, message)
            event = replace(event, workspace=where)
        else:
            standing = await self._whereabouts.standing(user, where)
            by_right = standing == "out" and _command(event) in _RIGHTS
            missing = {} if standing == "in" or by_right else {where: standing}
        if not missing or (where not in missing and not _is_of_a_server(event, where)):
            return event, None
        away = where if where in missing else next(iter(missing))
        return event, _refusal(self._whereabouts.name(away), missing[away])

    async def _find(
        self, event: Any, channel: ChannelId, message: MessageId | None
    ) -> tuple[WorkspaceId, dict[WorkspaceId, Standing]]:
        """Return where an event belongs, and which servers were passed over because of what."""
        missing: dict[WorkspaceId, Standing] = {}
        while True:
            where = await self._home(event.by.id, channel, message, frozenset(missing))
            if isinstance(event, _HARMLESS) or _command(event) in _RIGHTS:
                return where, {}
            if where in missing:
                return where, missing
            standing = await self._whereabouts.standing(event.by.id, where)
            if standing == "in":
                return where, missing
            missing[where] = standing


def _is_of_a_server(event: Any, where: WorkspaceId) -> bool:
    """Tell whether nothing can come of an event where somebody belongs to no server."""
    if where != DIRECT:
        return False
    if isinstance(event, ButtonPressed | FormSubmitted):
        verb, colon, _ = event.action.partition(":")
        if verb != "say":
            return bool(colon) and verb != "practise"
    return _command(event) in _COHORTS


def _command(event: Any) -> str:
    """Return the name of the command that somebody gives; "" if it is none."""
    match event:
        case ButtonPressed(action=action):
            verb, _, rest = action.partition(":")
            said = {"say": rest, "forgetme": "forgetme"}.get(verb, "")
        case CommandGiven(text=text):
            said = text
        case MessageSaid(text=text):
            said = text
        case _:
            said = ""
    try:
        name, rest = name_and_rest(tidy(said)) if said.strip() else ("", "")
    except CoachError:
        return ""
    # More words may be an answer that begins like a command.
    return "" if isinstance(event, MessageSaid) and rest not in {"", "yes"} else name


def _refusal(name: str, standing: Standing) -> Reply:
    server = f"the server “{name}”" if name else "that server"
    who = "I am" if standing == "unserved" else "You are"
    said = Words(f"{who} not in {server}, so nothing can be done there from here.")
    rest: tuple[Words | Code, ...] = ()
    if standing == "out":
        again = Words(" Once you are in it, this works. Always: ")
        rest = (again, Code("mydata"), Words(" and "), Code("forgetme"), Words("."))
    return Reply((Message("notice", said.text, (Paragraph((said, *rest)),)),))
