r"""What Discord makes of a text: how its client shows it and whom its servers notify.

It reads more into a text than Discord does wherever the two could differ: what is harmless here
is harmless there.  Rules: https://docs.discord.com/developers/reference#message-formatting and
simple-markdown, which the client is built on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from adapters.discord.markup import BLANK


@dataclass(frozen=True)
class Run:
    """Some characters as somebody sees them, with all that formats them."""

    text: str
    kinds: frozenset[str] = frozenset()


_BLOCKS = {
    "heading": re.compile(r"[^\S\n]*#{1,6}[^\S\n]+(?P<inner>[^\n]*)"),
    "small": re.compile(r"[^\S\n]*-#[^\S\n]+(?P<inner>[^\n]*)"),
    "list": re.compile(r"[^\S\n]*(?:[-*+]|[0-9]+[.)])[^\S\n]+(?P<inner>[^\n]*)"),
    "everything": re.compile(r"[^\S\n]*>>>[^\S\n]*(?P<inner>[\s\S]*)"),
    "quote": re.compile(r"[^\S\n]*>[^\S\n](?P<inner>[^\n]*)"),
}
_FENCE = re.compile(r"```(?:[a-z0-9_+\-.#]+\n)?\n*(?P<inner>[^\n][\s\S]*?)\n*```", re.IGNORECASE)
_INLINE = {
    "fence": _FENCE,
    "escape": re.compile(r"\\(?P<text>[^0-9A-Za-z\s])"),
    "code": re.compile(r"(?P<tick>`+)(?P<text>[\s\S]*?[^`])(?P=tick)(?!`)"),
    "user": re.compile(r"<@!?[0-9]+>"),
    "role": re.compile(r"<@&[0-9]+>"),
    "channel": re.compile(r"<#[0-9]+>"),
    "everyone": re.compile(r"@(?:everyone|here)", re.IGNORECASE),
    "picture": re.compile(r"<a?:\w+:[0-9]+>"),
    "time": re.compile(r"<t:-?[0-9]+(?::\w)?>"),
    "command": re.compile(r"</[^>\n]+:[0-9]+>"),
    "place": re.compile(r"<id:[^>\n]+>"),
    "masked": re.compile(r"\[[\s\S]+?\]\([\s\S]*?\)"),
    "autolink": re.compile(r"<[^: >]+:/[^ >]+>"),
    "link": re.compile(r"(?:https?|steam|discord|mailto|tel):\S+|https?://\S+"),
    "spoiler": re.compile(r"\|\|(?P<inner>[\s\S]+?)\|\|"),
    "bold": re.compile(r"\*\*(?P<inner>(?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "underline": re.compile(r"__(?P<inner>(?:\\[\s\S]|[^\\])+?)__(?!_)"),
    "italic": re.compile(
        r"\*(?P<inner>(?:\\[\s\S]|[^\\*])+?)\*|_(?P<other>(?:\\[\s\S]|[^\\_])+?)_"
    ),
    "strike": re.compile(r"~~(?P<inner>[\s\S]+?)~~"),
    "emoji": re.compile(r":[^\s:<>*`]+:"),
}
_PLAIN = re.compile(r"(?:(?!(?:https?|steam|discord|mailto|tel):)[^\\`<@\[|*_~:])+")


def read(markdown: str) -> list[Run]:
    """Return what a reader sees of a text display, in runs of one format."""
    return list(_merged(_blocks(markdown, frozenset())))


def seen(markdown: str) -> str:
    """Return all characters that a reader sees."""
    return "".join(run.text for run in read(markdown)).replace(BLANK, "")


def kinds(markdown: str) -> set[str]:
    """Return all that formats or links anything in a text display."""
    return {kind for run in read(markdown) for kind in run.kinds}


def notified(content: str) -> list[str]:
    """Return what Discord's servers would take for mentions, if they were all allowed."""
    return re.findall(r"<@[!&]?[0-9]+>|@everyone|@here", content, re.IGNORECASE)


def _blocks(text: str, kinds_: frozenset[str]) -> Iterator[Run]:
    place = 0
    while place < len(text):
        found = next(_begun(text, place), None)
        if found:
            kind, match = found
            yield from _blocks(match["inner"], kinds_ | {kind})
            place = match.end()
        else:
            # A fence may stand anywhere and reach over lines.
            end = _end_of_line(text, place)
            yield from _inline(text[place:end], kinds_)
            place = end
        if place < len(text) and text[place] == "\n":
            yield Run("\n", kinds_)
            place += 1


def _begun(text: str, place: int) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in _BLOCKS.items():
        if match := pattern.match(text, place):
            yield kind, match


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    fence = _FENCE.search(text, place)
    return max(end, fence.end()) if fence and fence.start() < end else end


def _inline(text: str, kinds_: frozenset[str]) -> Iterator[Run]:
    place = 0
    while place < len(text):
        if match := _PLAIN.match(text, place):
            yield Run(match[0], kinds_)
            place = match.end()
            continue
        for kind, pattern in _INLINE.items():
            match = pattern.match(text, place)
            if match:
                yield from _run(kind, match, kinds_)
                place = match.end()
                break
        else:
            yield Run(text[place], kinds_)
            place += 1


def _run(kind: str, match: re.Match[str], kinds_: frozenset[str]) -> Iterator[Run]:
    parts = match.groupdict()
    if kind == "escape":
        yield Run(parts["text"], kinds_)
    elif kind in ("code", "fence"):
        yield Run(parts.get("text") or parts["inner"], kinds_ | {kind})
    elif inner := parts.get("inner") or parts.get("other"):
        yield from _inline(inner, kinds_ | {kind})
    else:
        yield Run(match[0], kinds_ | {kind})


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    last = Run("")
    for run in runs:
        if run.kinds == last.kinds:
            last = replace(last, text=last.text + run.text)
        else:
            if last.text:
                yield last
            last = run
    if last.text:
        yield last
