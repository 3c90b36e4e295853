"""Components and markdown as a person reads them in Discord, in lines of plain text.

Pure.  It knows what the coach uses and refuses everything else, so that nothing can be on display
without being read, and no sign of markdown can stand there that Discord shows as it is.  Bold is
`*so*`, code `` `so` ``, small print `(so)`, a block of code `| so`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.discord.markup import BLANK
from tests.discord.client import Run
from tests.discord.client import read as runs_of
from tests.servers.discord.components import (
    BOXES,
    BUTTON,
    CONTAINER,
    DISPLAY,
    FILE,
    GALLERY,
    INPUT,
    LABEL,
    RADIO,
    ROW,
    SELECT,
)
from tests.stages.lines import field, option, paragraphs, visible, wrap

Json = Mapping[str, Any]

_FENCE = re.compile(r"```\n(?P<code>[^`]*)\n```")
_LINE = re.compile(
    r"(?P<heading>#{1,3} )|(?P<small>-# )|(?P<point>- )|(?P<number>\d+)\. |(?P<quote>> )|"
)
_DAY = "{at:%A}, {at.day} {at:%B} {at.year}"
_TIMES = {"t": "{at:%H:%M}", "D": _DAY.partition(", ")[2], "F": f"{_DAY} at {{at:%H:%M}}"}
_STYLES = {"bold": "*{}*", "code": "`{}`"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads in a zone; `name`, `channel` tell how ids are called."""

    zone: str
    name: Callable[[str], str]
    channel: Callable[[str], str]

    def blocks(self, components: Iterable[Json]) -> list[list[str]]:
        """Return the lines of each text and each row of a message."""
        return [list(lines) for component in components for lines in self._component(component)]

    def window(self, modal: Json) -> list[str]:
        """Return a form, with its title and the buttons that Discord puts below it."""
        lines = [f"“{modal['title']}”"]
        for component in modal["components"]:
            lines += self._labelled(component)
        return [*lines, "[Submit]  [Cancel]"]

    def text(self, markdown: str) -> Iterator[str]:
        """Yield the lines of one text."""
        rest = markdown
        while match := _FENCE.search(rest):
            yield from self._lines(rest[: match.start()].removesuffix("\n"))
            yield from (f"| {line}".rstrip() for line in visible(_bare(match["code"])).split("\n"))
            rest = rest[match.end() :].removeprefix("\n")
        yield from self._lines(rest)

    # --- components -----------------------------------------------------------------------

    def _component(self, component: Json) -> Iterator[Iterable[str]]:
        match component["type"]:
            case kind if kind == CONTAINER:
                yield from self.blocks(component["components"])
            case kind if kind == DISPLAY:
                yield self.text(component["content"])
            case kind if kind == ROW:
                buttons = component["components"]
                assert {each["type"] for each in buttons} == {BUTTON}, "a row of buttons only"
                yield ["  ".join(f"[{visible(each['label'])}]" for each in buttons)]
            case kind if kind == FILE:
                yield [f"(a file: {component['file']['url'].removeprefix('attachment://')})"]
            case kind if kind == GALLERY:
                shown = (each["description"] for each in component["items"])
                yield [line for words in shown for line in wrap(f"[picture] {visible(words)}")]
            case kind:
                raise AssertionError(f"nobody here can read a component of type {kind}")

    def _labelled(self, component: Json) -> Iterable[str]:
        if component["type"] == DISPLAY:
            return self.text(component["content"])
        assert component["type"] == LABEL, f"nobody here can fill in type {component['type']}"
        inner = component["component"]
        required, hint = inner.get("required", True), component.get("description") or ""
        content = list(_field(inner))
        return field(
            inner["custom_id"], component["label"], content, required=required, hint=visible(hint)
        )

    # --- markdown -------------------------------------------------------------------------

    def _lines(self, text: str) -> Iterator[str]:
        if text:
            for line in text.split("\n"):
                yield from self._line(line)

    def _line(self, line: str) -> Iterator[str]:
        found = _LINE.match(line)
        assert found is not None
        said = self._inline(line[found.end() :])
        match found.lastgroup:
            case "small":
                yield from wrap(f"({said})")
            case "point":
                yield from paragraphs(said, "• ", "  ")
            case "number":
                sign = f"{found['number']}. "
                yield from paragraphs(said, sign, " " * len(sign))
            case "quote":
                yield from paragraphs(said, "> ")
            case _:
                yield from paragraphs(said)

    def _inline(self, markdown: str) -> str:
        return "".join(map(self._run, runs_of(markdown)))

    def _run(self, run: Run) -> str:
        kinds, text = sorted(run.kinds), visible(_bare(run.text))
        match kinds:
            case []:
                return text
            case ["bold"] | ["code"]:
                return _STYLES[kinds[0]].format(text)
            case ["user"]:
                return f"@{self.name(run.text.strip('<@!>'))}"
            case ["channel"]:
                return f"#{self.channel(run.text.strip('<#>'))}"
            case ["command"]:
                return run.text.removeprefix("<").partition(":")[0]
            case ["time"]:
                return self._moment(run.text)
            case _:
                raise AssertionError(f"the coach never says {kinds}: {run.text[:80]}")

    def _moment(self, shown: str) -> str:
        _, seconds, style = shown.strip("<>").split(":")
        at = datetime.fromtimestamp(int(seconds), UTC).astimezone(ZoneInfo(self.zone))
        return _TIMES[style].format(at=at)


def _field(inner: Json) -> Iterator[str]:
    kind = inner["type"]
    if kind == INPUT:
        example = f" {inner['placeholder']}" if inner.get("placeholder") else ""
        yield f"[{visible(inner['value'])}]" if inner.get("value") else f"[]{example}"
        return
    assert kind in (RADIO, BOXES, SELECT), f"nobody here can fill in type {kind}"
    several = kind == BOXES or (kind == SELECT and inner.get("max_values", 1) > 1)
    for each in inner["options"]:
        chosen = bool(each.get("default"))
        # A list that opens shows one more sign.
        sign = "▾ " if kind == SELECT else ""
        yield sign + option(each["label"], each["value"], chosen=chosen, several=several)


def _bare(text: str) -> str:
    return text.replace(BLANK, "")
