r"""What members wrote in Discord's own notation, as text that people read.

    <@1> in <#2>: \*not bold\* :tada: <:logo:3> <t:0:R>
    ->   @Ana Ito in #prep: *not bold* :tada: :logo: 1970-01-01T00:00+00:00

Rule: the text is gone through once, so nothing that a member typed, is called or linked to is
ever taken for notation.  Source: https://docs.discord.com/developers/reference#message-formatting
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_CODE: Final = r"(?P<code>```.{0,8000}?```|``[^\n]{0,4000}?``|`[^`\n]{1,4000}`)"
# Its backslash is shown, since hardly anybody doubles it.
_SHRUG: Final = r"(?P<shrug>¯\\_\(ツ\)_/¯)"
_ESCAPED: Final = r"\\(?P<sign>[^0-9A-Za-z\s])"
_ENTITY: Final = (
    r"<(?:@!?(?P<user>[0-9]{1,20})|@&(?P<role>[0-9]{1,20})|#(?P<channel>[0-9]{1,20})"
    r"|a?:(?P<emoji>\w{1,64}):[0-9]{1,20}|t:(?P<time>-?[0-9]{1,13})(?::[A-Za-z])?"
    r"|/(?P<command>[^<>\n:]{1,110}):[0-9]{1,20}|id:(?P<place>[a-z-]{1,40})(?::[0-9]{1,20})?"
    r"|(?P<bare>https?://[^\s<>]{1,4000}))>"
)
_MASKED: Final = (
    r"\[(?P<label>[^\[\]\n]{1,1000})\]\((?P<open><)?(?P<target>https?://[^\s<>()]{1,2000}"
    r"(?:\([^\s<>()]{0,500}\)[^\s<>()]{0,500})?)(?(open)>)(?: [\"'][^\n\"']{0,200}[\"'])?\)"
)
_LINK: Final = r"(?P<link>https?://[^\s<>]{1,4000})"
_ANYTHING: Final = re.compile(f"{_CODE}|{_SHRUG}|{_ESCAPED}|{_ENTITY}|{_MASKED}|{_LINK}", re.DOTALL)
_MENTIONED: Final = re.compile(r"<@!?([0-9]{1,20})>")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NameOf = Callable[[str], str]


def readable(text: str, user: NameOf, channel: NameOf, role: NameOf) -> str:
    """Return what `text` looks like in Discord, as plain text.

    `user`, `channel` and `role` return what an id is called, or "" if it is not known; then the
    id stands.  Bold, italics, code and the like keep their signs, and code all that is in it.
    """
    if not any(sign in text for sign in "<\\["):
        return text
    return _ANYTHING.sub(lambda found: _shown(found, user, channel, role), text)


def addressed(text: str, user: str) -> str | None:
    """Return what stands after a mention of `user` that `text` begins with; `None` without one."""
    found = _mention(user).match(text.lstrip())
    return text.lstrip()[found.end() :].lstrip(" \t\n\r,:") if found else None


def without(text: str, user: str) -> str:
    """Return `text` without any mention of `user`."""
    return " ".join(_mention(user).sub(" ", text).split())


def mentioned(text: str) -> list[str]:
    """Return the users whom a text mentions, in order, repeated if they are."""
    return _MENTIONED.findall(text)


@lru_cache(maxsize=64)
def _mention(user: str) -> re.Pattern[str]:
    return re.compile(rf"<@!?{re.escape(user)}>")


def _shown(found: re.Match[str], user: NameOf, channel: NameOf, role: NameOf) -> str:
    kind, words = found.lastgroup, found[found.lastgroup or 0]
    match kind:
        case "user":
            return f"@{user(words) or words}"
        case "role":
            return f"@{role(words) or words}"
        case "channel":
            return f"#{channel(words) or words}"
        case "emoji":
            return f":{words}:"
        case "time":
            return _moment(int(words)) or found[0]
        case "command":
            return f"/{words}"
        case "place":
            return f"#{words}"
        case "target":
            label = found["label"]
            return words if label == words else f"{label} ({words})"
        case _:
            return words


def _moment(seconds: int) -> str:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="minutes")
    except OverflowError:
        return ""
