"""What goes wrong on purpose: one list of faults, each used up after so many calls.

A fault says what happens to a call before the call is looked at; the first that fits counts.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tests.servers.slack.state import Json

Kind = Literal["rate_limit", "fail", "http", "lose_reply", "reset", "stall"]


@dataclass
class Fault:
    """One fault; `times` is how often it still happens."""

    kind: Kind
    method: str
    times: int
    channel: str | None = None
    error: str = ""
    status: int = 0
    body: str = ""
    retry_after: int = 0
    more: Json = field(default_factory=dict)


@dataclass
class Faults:
    """The faults still to come."""

    waiting: list[Fault] = field(default_factory=list)

    def rate_limit(
        self, method: str, retry_after: int, times: int = 1, channel: str | None = None
    ) -> None:
        """Answer 429 with `Retry-After` (seconds)."""
        self.waiting.append(
            Fault("rate_limit", method, times, channel, retry_after=retry_after),
        )

    def fail(
        self, method: str, error: str, times: int = 1, channel: str | None = None, **more: str
    ) -> None:
        """Answer `{"ok": false, "error": error, **more}`."""
        self.waiting.append(Fault("fail", method, times, channel, error=error, more=dict(more)))

    def http(
        self, method: str, status: int, body: str = "", times: int = 1, channel: str | None = None
    ) -> None:
        """Answer with a status and a body that need not be JSON."""
        self.waiting.append(Fault("http", method, times, channel, status=status, body=body))

    def lose_reply(self, method: str, times: int = 1, channel: str | None = None) -> None:
        """Do it, then close the connection without an answer."""
        self.waiting.append(Fault("lose_reply", method, times, channel))

    def reset(self, method: str, times: int = 1, channel: str | None = None) -> None:
        """Close the connection without doing anything."""
        self.waiting.append(Fault("reset", method, times, channel))

    def stall(self, method: str, times: int = 1, channel: str | None = None) -> None:
        """Never answer, and do nothing."""
        self.waiting.append(Fault("stall", method, times, channel))

    def clear(self) -> None:
        """Let everything go well again."""
        self.waiting.clear()

    def take(self, method: str, channel: str | None) -> Fault | None:
        """Return the fault that this call meets, and use it up once."""
        for fault in self.waiting:
            if fault.method == method and fault.channel in {None, channel}:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


@dataclass
class Limits:
    """Rate limits by the server's clock; none until a test asks for them."""

    clock: Callable[[], datetime]
    items: int = 1000
    root_again: bool = True
    """Whether every page of a thread begins with its root."""
    _per_minute: int | None = None
    _posts_a_second: float | None = None
    _seen: dict[tuple[str, ...], deque[datetime]] = field(
        default_factory=lambda: defaultdict(deque)
    )

    def history(self, items: int = 15, per_minute: int = 1) -> None:
        """Limit `conversations.history` and `.replies`, each per workspace."""
        self.items, self._per_minute = items, per_minute

    def posting(self, per_second: float = 1) -> None:
        """Limit posts and updates, per channel."""
        self._posts_a_second = per_second

    def wait(self, method: str, team: str, channel: str | None) -> int | None:
        """Return the seconds a call has to wait, or `None` and count it."""
        if method in {"conversations.history", "conversations.replies"} and self._per_minute:
            return self._counted((team, method), self._per_minute, timedelta(minutes=1))
        if method in {"chat.postMessage", "chat.update"} and self._posts_a_second:
            span = timedelta(seconds=1 / self._posts_a_second)
            return self._counted((team, "post", channel or ""), 1, span)
        return None

    def _counted(self, key: tuple[str, ...], most: int, span: timedelta) -> int | None:
        now, seen = self.clock(), self._seen[key]
        while seen and now - seen[0] >= span:
            seen.popleft()
        if len(seen) >= most:
            left = (seen[0] + span - now).total_seconds()
            return max(1, int(-(-left // 1)))
        seen.append(now)
        return None
