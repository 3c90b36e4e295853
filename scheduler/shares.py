"""Which of several processes that could settle a workspace does.

Rule: whoever asks first has it, for a while; one that dies meanwhile is not replaced at once,
because the next start and the next night read everything again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.ids import WorkspaceId
from bot.ports.platforms import Couriers, Watched

Mine = Callable[[str, timedelta], Awaitable[bool]]
"""Tells whether a job of this name is this process's, which it then is for so long."""


class Ours:
    """The workspaces that this process settles in one run: connected to it, and its own."""

    def __init__(self, couriers: Couriers, mine: Mine | None, job: str, lasts: timedelta) -> None:
        self._couriers = couriers
        self._mine = mine
        self._job = job
        self._lasts = lasts
        self._known: dict[WorkspaceId, bool] = {}

    async def are(self, workspace: WorkspaceId) -> bool:
        """Tell whether a workspace is among them; whoever else is connected to it settles it."""
        if workspace not in self._known:
            self._known[workspace] = self._couriers.of(workspace) is not None and (
                self._mine is None or await self._mine(f"{self._job} {workspace}", self._lasts)
            )
        return self._known[workspace]

    async def of(self, watched: Watched) -> Watched:
        """Return what of it is in them."""
        return Watched(
            threads=tuple([each for each in watched.threads if await self.are(each[0])]),
            posts=tuple([each for each in watched.posts if await self.are(each[0])]),
            channels=tuple([each for each in watched.channels if await self.are(each[0])]),
            directs=tuple([each for each in watched.directs if await self.are(each[0])]),
        )
