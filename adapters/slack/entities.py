"""What members wrote in Slack's own notation, as text that people read.

    Ask &lt;@U1&gt; or <@U1> in <#C1|prep> :tada:   ->   Ask <@U1> or @Ana Ito in #prep 🎉

Rule: the text is gone through once, so nothing that a member typed, is called or linked to is
ever taken for notation.  Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from adapters.slack import emojis

_ESCAPED: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_NOTATION: Final = r"&(?:amp|lt|gt);|<[^<>\n]{1,8000}>"
_IN_CODE: Final = re.compile(_NOTATION)
_CODE: Final = r"`(?:``.*?```|[^`\n]+`)"
# A colon inside a word, a number or a path (`std::on::x`, `10:30:45`) names no emoji.
_EMOJIS: Final = (
    r":(?<![A-Za-z0-9_:]:)[^\s:<>&`]{1,100}:(?::[^\s:<>&`]{1,100}:){0,50}(?![A-Za-z0-9_:])"
)
# Every way of going on begins with a letter of its own: `re` skips to those, ten times faster.
_ANYTHING: Final = re.compile(f"{_CODE}|{_EMOJIS}|{_NOTATION}", re.DOTALL)
_TONE: Final = "skin-tone-"
_MENTIONED: Final = re.compile(r"<@([UW][A-Z0-9]{1,63})[|>]")
_SCHEMES: Final = ("mailto:", "tel:", "https://", "http://")


def readable(text: str, name_of_user: Callable[[str], str]) -> str:
    """Return what `text` looks like in Slack, as plain text.

    `name_of_user` returns a user's display name, or "" if it is not known; then the id stands.
    Bold, italics and the like keep their signs.
    """
    if "&" not in text and "<" not in text and ":" not in text:
        return text
    return _ANYTHING.sub(lambda found: _shown(found, name_of_user), text)


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
    return re.compile(rf"<@{re.escape(user)}(?:\|[^<>\n]{{0,200}})?>")


def _shown(found: re.Match[str], name_of_user: Callable[[str], str]) -> str:
    whole = found[0]
    if whole[0] == "`":
        return _IN_CODE.sub(lambda inner: _shown(inner, name_of_user), whole)
    if whole[0] == ":":
        return _emojis(whole[1:-1].split("::"))
    return _ESCAPED.get(whole) or _entity(whole[1:-1], name_of_user)


def _emojis(names: list[str]) -> str:
    """Return emoji that stand side by side; a skin tone changes the one before it."""
    shown: list[str] = []
    for name in names:
        if shown and name.startswith(_TONE):
            shown[-1] = emojis.toned(shown[-1], name.removeprefix(_TONE))
        else:
            shown.append(emojis.known(name) or f":{name}:")
    return "".join(shown)


def _entity(inside: str, name_of_user: Callable[[str], str]) -> str:
    target, _, label = inside.partition("|")
    label = _unescaped(label)
    match target[:1]:
        case "@":
            return f"@{name_of_user(target[1:]) or label.removeprefix('@') or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return _special(target[1:], label)
    return _link(_unescaped(target), label)


def _special(target: str, label: str) -> str:
    kind, *rest = target.split("^")
    if kind == "date":
        return label or " ".join(rest[:1])
    return f"@{label.removeprefix('@') or ('group' if kind == 'subteam' else kind)}"


def _link(target: str, label: str) -> str:
    scheme = next((scheme for scheme in _SCHEMES if target.startswith(scheme)), "")
    bare = target.removeprefix(scheme)
    if scheme in ("mailto:", "tel:"):
        return label or bare
    return target if label in ("", target, bare) else f"{label} ({target})"


def _unescaped(text: str) -> str:
    return _IN_CODE.sub(lambda found: _ESCAPED.get(found[0], found[0]), text)
