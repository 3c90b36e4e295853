"""What people are called, learnt before what they did is handled, if that is quick.

Rule: nobody waits long for a name.  What is not known in time is left as it was known before.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.slack.people import People
from bot.ids import UserId
from bot.inbound import Inbound, MembershipChanged, MessageDeleted, MessageEdited, Reacted

_MENTIONED = re.compile(r"<@([UW][A-Z0-9]{1,30})[|>]")
_MENTIONS = 5


def take_over(people: People, body: Mapping[str, Any]) -> None:
    """Let `people` learn what an event itself tells of somebody: a new name, a closed account."""
    told = body.get("event")
    if isinstance(told, Mapping) and isinstance(told.get("user"), Mapping):
        people.learn(told["user"])


async def introduce(
    people: People, body: Mapping[str, Any], event: Inbound, patience: timedelta
) -> None:
    """Let `people` learn who did it and who is mentioned, as far as `patience` goes."""
    if isinstance(event, MembershipChanged | MessageDeleted | Reacted):
        return
    unknown = [user for user in _named(body, event) if not people.knows(user)]
    if not unknown:
        return
    try:
        async with asyncio.timeout(patience.total_seconds()):
            await asyncio.gather(*(people.name(user) for user in unknown))
    except TimeoutError:
        return


def _named(body: Mapping[str, Any], event: Inbound) -> list[UserId]:
    text = body.get("text")
    told = body.get("event")
    if isinstance(told, Mapping):
        now = told.get("message") if isinstance(event, MessageEdited) else told
        text = now.get("text") if isinstance(now, Mapping) else None
    mentioned = _MENTIONED.findall(text) if isinstance(text, str) else []
    return list(dict.fromkeys([event.by.id, *map(UserId, mentioned[:_MENTIONS])]))
