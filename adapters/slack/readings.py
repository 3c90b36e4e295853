"""Slack's lists, read page by page, also where Slack gives one page a minute.

A reading that a limit interrupts goes on from there when it is asked for again, so however
strict the limit, asking again makes progress.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.calls import Calls, Data, text_in
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, TryLater

INTERRUPTED_LASTS = timedelta(hours=1)
"""How long an interrupted reading can be taken up again, unless it says otherwise."""
MANY = 500
"""Interrupted readings that are remembered."""
PAGES = 1_000
"""A list with more pages than this never ends."""


@dataclass(slots=True)
class _Begun:
    """A reading under way: what was taken from its pages, and where the next one begins."""

    at: datetime
    taken: list[Data] = field(default_factory=list)
    cursor: str | None = None
    pages: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: the method, its arguments and which list of its answers.

    `lasts` is for how long it can be gone on with after an interruption.  Of every page only
    what `wanted` says is kept; reading ends when `enough` is.
    """

    method: str
    args: tuple[tuple[str, Any], ...]
    items: str = "messages"
    lasts: timedelta = INTERRUPTED_LASTS
    wanted: Callable[[Data], bool] = lambda _: True
    enough: Callable[[list[Data]], bool] = lambda _: False


class Pages:
    """Reads whole lists, and goes on where a reading was interrupted."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._begun: OrderedDict[tuple[str, ...], _Begun] = OrderedDict()

    async def read(self, reading: Reading, *about: str, kept: bool = False) -> list[Data]:
        """Return what is wanted of the list; `about` tells this reading from all others.

        `kept` is for one of several readings that belong together: it is not read again until
        `forget`, should another of them be interrupted.

        Raises:
            Refused: If it cannot be had.
            TryLater: If it was interrupted; ask again to go on.
        """
        name = (reading.method, *about)
        # Nobody else may go on with it meanwhile.
        begun = self._begun.pop(name, None)
        if begun is None or self._clock() - begun.at >= reading.lasts:
            begun = _Begun(self._clock())
        try:
            while not begun.done:
                begun.done = await self._page(reading, begun)
        except Refused as refused:
            if refused.reason != "invalid_cursor" or begun.cursor is None:
                raise
            # Slack does not know any more where we were: the next reading begins anew.
            raise TryLater(refused.reason) from refused
        except BaseException:
            self._keep(name, begun)
            raise
        if kept:
            self._keep(name, begun)
        return begun.taken

    def forget(self, method: str, *about: str) -> None:
        """Read it again when asked next."""
        self._begun.pop((method, *about), None)

    def _keep(self, name: tuple[str, ...], begun: _Begun) -> None:
        self._begun[name] = begun
        while len(self._begun) > MANY:
            self._begun.popitem(last=False)

    async def _page(self, reading: Reading, begun: _Begun) -> bool:
        """Read one page more; tell whether that was the last."""
        if begun.pages >= PAGES:
            raise Refused("too_many_pages")
        data = await self._calls.read(reading.method, cursor=begun.cursor, **dict(reading.args))
        begun.taken += [each for each in _list(data, reading.items) if reading.wanted(each)]
        begun.cursor = text_in(data, "response_metadata", "next_cursor") or None
        begun.pages += 1
        return begun.cursor is None or reading.enough(begun.taken)


def _list(data: Data, name: str) -> list[Data]:
    """Return the objects of a list; ids alone count as objects with nothing but an id.

    Raises:
        TryLater: If there is no list: nothing must seem to be gone because it cannot be read.
    """
    found = data.get(name)
    if not isinstance(found, list):
        raise TryLater("unreadable")
    return [each if isinstance(each, dict) else {"id": str(each)} for each in found]
