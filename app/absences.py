"""Where there are cohorts and the coach is not: a server it was removed from, a token taken out.

What is to be posted there waits, so nobody would notice.  Rule: the operator is told once of each
such place, with its cure, and again only if the coach was there in between.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.ids import WorkspaceId
from bot.ports.work import Store
from bot.services.coach import Coach

log = logging.getLogger(__name__)

_CURE = "Connect it again; what waits is posted then"

IsGone = Callable[[WorkspaceId], bool]
"""Tells whether the coach should be somewhere and is not; never while nobody can tell."""

CURES: Mapping[str, str] = {
    "discord": "Open what `loopmates discord invite` prints, and choose the server; "
    "what waits is posted then",
    "slack": "Put the workspace's bot token into SLACK_BOT_TOKEN again, and restart; "
    "what waits is posted then",
}


@dataclass(slots=True)
class Absences:
    """Looks for them; `gone` has the platforms that are connected."""

    store: Store
    coach: Coach
    gone: Mapping[str, IsGone]
    _told: frozenset[WorkspaceId] = field(default=frozenset(), init=False)

    async def look(self) -> bool:
        """Tell of new ones; return whether one is over."""
        cohorts = Counter(workspace for workspace, _ in await self.store.run(self.coach.cohorts))
        absent = {each: count for each, count in cohorts.items() if self._is_gone(each)}
        for workspace in sorted(absent.keys() - self._told):
            log.error(
                "the coach is not where it has cohorts",
                extra={
                    "workspace": workspace,
                    "count": absent[workspace],
                    "cure": CURES.get(_platform(workspace), _CURE),
                },
            )
        over = self._told - absent.keys()
        for workspace in sorted(over):
            log.info("the coach is back where it has cohorts", extra={"workspace": workspace})
        self._told = frozenset(absent)
        return bool(over)

    def _is_gone(self, workspace: WorkspaceId) -> bool:
        is_gone = self.gone.get(_platform(workspace))
        return is_gone is not None and is_gone(workspace)


def _platform(workspace: WorkspaceId) -> str:
    return workspace.partition(":")[0]
