"""Rate limits: buckets per route and major parameter, one for everything, and the ban.

They count in real seconds, since the seconds a client waits are real; what counts as an
invalid request is kept by the server's clock.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.servers.discord.errors import Json
from tests.servers.discord.faults import Scope

MOST_INVALID = 10_000
_SPAN = timedelta(minutes=10)
_INVALID = frozenset({401, 403, 429})


@dataclass(frozen=True)
class Limit:
    """So many calls in so many seconds."""

    most: int
    seconds: float


@dataclass
class Window:
    """What was counted since a window began."""

    began: float = -math.inf
    count: int = 0

    def left(self, limit: Limit, now: float) -> float:
        """Return the seconds until the window ends."""
        return max(0.0, self.began + limit.seconds - now)

    def count_in(self, limit: Limit, now: float) -> float | None:
        """Count a call, or return the seconds it has to wait."""
        if now >= self.began + limit.seconds:
            self.began, self.count = now, 0
        if self.count >= limit.most:
            return self.left(limit, now)
        self.count += 1
        return None


@dataclass(frozen=True)
class Refusal:
    """A call that comes too early."""

    retry_after: float | None
    scope: Scope = "user"

    def body(self) -> Json:
        """Return what is sent."""
        text = "You are being rate limited."
        body: Json = {"message": text, "global": self.scope == "global"}
        return body if self.retry_after is None else body | {"retry_after": self.retry_after}

    def headers(self) -> dict[str, str]:
        """Return what goes beside it."""
        headers: dict[str, str] = {"X-RateLimit-Scope": self.scope}
        if self.scope == "global":
            headers["X-RateLimit-Global"] = "true"
        if self.retry_after is not None:
            headers["Retry-After"] = str(math.ceil(self.retry_after))
        return headers


@dataclass
class Limits:
    """No limit is ever met unless a test asks for one."""

    time: Callable[[], float]
    clock: Callable[[], datetime]
    everything: Limit | None = None
    """The global limit; Discord's is 50 in one second."""
    usual: Limit = Limit(100_000, 1.0)
    invalid: deque[datetime] = field(default_factory=deque)
    refused: int = 0
    """How many calls met a limit."""
    _routes: dict[str, Limit] = field(default_factory=dict)
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    _all: Window = field(default_factory=Window)

    def route(self, name: str, most: int, seconds: float) -> None:
        """Limit a call, for each channel, server or webhook by itself."""
        self._routes[name] = Limit(most, seconds)

    def every(self, most: int = 50, seconds: float = 1.0) -> None:
        """Limit all calls together, except answers to interactions."""
        self.everything = Limit(most, seconds)

    def as_real(self) -> None:
        """Limit as Discord was seen to do."""
        self.every()
        for name in ("create_message", "edit_message", "delete_message"):
            self.route(name, 5, 5.0)
        self.route("add_reaction", 1, 0.25)

    def lift(self) -> None:
        """Limit nothing any more."""
        self.everything = None
        self._routes.clear()

    def refuse(self, name: str, major: str, *, counted: bool) -> Refusal | None:
        """Count a call, or say how it is refused."""
        now = self.time()
        if counted and self.everything and (wait := self._all.count_in(self.everything, now)):
            self.refused += 1
            return Refusal(round(wait, 3), "global")
        window = self._windows.setdefault((name, major), Window())
        wait = window.count_in(self._limit(name), now)
        if wait is None:
            return None
        self.refused += 1
        return Refusal(round(wait, 3))

    def headers(self, name: str, major: str) -> dict[str, str]:
        """Return the headers of a bucket."""
        limit = self._limit(name)
        window = self._windows.setdefault((name, major), Window())
        now = self.time()
        left = window.left(limit, now)
        return {
            "X-RateLimit-Limit": str(limit.most),
            "X-RateLimit-Remaining": str(max(0, limit.most - window.count)),
            "X-RateLimit-Reset": f"{self.clock().timestamp() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": f"bucket-{name}",
        }

    def answered(self, status: int, scope: Scope | None) -> None:
        """Count an answer that Discord takes for an invalid request."""
        if status in _INVALID and scope != "shared":
            self.invalid.append(self.clock())

    @property
    def invalid_requests(self) -> int:
        """How many invalid requests there were in the last ten minutes."""
        while self.invalid and self.clock() - self.invalid[0] > _SPAN:
            self.invalid.popleft()
        return len(self.invalid)

    @property
    def banned(self) -> bool:
        """Whether Cloudflare answers instead of Discord."""
        return self.invalid_requests >= MOST_INVALID

    def _limit(self, name: str) -> Limit:
        return self._routes.get(name, self.usual)
