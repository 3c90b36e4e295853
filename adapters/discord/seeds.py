"""Puts the reactions a reader is invited to use on posts, in the background and as best it can.

A tap is quicker than typing an emoji, but the button is on the message from the first second, so
nothing ever waits for this: what fails is dropped, and what is left at the end is dropped too.
Rule: one reaction at a time in a channel, and few channels at a time; posts come before them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from adapters.discord.emojis import reaction_of
from bot.ids import ChannelId, WorkspaceId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import SendError, TryLater

log = logging.getLogger(__name__)

Wait = Callable[[float], Awaitable[object]]
"""Sleeps for so many seconds."""
React = Callable[[Receipt, str], Awaitable[None]]
"""Puts our reaction on a message; already so is success."""

PACE_SECONDS = 0.35
"""Between two reactions: Discord takes about four a second in a channel."""
LANES = 5
"""Channels seeded at a time, in all servers together.  So sixty review requests in one minute have
their eight reactions each after half a minute, and posts keep most of the 50 requests a second
that Discord takes from a bot."""
FAILURES = 3
"""So many failures in a row end one post's seeding."""
PATIENCE_SECONDS = 30.0
"""Nobody waits for a limit that is longer than this."""
MOST = 200
"""Posts that wait at most; the oldest gives way."""


class Seeds:
    """Seeds the posts of one server in the order they were posted, `lanes` of them at a time."""

    def __init__(
        self,
        workspace: WorkspaceId,
        react: React,
        wait: Wait,
        lanes: asyncio.Semaphore | None = None,
    ) -> None:
        self._workspace = workspace
        self._react = react
        self._wait = wait
        self._lanes = lanes or asyncio.Semaphore(LANES)
        self._waiting: deque[tuple[Receipt, tuple[str, ...]]] = deque(maxlen=MOST)
        self._busy: set[ChannelId] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, at: Receipt, taps: Sequence[str]) -> None:
        """Seed a post when its turn comes."""
        known = tuple(tap for tap in taps if reaction_of(tap) is not None)
        if not known:
            return
        self._waiting.append((at, known))
        if len(self._tasks) < LANES:
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Return when nothing waits any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop now; what waits is dropped."""
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()
        await self.settled()

    async def _work(self) -> None:
        # What stands in a channel that is busy is taken up by whoever is busy there.
        while (post := self._next()) is not None:
            at, taps = post
            try:
                async with self._lanes:
                    await self._seed(at, taps)
            except SendError as error:
                self._give_up(at, error)
            finally:
                self._busy.discard(at.channel)

    def _next(self) -> tuple[Receipt, tuple[str, ...]] | None:
        """Take the first post that waits, of a channel that is not busy."""
        post = next((each for each in self._waiting if each[0].channel not in self._busy), None)
        if post is not None:
            self._waiting.remove(post)
            self._busy.add(post[0].channel)
        return post

    def _give_up(self, at: Receipt, error: SendError) -> None:
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
