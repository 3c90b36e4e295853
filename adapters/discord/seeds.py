"""Puts the reactions a reader is invited to use on posts, in the background and as best it can.

A tap is quicker than typing an emoji, but the button is on the message from the first second, so
nothing ever waits for this: what fails is dropped, and what is left at the end is dropped too.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from adapters.discord.emojis import reaction_of
from bot.ids import WorkspaceId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import SendError, TryLater

log = logging.getLogger(__name__)

Wait = Callable[[float], Awaitable[object]]
"""Sleeps for so many seconds."""
React = Callable[[Receipt, str], Awaitable[None]]
"""Puts our reaction on a message; already so is success."""

PACE_SECONDS = 0.35
"""Between two reactions: Discord takes about four a second in a channel."""
FAILURES = 3
"""So many failures in a row end one post's seeding."""
PATIENCE_SECONDS = 30.0
"""Nobody waits for a limit that is longer than this."""
MOST = 200
"""Posts that wait at most; the oldest gives way."""


class Seeds:
    """Seeds the posts of one server, one reaction at a time, in the order they were posted."""

    def __init__(self, workspace: WorkspaceId, react: React, wait: Wait) -> None:
        self._workspace = workspace
        self._react = react
        self._wait = wait
        self._waiting: deque[tuple[Receipt, tuple[str, ...]]] = deque(maxlen=MOST)
        self._task: asyncio.Task[None] | None = None

    def add(self, at: Receipt, taps: Sequence[str]) -> None:
        """Seed a post when its turn comes."""
        known = tuple(tap for tap in taps if reaction_of(tap) is not None)
        if not known:
            return
        self._waiting.append((at, known))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())

    async def settled(self) -> None:
        """Return when nothing waits any more."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def close(self) -> None:
        """Stop now; what waits is dropped."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    async def _work(self) -> None:
        while self._waiting:
            at, taps = self._waiting.popleft()
            try:
                await self._seed(at, taps)
            except SendError as error:
                reason = getattr(error, "reason", "")
                if isinstance(error, TryLater) and error.workspace:
                    self._waiting.clear()
                extra = {"workspace": self._workspace, "channel": at.channel, "error": reason}
                log.info("reactions were not put on a post", extra=extra)

    async def _seed(self, at: Receipt, taps: Sequence[str]) -> None:
        for tap in taps:
            for failures in range(1, FAILURES + 1):
                try:
                    await self._react(at, tap)
                    break
                except TryLater as error:
                    seconds = error.after.total_seconds() if error.after else PACE_SECONDS
                    if failures == FAILURES or error.workspace or seconds > PATIENCE_SECONDS:
                        raise
                    await self._wait(seconds)
            await self._wait(PACE_SECONDS)
