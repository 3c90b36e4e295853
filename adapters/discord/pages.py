"""Which part of a long message holds what.

Discord takes a message whose texts are together 4,000 characters long, so longer ones are
posted in parts.  The first keeps everything except the quotes that do not fit: what is asked of
the reader, and the buttons, never move away from it.  A quote goes on in the following parts
where it stopped.  Only a message that is too long without its quotes as well flows from part to
part as it comes, and its buttons still stay in the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from adapters.discord.markup import BLANK, Piece, Pieces, escaped, fenced, flat, marked
from adapters.discord.splitting import cut, weight

BETWEEN = "\n\n"
"""Stands between two texts where they have to share one component."""

_ONWARD = 80
"""Room for the line that says where a text goes on."""
_LEAST = 300
"""Less of a text than this is not worth beginning it."""
_LAST_WORDS = 100
"""Room for the lines that say that something continues."""


@dataclass(frozen=True, slots=True)
class Solid:
    """A row of buttons, or a file: takes no room for text, but `components` of those there may be.

    It stays in the first part.
    """

    block: dict[str, object]
    components: int

    @property
    def cost(self) -> int:
        return 0

    def fits(self, room: int) -> bool:
        return room >= 0

    @property
    def cut(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Flow:
    """Text that may go on in a later part; each item is one paragraph, quote or list item.

    `label` is what to call it where it goes on, `first` how many items were shown before;
    `goes_on` and `cut` say whether something of it stands in a part before or after.
    """

    style: Literal["heading", "paragraph", "note", "quote", "code", "point", "number", "check"]
    items: tuple[Pieces, ...]
    label: str = ""
    first: int = 0
    goes_on: bool = False
    cut: bool = False

    @property
    def cost(self) -> int:
        return weight(self.text()) + len(BETWEEN)

    def fits(self, room: int) -> bool:
        """Return whether it costs at most `room`, at once if it is much too long."""
        bare = sum(len(piece.text) for item in self.items for piece in item)
        return bare <= room and self.cost <= room

    @property
    def components(self) -> int:
        """None: texts share one component where there are too many."""
        return 0

    def text(self, onward: str = "") -> str:
        """Return it as markdown; `onward` says where it goes on if it does."""
        lines = [f"-# {escaped(self.label)}"] if self.goes_on and self.label else []
        lines += self._lines()
        if self.cut and onward:
            lines.append(f"-# {escaped(onward)}")
        return "\n".join(lines)

    def _lines(self) -> Iterator[str]:
        for place, item in enumerate(self.items, self.first + 1):
            match self.style:
                case "paragraph":
                    yield marked(item)
                case "quote":
                    yield from (f"> {_filled_in(line)}" for line in marked(item).split("\n"))
                case "code":
                    yield fenced("".join(piece.text for piece in item))
                case _:
                    yield f"{self._sign(place)} {marked(flat(item))}"

    def _sign(self, place: int) -> str:
        signs = {"heading": "##", "note": "-#", "point": "-", "check": "☐"}
        return signs.get(self.style, f"{place}.")


Item = Solid | Flow
Page = tuple[Item, ...]


def paged(items: Sequence[Item], room: int, most: int) -> list[Page]:
    """Share `items` out to pages of at most `room` code units and `most` components each."""
    room -= _LAST_WORDS
    page, rest = _first(items, room, most)
    pages = [page]
    while rest:
        page, rest = _filled(rest, room, most)
        pages.append(page)
    return pages


def _first(items: Sequence[Item], room: int, most: int) -> tuple[Page, list[Item]]:
    costs = [item.cost for item in items]
    few = sum(item.components for item in items) <= most
    if few and sum(costs) <= room:
        return tuple(items), []
    quotes = [item.cost for item in items if _is_quote(item)]
    shares = _shares(quotes, max(room - sum(costs) + sum(quotes), 0))
    least = _LEAST + _ONWARD
    if few and quotes and all(s >= min(n, least) for s, n in zip(shares, quotes, strict=True)):
        return _shortened(items, shares)
    return _filled(items, room, most, keep_buttons=few)


def _shortened(items: Sequence[Item], shares: list[int]) -> tuple[Page, list[Item]]:
    """Keep everything but the ends of the quotes that are longer than their share."""
    several = len(shares) > 1
    page: list[Item] = []
    rest: list[Item] = []
    for item in items:
        share = shares.pop(0) if _is_quote(item) else item.cost
        if not isinstance(item, Flow) or item.fits(share):
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
    items: Sequence[Item], room: int, most: int, *, keep_buttons: bool = False
) -> tuple[Page, list[Item]]:
    """Fill one page with what comes first; buttons that are kept fit beside it in any case."""
    page: list[Item] = []
    rest: list[Item] = []
    for item in items:
        if keep_buttons and isinstance(item, Solid):
            page.append(item)
        elif rest or item.components > most:
            rest.append(item)
        elif item.fits(room):
            page.append(item)
            room, most = room - item.cost, most - item.components
        else:
            head, tail = _split(item, room) if isinstance(item, Flow) else (None, item)
            page += [head] if head else []
            rest.append(tail)
    return tuple(page), rest


def _split(flow: Flow, room: int) -> tuple[Flow | None, Flow]:
    """Part a flow that is too long for `room`; the head is `None` if too little would fit."""
    room -= _ONWARD
    whole = 0
    while replace(flow, items=flow.items[: whole + 1]).fits(room):
        whole += 1
    before, item, after = flow.items[:whole], flow.items[whole], flow.items[whole + 1 :]
    used = replace(flow, items=before).cost
    here = replace(flow, label="", first=flow.first + whole)
    head, tail = _parted(here, item, room - used) if room - used >= _LEAST else ((), item)
    shown = (*before, head) if head else before
    rest = replace(flow, items=(tail, *after) if tail else after, first=flow.first + whole)
    if not shown:
        return None, rest
    return replace(flow, items=shown, cut=True), replace(rest, goes_on=True)


def _parted(bare: Flow, item: Pieces, room: int) -> tuple[Pieces, Pieces]:
    """Part one item that does not fit; `bare` is what it would be all of."""

    def only(some: Pieces) -> Flow:
        return replace(bare, items=(some,))

    whole = 0
    while whole < len(item) - 1 and only(item[: whole + 1]).fits(room):
        whole += 1
    before, piece, after = item[:whole], item[whole], item[whole + 1 :]
    if piece.style == "fixed" or room - only(before).cost < _LEAST // 2:
        return before, (piece, *after)
    head, tail = cut(piece.text, room, lambda text: only((*before, replace(piece, text=text))).cost)
    kept = (Piece(tail, piece.style),) if tail else ()
    return (*before, replace(piece, text=head)), (*kept, *after)


def _is_quote(item: Item) -> bool:
    return isinstance(item, Flow) and item.style == "quote"


def _filled_in(line: str) -> str:
    # Discord cuts white space off both ends of a text, and a quote needs more than its sign.
    return line if line.strip() else f"{line}{BLANK}"
