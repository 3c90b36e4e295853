"""Puts the reactions a reader is invited to use on posts, in the background and as best it can.

A tap is quicker than typing an emoji, but the button is on the message from the first second, so
nothing ever waits for this: what fails is dropped, and what is left at the end is dropped too.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from adapters.slack.calls import Calls
from adapters.slack.emojis import name_of
from adapters.slack.gates import Wait
from bot.ids import WorkspaceId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SendError, TryLater

log = logging.getLogger(__name__)

PACE_SECONDS = 1.2
"""Between two reactions: Slack takes about 50 a minute from one app."""
FAILURES = 3
"""So many failures in a row end one post's seeding."""
MOST = 200
"""Posts that wait at most; the oldest gives way."""

_THERE = "already_reacted"


class Seeds:
    """Seeds the posts of one workspace, one reaction at a time, in the order they were posted."""

    def __init__(self, workspace: WorkspaceId, calls: Calls, wait: Wait) -> None:
        self._workspace = workspace
        self._calls = calls
        self._wait = wait
        self._waiting: deque[tuple[Receipt, tuple[str, ...]]] = deque(maxlen=MOST)
        self._task: asyncio.Task[None] | None = None

    def add(self, at: Receipt, taps: Sequence[str]) -> None:
        """Seed a post when its turn comes."""
        names = tuple(name for tap in taps if (name := name_of(tap)) is not None)
        if not names:
            return
        self._waiting.append((at, names))
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
            at, names = self._waiting.popleft()
            try:
                await self._seed(at, names)
            except SendError as error:
                reason = getattr(error, "reason", "")
                if isinstance(error, TryLater) and error.workspace:
                    self._waiting.clear()
                extra = {"workspace": self._workspace, "channel": at.channel, "error": reason}
                log.info("reactions were not put on a post", extra=extra)

    async def _seed(self, at: Receipt, names: Sequence[str]) -> None:
        for name in names:
            for failures in range(1, FAILURES + 1):
                try:
                    await self._put(at, name)
                    break
                except TryLater as error:
                    if failures == FAILURES or error.workspace:
                        raise
                    await self._wait(error.after.total_seconds() if error.after else PACE_SECONDS)
            await self._wait(PACE_SECONDS)

    async def _put(self, at: Receipt, name: str) -> None:
        try:
            await self._calls.write(
                "reactions.add",
                lasting=False,
                channel=at.channel,
                timestamp=at.message,
                name=name,
            )
        except Refused as refused:
            if refused.reason != _THERE:
                raise
