"""Block Kit as a person reads it, in lines of plain text: messages, windows and the Home tab.

Pure.  It knows the blocks and elements that the coach uses and refuses all others, so that
nothing can be on display without being read.  Bold is `*so*`, code `` `so` ``; a long passage is
shown by its beginning and its end, with how much there is between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.console.render import columns
from tests.stages.lines import field, option, paragraphs, visible, wrap

Json = Mapping[str, Any]

_MARKUP = re.compile(
    r"<!date\^(?P<at>\d+)\^(?P<format>[^|>]+)\|[^>]*>|<@(?P<user>\w+)>|<#(?P<channel>\w+)>|<(?P<bad>[^>]*)>"
)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_INPUTS = ("plain_text_input", "datepicker", "timepicker")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads at `now`, in a zone; `name` and `channel` tell how ids are called."""

    now: datetime
    zone: str
    name: Callable[[str], str]
    channel: Callable[[str], str]

    def blocks(self, blocks: Iterable[Json]) -> list[list[str]]:
        """Return the lines of each block."""
        return [list(self._block(block)) for block in blocks]

    def view(self, view: Json) -> list[str]:
        """Return a window or the Home tab, with its title and the buttons at its end."""
        lines = [f"“{view['title']['text']}”"] if view["type"] == "modal" else []
        for block in self.blocks(view["blocks"]):
            lines += block
        ends = [view[end]["text"] for end in ("submit", "close") if view.get(end)]
        return [*lines, "  ".join(f"[{end}]" for end in ends)] if ends else lines

    # --- blocks ---------------------------------------------------------------------------

    def _block(self, block: Json) -> Iterator[str]:
        match block["type"]:
            case "header" | "image":
                yield from wrap(visible(_said(block)))
            case "rich_text":
                for part in block["elements"]:
                    yield from self._part(part)
            case "context":
                for element in block["elements"]:
                    yield from wrap(f"({self._object(element)})")
            case "actions":
                yield "  ".join(f"[{each['text']['text']}]" for each in block["elements"])
            case "table":
                yield from _table(
                    [[visible(cell["text"]) for cell in row] for row in block["rows"]]
                )
            case "divider":
                yield "· · ·"
            case "input":
                yield from _input(block)
            case kind:
                raise AssertionError(f"nobody here can read a block of type {kind}")

    def _part(self, part: Json) -> Iterator[str]:
        match part["type"]:
            case "rich_text_section":
                yield from paragraphs(self._text(part))
            case "rich_text_quote":
                yield from paragraphs(self._text(part), "> ")
            case "rich_text_preformatted":
                yield from (f"| {line}".rstrip() for line in self._text(part).split("\n"))
            case "rich_text_list":
                for number, item in enumerate(part["elements"], part.get("offset", 0) + 1):
                    point = "• " if part["style"] == "bullet" else f"{number}. "
                    yield from paragraphs(self._text(item), point, " " * len(point))
            case kind:
                raise AssertionError(f"nobody here can read {kind}")

    def _text(self, part: Json) -> str:
        return "".join(self._element(element) for element in part["elements"])

    def _element(self, element: Json) -> str:
        match element["type"]:
            case "text":
                return _styled(visible(element["text"]), element.get("style", {}))
            case "user":
                return f"@{self.name(element['user_id'])}"
            case "channel":
                return f"#{self.channel(element['channel_id'])}"
            case "date":
                return self._date(element["timestamp"], element["format"])
            case kind:
                raise AssertionError(f"the coach never says {kind}")

    def _object(self, text: Json) -> str:
        if text["type"] == "plain_text":
            return visible(text["text"])
        said = _MARKUP.sub(self._marked, visible(text["text"]))
        for entity, character in _ENTITIES:
            said = said.replace(entity, character)
        return said

    def _marked(self, match: re.Match[str]) -> str:
        assert match["bad"] is None, f"the coach never says <{match['bad']}>"
        if match["user"]:
            return f"@{self.name(match['user'])}"
        if match["channel"]:
            return f"#{self.channel(match['channel'])}"
        return self._date(int(match["at"]), match["format"])

    def _date(self, timestamp: int, style: str) -> str:
        at = datetime.fromtimestamp(timestamp, UTC).astimezone(ZoneInfo(self.zone))
        shown = style.replace("{time}", f"{at:%H:%M}")
        shown = shown.replace("{date_long_pretty}", self._day(at.date()))
        assert "{" not in shown, f"nobody here can read {style}"
        return shown

    def _day(self, day: date) -> str:
        today = self.now.astimezone(ZoneInfo(self.zone)).date()
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        return near.get((day - today) // timedelta(days=1)) or _long(day)


def _long(day: date) -> str:
    """Return a date as Slack writes it in full."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if day.day in (11, 12, 13) else ends.get(day.day % 10, "th")
    return f"{day:%A}, {day:%B} {day.day}{end}, {day.year}"


# --- fields of a form ------------------------------------------------------------------------


def _input(block: Json) -> Iterator[str]:
    content, hint = list(_field(block["element"])), (block.get("hint") or {}).get("text", "")
    required = not block.get("optional")
    yield from field(
        block["block_id"], block["label"]["text"], content, required=required, hint=hint
    )


def _field(element: Json) -> Iterator[str]:
    kind = element["type"]
    if kind in _INPUTS:
        names = ("initial_value", "initial_date", "initial_time")
        value = next((str(element[name]) for name in names if element.get(name)), "")
        yield f"[{visible(value)}]" + {"datepicker": " 📅", "timepicker": " 🕘"}.get(kind, "")
        return
    chosen = [*element.get("initial_options", [])]
    chosen += [element["initial_option"]] if element.get("initial_option") else []
    several = kind in ("checkboxes", "multi_static_select")
    for each in element["options"]:
        label, value = each["text"]["text"], each["value"]
        yield option(label, value, chosen=each in chosen, several=several)


# --- lines -----------------------------------------------------------------------------------


def _said(block: Json) -> str:
    """Return the words of a heading, or those that stand for a picture."""
    return block["text"]["text"] if block["type"] == "header" else f"[picture] {block['alt_text']}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell + " " * (width - columns(cell)) for cell, width in cells).rstrip()


def _styled(text: str, style: Mapping[str, bool]) -> str:
    for name, mark in (("bold", "*"), ("italic", "_"), ("code", "`")):
        if style.get(name) and text.strip():
            bare = text.strip()
            text = text.replace(bare, f"{mark}{bare}{mark}")
    return text
