"""What the log may know when something goes wrong here: its kind and its place.

Rule: never an exception's own words; they often quote what it tripped over, and that may be
something a member wrote, a name or a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

from slack_sdk.errors import SlackApiError

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class SlackFault(Exception):
    """Stands in a log for an exception whose words are kept out of it."""


def without_words(error: BaseException) -> ExcInfo:
    """Return `exc_info` for a log: where `error` arose, not its text."""
    return SlackFault, SlackFault(kind_of(error)), error.__traceback__


def kind_of(error: BaseException) -> str:
    """Return what kind of error it is: Slack's own code, or the name of the class."""
    code = code_of(error)
    return code or f"{type(error).__module__}.{type(error).__qualname__}"


def code_of(error: BaseException) -> str:
    """Return Slack's error code, a short word such as `invalid_auth`; empty if there is none."""
    if not isinstance(error, SlackApiError):
        return ""
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, Mapping) else None
    return code if isinstance(code, str) else ""
