"""What becomes of what a person types: Slack's own notation as `text`, rich text as blocks.

Mentions picked from a list (`<@U1>`) stay mentions; `&`, `<` and `>` are escaped; emoji become
`:names:`, as Slack's client sends them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import emoji

from tests.servers.slack.state import Json, escaped

T = TypeVar("T")
_NOTATION = re.compile(r"<[@#!][A-Za-z][^<>]*>")
_TONES = {chr(0x1F3FB + number): f"::skin-tone-{number + 2}" for number in range(5)}


def typed(text: str) -> str:
    """Return what is stored of a text that a person typed."""
    return "".join(_pieces(text, lambda plain: _named(escaped(plain)), lambda notation: notation))


def rich(text: str) -> list[Json]:
    """Return the blocks of a message that a person typed."""
    elements = list(
        _pieces(text, lambda plain: {"type": "text", "text": plain}, lambda n: _mention(n[1:-1]))
    )
    if not elements:
        return []
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "elements": [section]}]


def _pieces(text: str, plain: Callable[[str], T], notation: Callable[[str], T]) -> Iterator[T]:
    end = 0
    for match in _NOTATION.finditer(text):
        if match.start() > end:
            yield plain(text[end : match.start()])
        yield notation(match.group())
        end = match.end()
    if text[end:]:
        yield plain(text[end:])


def _mention(notation: str) -> Json:
    kind, name = notation[0], notation[1:].split("|", maxsplit=1)[0]
    if kind == "@":
        return {"type": "user", "user_id": name}
    if kind == "#":
        return {"type": "channel", "channel_id": name}
    if name.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": name.removeprefix("subteam^")}
    return {"type": "broadcast", "range": name}


def _named(text: str) -> str:
    return emoji.replace_emoji(text, lambda chars, _: _name(chars) or chars)


def _name(chars: str) -> str | None:
    tone = next((name for sign, name in _TONES.items() if sign in chars), "")
    bare = chars.translate({ord(sign): None for sign in _TONES})
    known = emoji.EMOJI_DATA.get(bare) or emoji.EMOJI_DATA.get(f"{bare}\N{VARIATION SELECTOR-16}")
    if known is None or bare.startswith(tuple(map(chr, range(0x1F1E6, 0x1F200)))):
        return None
    aliases: list[str] = known.get("alias", [])
    name = ":+1:" if ":+1:" in aliases else (aliases or [str(known["en"])])[0]
    return f"{name[:-1]}:{tone[1:]}:" if tone else name
