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
Served = Callable[[], frozenset[str]]
"""Returns what of a platform is served: see bot.ports.Couriers."""


class Switchboard:
    """See bot.ports.Couriers."""

    def __init__(self, platforms: Mapping[str, Find] | None = None) -> None:
        self._finders = dict(platforms or {})
        self._served: dict[str, Served] = {}

    def connect(self, platform: str, find: Find, served: Served) -> None:
        """Carry to a platform from now on, as far as it is `served` here."""
        self._finders[platform], self._served[platform] = find, served

    def disconnect(self, platform: str) -> None:
        """Carry to it no more; what is under way may end."""
        self._finders.pop(platform, None)
        self._served.pop(platform, None)

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        whole = self._finders.keys() - self._served.keys()
        return frozenset(whole).union(*(served() for served in self._served.values()))

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        find = self._finders.get(workspace.partition(":")[0])
        return find(workspace) if find is not None else None


def for_all(platform: str, courier: Courier) -> Switchboard:
    """Return a switchboard for a platform with one courier for all its workspaces."""
    return Switchboard({platform: lambda _workspace: courier})
