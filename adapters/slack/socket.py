"""Socket Mode: a connection to Slack that is always there, without a public address.

    open --> hello: what was missed is settled --> over: the next one is opened, then the old closed

Rule: a token that can never work stops the start with a cure; anything later is tried again for
ever, with growing waits.  What happened while there was no connection is lost for Slack, so every
hello calls `on_hello`, which reads it up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientWSTimeout
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackClientError

from adapters.slack.connections import Connection
from adapters.slack.faults import code_of, kind_of
from adapters.slack.gates import Wait
from adapters.slack.underway import Underway
from bot.ports.outside import Clock

log = logging.getLogger(__name__)

OPENING = timedelta(seconds=20)
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=2)
SHORT = timedelta(seconds=10)
"""A connection that ends sooner counts as a failure: Slack is not asked again in a rush."""

_MAKE_ONE = (
    "Make an app-level token with the scope connections:write under Basic Information, "
    "App-Level Tokens, on api.slack.com/apps"
)
_CURES = {
    "invalid_auth": ("Slack does not know this app-level token", _MAKE_ONE),
    "not_authed": ("there is no app-level token", _MAKE_ONE),
    "token_revoked": ("this app-level token was revoked", _MAKE_ONE),
    "token_expired": ("this app-level token has expired", _MAKE_ONE),
    "account_inactive": ("the app of this token was deleted or its account closed", _MAKE_ONE),
    "not_allowed_token_type": (
        "this is not an app-level token (they begin with xapp-)",
        _MAKE_ONE,
    ),
    "missing_scope": ("this app-level token may not open connections", _MAKE_ONE),
    "no_permission": ("this app-level token may not open connections", _MAKE_ONE),
    "socket_mode_not_enabled": (
        "Socket Mode is switched off for this app",
        "Switch it on under Socket Mode on api.slack.com/apps",
    ),
    "link_disabled": (
        "Socket Mode is switched off for this app",
        "Switch it on under Socket Mode on api.slack.com/apps",
    ),
}

# Slack's library fails by some of these over an answer that is not what it expects, and nothing
# else would ever be tried again.
_FAILURES = (
    ClientError, SlackClientError, OSError,
    AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


class SlackConnectionError(Exception):
    """Slack cannot be reached as it is set up: `place`, `problem` and `cure` for the operator."""

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place = place
        self.problem = problem
        self.cure = cure
        super().__init__(f"{place}: {problem}. {cure}.")


class SocketDoor:
    """Keeps one app connected while it is entered: `async with SocketDoor(...) as door`.

    `app` has the client that asks for connections and its shared session.  `on_hello` is run
    after every hello, one at a time; `silence` is how long nothing may be heard, no pong either.
    Entering raises `SlackConnectionError` if the token can never work.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        on_hello: Callable[[], Awaitable[None]],
        clock: Clock,
        wait: Wait,
        *,
        silence: timedelta = timedelta(seconds=60),
        place: str = "SLACK_APP_TOKEN",
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._on_hello = on_hello
        self._clock = clock
        self._wait = wait
        self._silence = silence
        self._place = place
        self._failures = 0
        self._told = ""
        self._connection: Connection | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._settling = asyncio.Lock()
        self._underway = Underway()

    @property
    def missing(self) -> str | None:
        """What keeps this door from being open; `None` while it is."""
        connection = self._connection
        greeted = connection is not None and connection.greeted and not connection.is_over
        return None if greeted else f"no connection to Slack ({self._place})"

    @property
    def heard_at(self) -> datetime | None:
        """When the connection last gave a sign of life; `None` without one."""
        return None if self._connection is None else self._connection.heard_at

    async def __aenter__(self) -> Self:
        try:
            self._connection = await self._open()
        except _FAILURES as error:
            if code_of(error) in _CURES:
                # Slack's own words may quote the token; the cause is not kept.
                raise SlackConnectionError(self._place, *_CURES[code_of(error)]) from None
            self._failed(error)
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
        await self._underway.finish(timedelta(seconds=1))

    async def run(self) -> None:
        """Stay connected until cancelled."""
        assert self._keeper is not None, "a door is entered before it runs"
        await asyncio.shield(self._keeper)

    async def _keep(self) -> None:
        while True:
            old = self._connection
            if old is not None:
                reason = await old.over()
                self._note(old, reason)
            self._connection = await self._reopen()
            if old is not None:
                # Only now: until another one is open, the old one may still bring something.
                self._underway.start(old.close(), "closing a connection")

    def _note(self, old: Connection, reason: str) -> None:
        short = not old.greeted or self._clock() - old.opened_at < SHORT
        self._failures = self._failures + 1 if short else 0
        log.info("connection to Slack is replaced", extra={"reason": reason})
        if reason in _CURES:
            self._tell(reason)

    async def _reopen(self) -> Connection:
        # One short connection may be chance; only the next wait begins to grow.
        if self._failures > 1:
            await self._wait(self._pause().total_seconds())
        while True:
            try:
                return await self._open()
            except _FAILURES as error:
                self._failed(error)
                await self._wait(max(self._pause(), _asked(error)).total_seconds())

    async def _open(self) -> Connection:
        client = self._app.client
        async with asyncio.timeout(OPENING.total_seconds()):
            answer = await client.apps_connections_open(app_token=self._app_token)
            session = client.session
            assert isinstance(session, ClientSession), "the client shares one session"
            web_socket = await session.ws_connect(
                str(answer["url"]),
                autoping=False,
                proxy=client.proxy,
                ssl=client.ssl if client.ssl is not None else True,
                timeout=ClientWSTimeout(ws_close=2.0),
            )
        connection = Connection(self._app, web_socket, self._clock, self._greeted)
        connection.start(self._wait, self._silence)
        return connection

    def _greeted(self) -> None:
        self._told = ""
        log.info("connected to Slack")
        self._underway.start(self._settle(), "settling after a connection")

    async def _settle(self) -> None:
        async with self._settling:
            await self._on_hello()

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if code_of(error) in _CURES:
            self._tell(code_of(error))
        log.warning(
            "connection to Slack could not be opened",
            extra={"place": self._place, "error": kind_of(error), "attempts": self._failures},
        )

    def _tell(self, code: str) -> None:
        """Tell the operator what to do: once, until there is a connection again."""
        if code != self._told:
            self._told = code
            problem, cure = _CURES[code]
            extra = {"place": self._place, "problem": problem, "cure": cure}
            log.error("Slack does not let this app connect", extra=extra)

    def _pause(self) -> timedelta:
        return min(FIRST_WAIT * float(1 << min(self._failures - 1, 10)), LONGEST_WAIT)


def _asked(error: Exception) -> timedelta:
    """Return how long Slack asks to be left alone; zero if it does not."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    seconds = str(headers.get("Retry-After", ""))
    return timedelta(seconds=min(int(seconds), 3600)) if seconds.isdecimal() else timedelta()
