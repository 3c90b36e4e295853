"""What Discord asked us to leave alone for a while, and how many bad requests there were.

Whoever calls Discord asks here first.  Discord bans an address after 10,000 requests in ten
minutes that it answers with 401, 403 or 429; long before that a server of ours is left alone,
and a little later all of them.  One server in which everything is forbidden stops no other.
https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from bot.ports.outside import Clock
from bot.ports.platforms import TryLater

SPAN = timedelta(minutes=10)
MOST_INVALID = 100
"""Bad requests in ten minutes from one server."""
MOST_INVALID_OF_ALL = 2_000
MANY = 1_000
"""So many entries are kept before those that are over are thrown away."""

TOO_MANY = "too_many_bad_requests"


class Gates:
    """Gates by route and channel, all open at first; `""` and `""` is the gate of everything."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed: dict[tuple[str, str], tuple[datetime, str]] = {}

    def close(self, route: str, channel: str, after: timedelta, reason: str) -> None:
        """Let nobody through for `after`."""
        now = self._clock()
        if len(self._closed) >= MANY:
            self._closed = {key: value for key, value in self._closed.items() if value[0] > now}
        before = self._closed.get((route, channel), (now, reason))
        self._closed[route, channel] = max(before, (now + after, reason))

    def check(self, route: str, channel: str) -> None:
        """Pass open gates.

        Raises:
            TryLater: If one is closed; with the time that is left.
        """
        now = self._clock()
        for key in (("", ""), (route, channel)):
            until, reason = self._closed.get(key, (now, ""))
            if until > now:
                raise TryLater(reason, until - now, workspace=key == ("", ""))


class Breaker:
    """Counts bad requests and holds everything back when there are `most` in ten minutes."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._at: deque[datetime] = deque(maxlen=most)

    def count(self) -> None:
        """Count a bad request."""
        self._at.append(self._clock())

    def check(self) -> None:
        """Pass unless there were too many.

        Raises:
            TryLater: With the time until the oldest does not count any more.
        """
        if len(self._at) < self._most:
            return
        left = self._at[0] + SPAN - self._clock()
        if left > timedelta(0):
            raise TryLater(TOO_MANY, left, workspace=True)
