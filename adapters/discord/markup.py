r"""Spans in Discord's markdown, in which nothing that anybody wrote means anything.

    # <@1> *now* https://x.example   ->   \# \<\@1> \*now\* https\://x.example

Rule: a backslash stands before every sign that could begin something, so that Discord shows
what was written, and neither its servers nor its clients find a mention, a link, a picture or
a format in it.  Only `allowed_mentions` decides who is notified; this is the second lock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from adapters.discord.commands_spelling import spelled
from bot.ids import UserId
from bot.inbound import clean
from bot.messages import Channel, Code, Mention, Moment, Said, Span, Text

BLANK = "\N{ZERO WIDTH SPACE}"

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in range(32) if code not in b"\t\n\r"}
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_RIGHT_TO_LEFT = ("R", "AL", "AN")

_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\*_~|`[<@"}
# A colon right before a word begins an emoji (`:tada:`) or, after a scheme, a link.
_COLONS = re.compile(r":(?=\S)")
_LINE_STARTS = re.compile(r"^([^\S\n]*)(?:([-+#>])|([0-9]+)(?=[.)]))", re.MULTILINE)
# Discord's servers may look for mentions without minding a backslash or code.
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_ANYBODY = re.compile(r"@(?=everyone|here)|(?<=<)@", re.IGNORECASE)
_TICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
"""Looks like the backtick, which nothing can escape inside of code."""

_STYLES = {"date": "D", "time": "t", "both": "F"}


# --- characters ------------------------------------------------------------------------------


def safe(words: str) -> str:
    """Return `words` without what cannot be sent, and with one kind of line end."""
    return _NEWLINES.sub("\n", clean(words)).translate(_CONTROLS)


def one_line(words: str) -> str:
    """Return `words` on one line."""
    return safe(words).replace("\n", " ")


def isolated(words: str) -> str:
    """Return a name on one line, so that its direction of writing turns nothing around it."""
    name = one_line(words).translate(_DIRECTIONS)
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in name):
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    return name


def escaped(words: str) -> str:
    """Return `words` so that markdown shows them as they are, wherever they stand."""
    return _at_line_starts(_inside(words))


def fenced(words: str) -> str:
    """Return lines as a block of code, whatever stands in them."""
    return f"```\n{_in_code(words)}\n```"


def _inside(words: str) -> str:
    return _COLONS.sub(r"\\:", _EVERYBODY.sub(f"@{BLANK}", words).translate(_SIGNS))


def _at_line_starts(marked_: str) -> str:
    """Escape what means a heading, a list, a quote or small print at the start of a line."""
    return _LINE_STARTS.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[2] else f"{found[0]}\\", marked_
    )


def _in_code(words: str) -> str:
    return _ANYBODY.sub(f"@{BLANK}", words.replace("`", _TICK))


# --- spans -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in one style.  Those that are `fixed` are markup already and stay whole.

    `user` is who is notified by it.
    """

    text: str
    style: Literal["plain", "bold", "code", "fixed"] = "plain"
    user: UserId | None = None


Pieces = tuple[Piece, ...]


def pieces(text: Text) -> Pieces:
    """Return the pieces of a text; none if there are no words."""
    return tuple(piece for span in text if (piece := _piece(span)).text)


def literal(words: str) -> Pieces:
    """Return somebody's words at any length, as they are."""
    return (Piece(safe(words)),) if words else ()


def flat(some: Pieces) -> Pieces:
    """Return pieces on one line."""
    return tuple(Piece(piece.text.replace("\n", " "), piece.style, piece.user) for piece in some)


def marked(some: Pieces) -> str:
    """Return pieces as markdown."""
    return _at_line_starts("".join(_marked(some)))


def spoken(span: Span) -> str:
    """Return a span in plain words."""
    match span:
        case Said():
            return isolated(span.text)
        case Mention():
            return f"@{isolated(span.name)}"
        case Moment():
            return span.at.isoformat(timespec="minutes")
        case Channel():
            return f"#{one_line(span.channel)}"
        case _:
            return safe(span.text)


def _piece(span: Span) -> Piece:
    match span:
        case Mention() if _ID.fullmatch(span.user):
            return Piece(f"<@{span.user}>", "fixed", span.user)
        case Moment():
            return Piece(f"<t:{int(span.at.timestamp())}:{_STYLES[span.style]}>", "fixed")
        case Channel() if _ID.fullmatch(span.channel):
            # Nobody is notified by a channel's name.
            return Piece(f"<#{span.channel}>", "fixed")
        case Code():
            return Piece(spelled(one_line(span.text)), "code")
        case _:
            bold = span.kind == "words" and span.bold
            return Piece(spoken(span), "bold" if bold else "plain")


def _marked(some: Pieces) -> Iterator[str]:
    # Marks of the same kind side by side (`**a****b**`) would be read as something else.
    for style, group in groupby(some, key=lambda piece: piece.style):
        words = "".join(piece.text for piece in group)
        if style == "fixed":
            yield words
        elif style == "code":
            yield _around("`", words, _in_code(words.strip()))
        elif style == "bold":
            lines = words.split("\n")
            yield "\n".join(_around("**", line, _inside(line.strip())) for line in lines)
        else:
            yield _inside(words)


def _around(mark: str, words: str, inner: str) -> str:
    """Return `inner` between marks, with the space around it left outside of them."""
    if not inner:
        return words
    before = words[: len(words) - len(words.lstrip())]
    after = words[len(words.rstrip()) :]
    return f"{before}{mark}{inner}{mark}{after}"
