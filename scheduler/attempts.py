"""One attempt to carry out one claimed row on its platform.

    unsure post --find--> arrived: Sent
                      --> not there: act
    act --> Sent | Impossible | Busy | Silent

It asks the platform and says how that ended; it never touches the store, and it never posts
again what may have arrived before it has looked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.messages import InThread
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Edit, Mark, Post, Receipt
from bot.ports.platforms import Courier, Refused, SendError, TryLater

NOBODY_KNOWS = "nobody knows whether it arrived"
MAYBE_UNDER_WAY = "another process may be sending it"
NOTHING_TO_EDIT = "the message to change is not known"
NO_THREAD = "the message to reply to is not known"


@dataclass(frozen=True, slots=True)
class Sent:
    """It is done; a post is at `receipt`."""

    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Impossible:
    """It never will be done."""

    reason: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing was done; `after` is what the platform asked for, if it did."""

    reason: str
    after: timedelta | None
    workspace: bool


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody knows whether it was done.

    `telling` is true where that says something about this row, and not only that the
    platform could not be reached.
    """

    reason: str
    telling: bool


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """Nothing was done: the lease would have ended, or had ended, before the platform answered.

    `after` is how long to leave it alone, if that matters.
    """

    reason: str = "lease ran out"
    after: timedelta | None = None


NotSent = Impossible | Busy | Silent | OutOfTime
Outcome = Sent | NotSent


@dataclass(frozen=True, slots=True)
class Terms:
    """How an attempt is made.

    `patience` is for one call.  `in_time` tells whether the lease outlasts another call.
    `last` forbids to post again: too many posts of this row stayed without an answer.
    """

    patience: timedelta
    in_time: Callable[[], bool]
    last: bool = False


async def attempt(courier: Courier, claimed: Claimed, terms: Terms) -> Outcome:
    """Carry out `claimed` on its platform, looking first where an earlier attempt is open."""
    if claimed.unsure and isinstance(claimed.outgoing.act, Post):
        found = await _look(courier, claimed, terms)
        if found is not None:
            return found
        if terms.last:
            return Impossible(NOBODY_KNOWS)
    if not terms.in_time():
        return OutOfTime()
    return await _act(courier, claimed, terms)


async def _look(courier: Courier, claimed: Claimed, terms: Terms) -> Outcome | None:
    outgoing = claimed.outgoing
    try:
        async with asyncio.timeout(terms.patience.total_seconds()):
            receipt = await courier.find(
                outgoing.place, outgoing.key, claimed.since, claimed.thread
            )
    except TryLater as error:
        return Busy(error.reason, error.after, error.workspace)
    except Refused as error:
        return Silent(error.reason, telling=True)
    except (SendError, TimeoutError) as error:
        return Silent(code(error), telling=False)
    return None if receipt is None else Sent(receipt)


async def _act(courier: Courier, claimed: Claimed, terms: Terms) -> Outcome:
    obstacle = _obstacle(claimed)
    if obstacle is not None:
        return Impossible(obstacle)
    try:
        async with asyncio.timeout(terms.patience.total_seconds()):
            return Sent(await _send(courier, claimed))
    except Refused as error:
        return Impossible(error.reason)
    except TryLater as error:
        return Busy(error.reason, error.after, error.workspace)
    except (SendError, TimeoutError) as error:
        return Silent(code(error), telling=isinstance(claimed.outgoing.act, Post))


def _obstacle(claimed: Claimed) -> str | None:
    if isinstance(claimed.outgoing.act, Edit) and claimed.target is None:
        return NOTHING_TO_EDIT
    if isinstance(claimed.outgoing.place, InThread) and claimed.thread is None:
        return NO_THREAD if isinstance(claimed.outgoing.act, Post) else None
    return None


async def _send(courier: Courier, claimed: Claimed) -> Receipt | None:
    outgoing, act = claimed.outgoing, claimed.outgoing.act
    if isinstance(act, Post):
        return await courier.post(outgoing.place, act.message, outgoing.key, claimed.thread)
    if isinstance(act, Mark):
        await courier.mark(Receipt(act.channel, act.message), act.emoji, on=act.on)
    elif claimed.target is not None:
        await courier.edit(claimed.target, act.message)
    return None


def code(error: BaseException) -> str:
    """Return a short code for `error` that is fit for logs and rows."""
    reason = getattr(error, "reason", None)
    return reason if isinstance(reason, str) else type(error).__name__


def ids(claimed: Claimed) -> dict[str, object]:
    """Return what a log may know about a row."""
    return {
        "post": claimed.outgoing.key,
        "workspace": claimed.outgoing.workspace,
        "act": claimed.outgoing.act.kind,
        "attempts": claimed.attempts,
    }
