"""What goes wrong on purpose: one list of faults, each used up after so many calls.

A fault says what happens to a call before the call is looked at; the first that fits counts.
Calls are named as in `api.py`: "create_message", "add_reaction" …
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.servers.discord.errors import ApiError

Kind = Literal["rate_limit", "fail", "http", "lose_reply", "reset", "cut_short", "stall"]
Scope = Literal["user", "global", "shared"]


@dataclass
class Fault:
    """One fault; `times` is how often it still happens."""

    kind: Kind
    name: str
    times: int
    channel: str | None = None
    error: ApiError | None = None
    status: int = 0
    body: str = ""
    content_type: str = "text/html"
    retry_after: float | None = 0.0
    scope: Scope = "user"
    via: bool = True


@dataclass
class Faults:
    """The faults still to come; "*" fits every call."""

    waiting: list[Fault] = field(default_factory=list)

    def rate_limit(
        self,
        name: str,
        retry_after: float | None,
        times: int = 1,
        channel: str | None = None,
        *,
        scope: Scope = "user",
        via: bool = True,
    ) -> None:
        """Answer 429 with seconds to wait, or none; without `via` as Cloudflare does, in HTML."""
        fault = Fault("rate_limit", name, times, channel, retry_after=retry_after)
        fault.scope, fault.via = scope, via
        self.waiting.append(fault)

    def fail(
        self,
        name: str,
        code: int,
        times: int = 1,
        channel: str | None = None,
        *,
        status: int | None = None,
    ) -> None:
        """Answer one of Discord's numbered errors."""
        error = ApiError(code, status=status)
        self.waiting.append(Fault("fail", name, times, channel, error=error))

    def http(
        self,
        name: str,
        status: int,
        body: str = "",
        times: int = 1,
        channel: str | None = None,
        *,
        content_type: str = "text/html",
    ) -> None:
        """Answer with a status and any body, such as a page, or JSON of another shape."""
        fault = Fault("http", name, times, channel, status=status, body=body)
        fault.content_type = content_type
        self.waiting.append(fault)

    def lose_reply(self, name: str, times: int = 1, channel: str | None = None) -> None:
        """Do it, then close the connection without an answer."""
        self.waiting.append(Fault("lose_reply", name, times, channel))

    def reset(self, name: str, times: int = 1, channel: str | None = None) -> None:
        """Close the connection without doing anything."""
        self.waiting.append(Fault("reset", name, times, channel))

    def cut_short(self, name: str, times: int = 1, channel: str | None = None) -> None:
        """Do it, then break off in the middle of the answer."""
        self.waiting.append(Fault("cut_short", name, times, channel))

    def stall(self, name: str, times: int = 1, channel: str | None = None) -> None:
        """Never answer, and do nothing."""
        self.waiting.append(Fault("stall", name, times, channel))

    def clear(self) -> None:
        """Let everything go well again."""
        self.waiting.clear()

    def take(self, name: str, channel: str | None) -> Fault | None:
        """Return the fault that this call meets, and use it up once."""
        for fault in self.waiting:
            if fault.name in {name, "*"} and fault.channel in {None, channel}:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
