"""Which courier carries to which workspace: the platforms this process is connected to.

    Switchboard({"console": lambda workspace: courier, "slack": couriers.of})

Rule: what belongs to another platform is not claimed here, so a process never buries what
another one can deliver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.ids import WorkspaceId
from bot.ports.platforms import Courier

Find = Callable[[WorkspaceId], Courier | None]


class Switchboard:
    """See bot.ports.Couriers."""

    def __init__(self, platforms: Mapping[str, Find]) -> None:
        self._finders = dict(platforms)

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        return frozenset(self._finders)

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        find = self._finders.get(workspace.partition(":")[0])
        return find(workspace) if find is not None else None


def for_all(platform: str, courier: Courier) -> Switchboard:
    """Return a switchboard for a platform with one courier for all its workspaces."""
    return Switchboard({platform: lambda _workspace: courier})
