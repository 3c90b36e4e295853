"""What an answer of Discord's REST API means for whoever asked.

    done --> the data
    refused for good --> Refused          not now --> TryLater
    nobody knows     --> Unknown for what would show if it were done twice, else TryLater

Pure.  Discord's own sentences reach nobody; its numbers become short codes of ours.
https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.ports.platforms import Refused, SendError, TryLater, Unknown

Data = dict[str, Any]

UNSAID = timedelta(seconds=30)
"""How long to wait where Discord limits without saying for how long."""
BANNED = timedelta(minutes=5)
"""The same where not Discord but Cloudflare in front of it limits, for too many bad requests."""
LONGEST = timedelta(days=1)

ARCHIVED = "thread_archived"
HAS_THREAD = "thread_exists"
NEEDS_TAG = "forum_needs_tag"
NO_CHANNEL = "unknown_channel"
NO_EMOJI = "unknown_emoji"
NO_GUILD = "unknown_server"
NO_MEMBER = "unknown_member"
NO_MESSAGE = "unknown_message"
HIDDEN = "missing_access"
LACKING = "missing_permissions"
CLOSED = "direct_messages_closed"

CODES: Mapping[int, str] = {
    10003: NO_CHANNEL,
    10004: NO_GUILD,
    10007: NO_MEMBER,
    10008: NO_MESSAGE,
    10013: "unknown_user",
    10014: NO_EMOJI,
    30007: "too_many_webhooks",
    30010: "too_many_reactions",
    30013: "too_many_channels",
    30033: "too_many_thread_members",
    40067: NEEDS_TAG,
    50001: HIDDEN,
    50005: "message_of_another",
    50006: "empty_message",
    50007: CLOSED,
    50008: "not_a_text_channel",
    50013: LACKING,
    50021: "system_message",
    50024: "wrong_channel_type",
    50033: "unknown_user",
    50035: "invalid_message",
    50083: ARCHIVED,
    50278: CLOSED,  # No server in common any more.
    160004: HAS_THREAD,
    160005: "thread_locked",
    160006: "too_many_threads",
    200000: "blocked_by_automod",
    200001: "blocked_by_automod",
}
_UNREACHABLE = frozenset({"unknown_user", CLOSED})
"""Codes that say that a person, not a place, cannot be reached."""
_LATER: Mapping[int, tuple[str, timedelta]] = {
    20016: ("slow_mode", timedelta(minutes=1)),
    20022: ("announcements_limited", timedelta(minutes=10)),
    20028: ("channel_limited", timedelta(minutes=1)),
    20029: ("server_limited", timedelta(minutes=1)),
    30046: ("too_many_edits_of_old_message", timedelta(minutes=1)),
    40003: ("direct_messages_opened_too_fast", timedelta(minutes=10)),
    40004: ("sending_switched_off", timedelta(minutes=5)),
    40006: ("feature_switched_off", timedelta(minutes=5)),
    40333: ("blocked_by_cloudflare", timedelta(minutes=10)),
    110001: ("server_being_prepared", timedelta(minutes=1)),
    130000: ("overloaded", timedelta(minutes=1)),
}
"""Not done, for a reason that goes away."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: an HTTP status (0 without any) and a body, or some `trouble`."""

    status: int = 0
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def ok(self) -> bool:
        """Whether Discord did what it was asked."""
        return not self.trouble and 200 <= self.status < 300

    @property
    def code(self) -> int:
        """Discord's own error number; 0 where it is not Discord that speaks."""
        code = self.data.get("code") if isinstance(self.data, dict) else None
        return code if isinstance(code, int) else 0

    @property
    def everywhere(self) -> bool:
        """Whether a limit holds for all calls and not only for calls like this."""
        if not isinstance(self.data, dict) or "via" not in self.headers:
            return True
        return self.data.get("global") is True or self.headers.get("x-ratelimit-scope") == "global"

    @property
    def invalid(self) -> bool:
        """Whether Discord counts it before it bans; limits shared with others do not count."""
        shared = self.headers.get("x-ratelimit-scope") == "shared"
        return self.status in {401, 403} or (self.status == 429 and not shared)

    @property
    def after(self) -> timedelta:
        """How long a limit lasts, from 0 s to a day."""
        said = self.data.get("retry_after") if isinstance(self.data, dict) else None
        for value in (said, self.headers.get("retry-after")):
            try:
                after = timedelta(seconds=float(value))  # type: ignore[arg-type]
            except (OverflowError, TypeError, ValueError):
                continue
            return min(max(after, timedelta(0)), LONGEST)
        return UNSAID if isinstance(self.data, dict) else BANNED


def sorted_out(answer: Answer, *, lasting: bool) -> SendError:
    """Return the error that an answer means; `lasting` is whether doing it twice would show."""
    status, code = answer.status, answer.code
    if status == 429:
        return TryLater("rate_limited", answer.after, workspace=answer.everywhere)
    if answer.trouble in {"unreachable", "closed"}:
        return TryLater(answer.trouble, workspace=True)
    if status == 401:
        return TryLater("token_refused", workspace=True)
    if code in _LATER:
        reason, after = _LATER[code]
        return TryLater(reason, after)
    if answer.trouble or status == 408 or status >= 500 or 200 <= status < 300:
        reason = answer.trouble or (f"http_{status}" if status >= 300 else "unreadable")
        return Unknown(reason) if lasting else TryLater(reason)
    if code:
        reason = CODES.get(code, f"error_{code}")
        return Refused(reason, closed=reason in _UNREACHABLE)
    if status == 413:
        return Refused("too_large")
    # Not Discord but something on the way to it speaks like this.
    return TryLater(f"http_{status}", workspace=True)
