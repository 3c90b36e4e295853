"""Spans in Slack's notations: elements of rich text, plain text, and mrkdwn for small print.

What a member wrote is put only where Slack reads nothing into it: text elements of rich text
and `plain_text`.  In mrkdwn, which small print needs for dates and commands, every character
that means something there is replaced.  So a member can neither ping anybody nor format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from adapters.slack.splitting import clip, cut
from bot.inbound import clean
from bot.messages import Channel, Code, Mention, Moment, Said, Span, Text, Words
from bot.voice.words import full_day

Json = dict[str, object]
Elements = tuple[Json, ...]

NOTHING = "–"
"""Stands where there are no words, since Slack refuses an empty text."""

_ELEMENT_ROOM = 2_900
"""One text element; Slack tells no limit for it, but 3,000 wherever it tells one."""
_OBJECT_LIMIT = 3_000

_USER = re.compile(r"[UW][A-Z0-9]+")
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_NEWLINES = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in range(32) if code not in b"\t\n\r"}
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_FORMATS = {
    "date": "{date_long_pretty}",
    "time": "{time}",
    "both": "{date_long_pretty} at {time}",
}
# Slack has no way to escape these; they are replaced by what looks nearly the same.
_LITERAL = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
)
_LITERAL_NAME = {**_LITERAL, ord(":"): "∶"}


# --- characters ------------------------------------------------------------------------------


def safe(words: str) -> str:
    """Return `words` without what cannot be sent: half characters and control characters."""
    # Nearly all words are printable, and have none of either.
    return words if words.isprintable() else clean(words).translate(_CONTROLS)


def escaped(words: str) -> str:
    """Return `words` as Slack wants them in a message's text: nothing in them is a mention."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(words: str) -> str:
    """Return `words` on one line."""
    return _NEWLINES.sub(" ", safe(words))


def isolated(words: str) -> str:
    """Return a name on one line, so that its direction of writing turns nothing around it."""
    name = one_line(words).translate(_DIRECTIONS)
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in name):
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    return name


def plain_text(words: str, limit: int = _OBJECT_LIMIT, *, emoji: bool = False) -> Json:
    """Return a plain_text object on one line; `emoji` turns `:tada:` into a picture."""
    text = clip(one_line(words), limit)
    return {"type": "plain_text", "text": text if text.strip() else NOTHING, "emoji": emoji}


# --- rich text -------------------------------------------------------------------------------


def elements(text: Text) -> Elements:
    """Return the elements of a rich text; none if there are no words."""
    return tuple(element for span in text for element in _elements(span))


def literal(words: str) -> Elements:
    """Return a member's words at any length, as they are."""
    return tuple(_texts(safe(words)))


def section(parts: Iterable[Json]) -> Json:
    """Return a section of rich text."""
    return {"type": "rich_text_section", "elements": list(parts)}


def rich_text(*parts: Json) -> Json:
    """Return a block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


def preformatted(words: str) -> Json:
    """Return a block of lines in a typewriter's letters."""
    return rich_text({"type": "rich_text_preformatted", "elements": list(literal(words))})


def _elements(span: Span) -> Iterator[Json]:
    match span:
        case Mention() if _USER.fullmatch(span.user):
            yield {"type": "user", "user_id": str(span.user)}
        case Channel() if _CHANNEL.fullmatch(span.channel):
            yield {"type": "channel", "channel_id": str(span.channel)}
        case Moment():
            yield {
                "type": "date",
                "timestamp": int(span.at.timestamp()),
                "format": _FORMATS[span.style],
                "fallback": written(span),
            }
        case Words(bold=True) | Code():
            style = {"code" if isinstance(span, Code) else "bold": True}
            yield from ({**text, "style": style} for text in _texts(safe(span.text)))
        case _:
            yield from _texts(spoken(span))


def _texts(words: str) -> Iterator[Json]:
    while words:
        piece, words = cut(words, _ELEMENT_ROOM)
        yield {"type": "text", "text": piece}


# --- plain words -------------------------------------------------------------------------------


def spoken(span: Span) -> str:
    """Return a span in plain words."""
    match span:
        case Said():
            return isolated(span.text)
        case Mention():
            return f"@{isolated(span.name)}"
        case Channel():
            return isolated(span.channel)
        case Moment():
            return written(span)
        case _:
            return safe(span.text)


def written(moment: Moment) -> str:
    """Return a moment in words, in its own zone, for where Slack shows no dates."""
    local = moment.at.astimezone(ZoneInfo(moment.zone))
    if moment.style == "date":
        return full_day(local.date())
    clock = f"{local:%H:%M} ({moment.zone.replace('_', ' ')})"
    return clock if moment.style == "time" else f"{full_day(local.date())}, {clock}"


# --- small print -------------------------------------------------------------------------------


def small_print(text: Text) -> Json:
    """Return a context block: plain unless it holds something that plain text cannot show."""
    if any(_needs_markup(span) for span in text):
        marked = "".join(_marked(span) for span in text).strip()
        if len(marked) <= _OBJECT_LIMIT:
            return _context([{"type": "mrkdwn", "text": marked, "verbatim": True}])
    return remark("".join(spoken(span) for span in text))


def remark(words: str) -> Json:
    """Return a context block of plain words."""
    pieces: list[Json] = []
    rest = one_line(words)
    while rest or not pieces:
        piece, rest = cut(rest, _OBJECT_LIMIT)
        pieces.append(plain_text(piece))
    return _context(pieces)


def _context(parts: list[Json]) -> Json:
    return {"type": "context", "elements": parts}


def _needs_markup(span: Span) -> bool:
    return (
        isinstance(span, Moment)
        or (isinstance(span, Mention) and bool(_USER.fullmatch(span.user)))
        or (isinstance(span, Channel) and bool(_CHANNEL.fullmatch(span.channel)))
        or (isinstance(span, Words) and span.bold and bool(span.text.strip()))
        or (isinstance(span, Code) and bool(span.text.strip()))
    )


def _marked(span: Span) -> str:
    match span:
        case Words():
            return _around("*", one_line(span.text)) if span.bold else _plainly(span.text)
        case Code():
            return _around("`", one_line(span.text))
        case Moment():
            date = f"<!date^{int(span.at.timestamp())}^{_FORMATS[span.style]}"
            return f"{date}|{written(span).replace('|', ' ').translate(_LITERAL)}>"
        case Mention() if _USER.fullmatch(span.user):
            return f"<@{span.user}>"
        case Channel() if _CHANNEL.fullmatch(span.channel):
            return f"<#{span.channel}>"
        case _:
            return spoken(span).translate(_LITERAL_NAME)


def _plainly(words: str) -> str:
    return one_line(words).translate(_LITERAL)


def _around(mark: str, words: str) -> str:
    """Return `words` between marks, which Slack wants right at the first and the last letter."""
    inner = words.strip()
    if not inner:
        return words
    literal_ = escaped(inner.replace("`", "ˋ")) if mark == "`" else _plainly(inner)
    before, _, after = words.partition(inner)
    return f"{before}{mark}{literal_}{mark}{after}"
