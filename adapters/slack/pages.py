"""Which part of a long message holds what.

Slack takes a message whose blocks are together about 12,000 characters long, so longer ones are
posted in parts.  The first keeps everything except the quotes that do not fit: what is asked of
the reader, and the buttons, never move away from it.  A quote goes on in the following parts
where it stopped.  Only a message that is too long without its quotes as well flows from part to
part as it comes, and its buttons still stay in the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from adapters.slack.richtext import Elements, Json, rich_text, section
from adapters.slack.splitting import cut, weight

_SHELL = 480
"""Room for what surrounds an interrupted flow: its block, its label and where it goes on."""
_ITEM = 60
_LEAST = 600
"""Less of a quote than this is not worth beginning it."""
_LAST_WORDS = 400
"""Room for the lines that say that something continues."""


@dataclass(frozen=True, slots=True)
class Solid:
    """A block that stays whole and takes `cost` of the room.

    A `pinned` one stays in the first part.
    """

    block: Json
    cost: int
    pinned: bool = False

    @property
    def cut(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Flow:
    """Text that may go on in a later part; each item is one paragraph, quote or list item.

    `label` is what to call it where it goes on, `first` how many items were shown before;
    `goes_on` and `cut` say whether something of it stands in a part before or after.
    """

    style: Literal["section", "quote", "preformatted", "bullet", "ordered"]
    items: tuple[Elements, ...]
    label: str = ""
    first: int = 0
    goes_on: bool = False
    cut: bool = False

    @property
    def cost(self) -> int:
        return weight(self.block("")) + 2

    def block(self, onward: str) -> Json:
        """Return it as rich text; `onward` says where it goes on if it does."""
        parts = list(self._parts())
        if self.goes_on and self.label:
            parts.insert(0, _aside(self.label))
        if self.cut and onward:
            parts.append(_aside(onward))
        return rich_text(*parts)

    def _parts(self) -> Iterator[Json]:
        sections = [section(item) for item in self.items]
        if self.style in ("bullet", "ordered"):
            shown: Json = {"type": "rich_text_list", "style": self.style, "elements": sections}
            yield {**shown, "offset": self.first} if self.first else shown
        elif self.style == "section":
            yield from sections
        else:
            for one in sections:
                yield {**one, "type": f"rich_text_{self.style}"}


Item = Solid | Flow
Page = tuple[Item, ...]


def paged(items: Sequence[Item], room: int, most: int) -> list[Page]:
    """Share `items` out to pages of at most `room` characters and `most` blocks each."""
    room, most = room - _LAST_WORDS, most - 2
    page, rest = _first(items, room, most)
    pages = [page]
    while rest:
        page, rest = _filled(rest, room, most)
        pages.append(page)
    return pages


def _first(items: Sequence[Item], room: int, most: int) -> tuple[Page, list[Item]]:
    costs = [item.cost for item in items]
    if len(items) <= most and sum(costs) <= room:
        return tuple(items), []
    quotes = [item.cost for item in items if _is_quote(item)]
    spare = room - sum(costs) + sum(quotes)
    shares = _shares(quotes, max(spare, 0))
    enough = all(s >= min(n, _SHELL + _LEAST) for s, n in zip(shares, quotes, strict=True))
    if quotes and enough and len(items) <= most:
        return _shortened(items, shares)
    pinned = [item.cost for item in items if isinstance(item, Solid) and item.pinned]
    if sum(pinned) > room // 2 or len(pinned) > most // 2:
        return _filled(items, room, most)
    return _filled(items, room - sum(pinned), most - len(pinned), keep_pinned=True)


def _shortened(items: Sequence[Item], shares: list[int]) -> tuple[Page, list[Item]]:
    """Keep everything but the ends of the quotes that are longer than their share."""
    several = len(shares) > 1
    page: list[Item] = []
    rest: list[Item] = []
    for item in items:
        share = shares.pop(0) if _is_quote(item) else item.cost
        if not isinstance(item, Flow) or item.cost <= share:
            page.append(item)
            continue
        head, tail = _split(item, share)
        page += [head] if head else []
        rest.append(tail if several else replace(tail, label=""))
    return tuple(page), rest


def _shares(needs: Sequence[int], spare: int) -> list[int]:
    """Give the smallest needs in full and the others the same each."""
    shares = [0] * len(needs)
    for done, place in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        shares[place] = min(needs[place], spare // (len(needs) - done))
        spare -= shares[place]
    return shares


def _filled(
    items: Sequence[Item], room: int, most: int, *, keep_pinned: bool = False
) -> tuple[Page, list[Item]]:
    """Fill one page with what comes first; for pinned items that are kept, room is left already."""
    page: list[Item] = []
    rest: list[Item] = []
    count = 0
    for item in items:
        if keep_pinned and isinstance(item, Solid) and item.pinned:
            page.append(item)
        elif rest or count == most:
            rest.append(item)
        elif item.cost <= room:
            page.append(item)
            count, room = count + 1, room - item.cost
        else:
            head, tail = _split(item, room) if isinstance(item, Flow) else (None, item)
            page += [head] if head else []
            rest.append(tail)
    return tuple(page), rest


def _split(flow: Flow, room: int) -> tuple[Flow | None, Flow]:
    """Part a flow that is too long for `room`; the head is `None` if too little would fit."""
    room -= _SHELL
    whole = 0
    while whole < len(flow.items) - 1 and _cost(flow.items[whole]) <= room:
        room -= _cost(flow.items[whole])
        whole += 1
    before, item, after = flow.items[:whole], flow.items[whole], flow.items[whole + 1 :]
    head, tail = _parted(item, room - _ITEM) if room >= _LEAST else ((), item)
    shown = (*before, head) if head else before
    rest = replace(flow, items=(tail, *after) if tail else after, first=flow.first + whole)
    if not shown:
        return None, rest
    return replace(flow, items=shown, cut=True), replace(rest, goes_on=True)


def _parted(item: Elements, room: int) -> tuple[Elements, Elements]:
    for place, element in enumerate(item):
        cost = weight(element) + 2
        if cost > room:
            head, tail = _cut(element, room)
            return (*item[:place], *head), (*tail, *item[place + 1 :])
        room -= cost
    return item, ()


def _cut(element: Json, room: int) -> tuple[Elements, Elements]:
    text = cast("str", element.get("text", ""))
    left = room - (weight(element) - weight(text)) - 2
    if not text or left < _LEAST // 2:
        return (), (element,)
    piece, rest = cut(text, left)
    return ({**element, "text": piece},), ({**element, "text": rest},)


def _is_quote(item: Item) -> bool:
    return isinstance(item, Flow) and item.style == "quote"


def _cost(item: Elements) -> int:
    return _ITEM + weight(list(item))


def _aside(words: str) -> Json:
    return section([{"type": "text", "text": words, "style": {"italic": True}}])
