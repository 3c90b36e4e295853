"""The directory of one workspace's people: what they are called and whether they are gone.

It knows a bounded number of them for a bounded time and asks Slack about the others.  It never
fails: who cannot be looked up has no name, is no bot and counts as there.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from adapters.slack.calls import Calls, text_in
from bot.ids import UserId
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, SendError

NAMES_LAST = timedelta(hours=1)
CLOSED_LASTS = timedelta(minutes=10)
"""How long an account counts as open, or as closed, before it is looked up again."""
FAILURE_LASTS = timedelta(minutes=1)
"""After a failed look-up nobody asks again for so long."""
PATIENCE = timedelta(seconds=1.5)
"""For a look-up: somebody may be waiting for a form, which has to open within 3 s."""
SIZE = 5_000

SLACKBOT = UserId("USLACKBOT")


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one user, and when it was asked (`None`: never answered)."""

    name: str = ""
    closed: bool = False
    is_bot: bool = False
    asked_at: datetime | None = None
    failed_at: datetime | None = None


NOBODY = Person()


class People:
    """Looks up users, and remembers the `size` that were needed last."""

    def __init__(
        self, calls: Calls, clock: Clock, size: int = SIZE, patience: timedelta = PATIENCE
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._size = size
        self._patience = patience
        self._known: OrderedDict[UserId, Person] = OrderedDict()
        self._locks: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    async def name(self, user: UserId) -> str:
        """Return what a user is called in the workspace; empty if nobody can tell."""
        return (await self._look_up(user, NAMES_LAST)).name

    def cached_name(self, user: UserId) -> str:
        """Return the name if it is known, however old; empty otherwise."""
        return self._known.get(user, NOBODY).name

    async def closed(self, user: UserId) -> bool:
        """Tell whether an account was closed; one that cannot be looked up was not."""
        return (await self._look_up(user, CLOSED_LASTS)).closed

    async def is_bot(self, user: UserId) -> bool:
        """Tell whether a user is a bot; one that cannot be looked up is not."""
        return user == SLACKBOT or (await self._look_up(user, NAMES_LAST)).is_bot

    def knows(self, user: UserId) -> bool:
        """Tell whether a user was looked up within the last hour, or is Slackbot."""
        person = self._known.get(user, NOBODY)
        return user == SLACKBOT or _fresh(person.asked_at, self._clock(), NAMES_LAST)

    def known_absent(self, user: UserId) -> bool:
        """Tell whether a user is known to be a bot or to have a closed account."""
        person = self._known.get(user, NOBODY)
        return user == SLACKBOT or person.is_bot or person.closed

    def learn(self, user: Mapping[str, Any]) -> None:
        """Take over a user as Slack's events and answers show one (an object with `id`)."""
        id_ = text_in(user, "id")
        if id_:
            self._keep(UserId(id_), _person(user, self._clock()))

    def renamed(self, user: UserId, name: str) -> None:
        """Take over a new name."""
        self._keep(user, replace(self._known.get(user, NOBODY), name=name))

    async def _look_up(self, user: UserId, lasts: timedelta) -> Person:
        # Many events of one person come at once; one of them asks.
        lock = self._locks.setdefault(user, asyncio.Lock())
        async with lock:
            person, now = self._known.get(user, NOBODY), self._clock()
            if not _fresh(person.asked_at, now, lasts) and not _fresh(
                person.failed_at, now, FAILURE_LASTS
            ):
                person = await self._ask(user, person)
            self._keep(user, person)
            return person

    async def _ask(self, user: UserId, before: Person) -> Person:
        try:
            data = await self._calls.read("users.info", patience=self._patience, user=user)
        except Refused:
            # Nobody of that name; asking again soon would not help.
            return replace(before, asked_at=self._clock())
        except SendError:
            return replace(before, failed_at=self._clock())
        return _person(data.get("user"), self._clock())

    def _keep(self, user: UserId, person: Person) -> None:
        self._known[user] = person
        self._known.move_to_end(user)
        while len(self._known) > self._size:
            self._known.popitem(last=False)


def shown_name(user: Mapping[str, Any]) -> str:
    """Return the name that Slack itself shows for a user object or a profile."""
    paths = (
        ("profile", "display_name"),
        ("display_name",),
        ("profile", "real_name"),
        ("real_name",),
        ("name",),
    )
    return next((name for path in paths if (name := text_in(user, *path).strip())), "")


def _person(user: object, now: datetime) -> Person:
    if not isinstance(user, Mapping):
        return Person(asked_at=now)
    return Person(
        name=shown_name(user),
        closed=user.get("deleted") is True,
        is_bot=user.get("is_bot") is True,
        asked_at=now,
    )


def _fresh(at: datetime | None, now: datetime, lasts: timedelta) -> bool:
    return at is not None and now - at < lasts
