"""Slack on loopback: the server that unmodified clients of Slack talk to in tests.

It keeps what a workspace shows, refuses what Slack refuses, and delivers what happens as
Slack does.  Nothing in it waits for the clock on the wall except for what never comes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from tests.servers.slack.delivery import Deliveries, EnvelopeKind, Outcome
from tests.servers.slack.doors import Doors
from tests.servers.slack.faults import Faults, Limits
from tests.servers.slack.interactions import Team
from tests.servers.slack.posting import Posting
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.spaces import Space
from tests.servers.slack.state import Json
from tests.servers.slack.tickets import Tickets


class SlackServer:
    """One Slack with any number of workspaces and one app installed in all of them."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        signing_secret: str = "loopback-signing-secret",
    ) -> None:
        self.app_id = "A1"
        self.app_token = "xapp-1-A1-loopback"
        self.signing_secret = signing_secret
        self.base_url = ""
        self.patience = 20.0
        """Real seconds before `settled` and `until` give up."""
        self.whole_second_edits = True
        """Slack's `edited.ts` has no fraction: two edits within a second look alike."""
        self.teams: dict[str, Team] = {}
        self.faults = Faults()
        self.limits = Limits(clock)
        self.tickets = Tickets(clock, self.id)
        self.posting = Posting(self.signing_secret)
        self.sockets = Sockets(self.app_id)
        self.deliveries = Deliveries(clock, self.app_id, self.sockets)
        self.sockets.deliveries = self.deliveries
        self._clock = clock
        self._last_ts = 0
        self._numbers = 0
        self._doors = Doors(self)
        self.calls = self._doors.calls

    async def __aenter__(self) -> SlackServer:
        address = await self._doors.open()
        self.base_url = f"http://{address}/api/"
        self.tickets.address = f"http://{address}/response/"
        self.tickets.uploads = f"http://{address}/upload/"
        self.socket_url = f"ws://{address}/socket"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.deliveries.close()
        await self.posting.close()
        await self.sockets.close()
        await self._doors.close()

    # --- workspaces -----------------------------------------------------------------------

    def team(self, team: str) -> Team:
        """Make a workspace with the app installed."""
        assert team not in self.teams, f"there is a workspace {team} already"
        self.teams[team] = Team(team, self)
        return self.teams[team]

    # --- how events travel ----------------------------------------------------------------

    def events_over_http(self, url: str) -> None:
        """Deliver everything as signed requests to `url` from now on."""
        self.posting.url = url
        self.deliveries.carrier = self.posting

    def events_over_socket(self) -> None:
        """Deliver everything over Socket Mode from now on, as at first."""
        self.deliveries.carrier = self.sockets

    @property
    def copies(self) -> int:
        """How often every event is delivered, each time with other ids."""
        return self.deliveries.copies

    @copies.setter
    def copies(self, copies: int) -> None:
        self.deliveries.copies = copies

    @property
    def shuffle(self) -> random.Random | None:
        """Dice that order the events held back until `settled`; `None` holds nothing back."""
        return self.deliveries.shuffle

    @shuffle.setter
    def shuffle(self, dice: random.Random | None) -> None:
        self.deliveries.shuffle = dice

    @property
    def mute(self) -> bool:
        """Whether sockets stay open and say nothing, not even pongs; events are lost."""
        return self.sockets.mute

    @mute.setter
    def mute(self, mute: bool) -> None:
        self.sockets.mute = mute

    async def cut(self, *, abruptly: bool = False) -> None:
        """Close all sockets and refuse new ones; events are lost until `mend`."""
        self.sockets.refused = True
        await self.sockets.close(abruptly=abruptly)

    def mend(self) -> None:
        """Let sockets connect again."""
        self.sockets.refused = False

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to open a new socket."""
        await self.sockets.refresh(reason)

    async def connected(self, connections: int = 1) -> None:
        """Wait until so many sockets are open."""
        await self.until(lambda: self.sockets.connections >= connections)

    async def settled(self, seconds: float | None = None) -> None:
        """Wait until everything queued was acknowledged or given up, and no call is going on."""
        limit = self.patience if seconds is None else seconds
        await self.deliveries.settled(limit)

    async def until(self, condition: Callable[[], object], seconds: float | None = None) -> None:
        """Wait until `condition` holds, asking after everything that happens here."""
        limit = self.patience if seconds is None else seconds
        await self.deliveries.until(condition, limit)

    def sign(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """Return Slack's signature headers for a body; `at` is in Unix seconds."""
        return self.posting.sign(body, at)

    # --- what workspaces need -------------------------------------------------------------

    def now(self) -> datetime:
        """See `spaces.Office`."""
        return self._clock()

    def ts(self) -> str:
        """See `spaces.Office`."""
        micros = round(self._clock().timestamp() * 1_000_000)
        self._last_ts = max(micros, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def id(self, prefix: str) -> str:
        """See `spaces.Office`."""
        self._numbers += 1
        return f"{prefix}{self._numbers}"

    def event(self, space: Space, event: Json) -> None:
        """See `spaces.Office`."""
        self.deliveries.event(space, event)

    async def ask(self, kind: EnvelopeKind, payload: Json) -> Outcome:
        """See `interactions.Exchange`."""
        return await self.deliveries.ask(kind, payload)
