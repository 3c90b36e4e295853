"""What Slack asked us to leave alone for a while, and how fast we may post.

Whoever calls Slack asks here first, so that nothing is asked again before Slack's own
Retry-After is over: a method as a whole, or for posts one channel of it.  Posts are paced to
one a second and channel, because Slack may drop more than that silently.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.ports.outside import Clock
from bot.ports.platforms import TryLater

K = TypeVar("K")
Wait = Callable[[float], Awaitable[object]]
"""Sleeps for so many seconds."""

PACE = timedelta(seconds=1)
"""Between two posts in one channel."""
MANY = 1_000
"""So many entries are kept before those that are over are thrown away."""


class Gates:
    """The gates of one workspace; all open at first."""

    def __init__(self, clock: Clock, wait: Wait, pace: timedelta = PACE) -> None:
        self._clock = clock
        self._wait = wait
        self._pace = pace
        self._closed: dict[tuple[str, str], datetime] = {}
        self._next: dict[str, datetime] = {}

    def close(self, method: str, channel: str, after: timedelta) -> None:
        """Let nobody through to `method` for `after`; in all channels where `channel` is empty."""
        now = self._clock()
        _tidy(self._closed, now)
        until = max(self._closed.get((method, channel), now), now + after)
        self._closed[method, channel] = until

    def left(self, method: str, channel: str = "") -> timedelta:
        """Return for how long a gate stays closed yet; zero or less if it is open."""
        now = self._clock()
        closed = (self._closed.get((method, each), now) for each in {"", channel})
        return max(closed) - now

    def check(self, method: str, channel: str = "") -> None:
        """Pass an open gate.

        Raises:
            TryLater: If it is closed; with the time that is left.
        """
        left = self.left(method, channel)
        if left > timedelta(0):
            raise TryLater("ratelimited", left)

    async def rest(self, span: timedelta) -> None:
        """Wait for a while; for one who waits until a gate opens."""
        await self._wait(span.total_seconds())

    async def turn(self, channel: str) -> None:
        """Wait for this post's turn in a channel; the first one's is at once."""
        now = self._clock()
        _tidy(self._next, now)
        mine = max(self._next.get(channel, now), now)
        self._next[channel] = mine + self._pace
        if mine > now:
            await self._wait((mine - now).total_seconds())


def _tidy(moments: dict[K, datetime], now: datetime) -> None:
    if len(moments) < MANY:
        return
    for key in [key for key, moment in moments.items() if moment <= now]:
        del moments[key]
