"""A client kept connected: it resumes by itself, begins anew by itself, and ends for one reason.

    connect --> ready: what was missed is read up --> cut: resumed, or ready anew

Rule: what can never work ends it with a cure for the operator, and nothing more is said either;
anything else is tried again for ever, with growing waits.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from types import TracebackType
from typing import Self

import discord

from adapters.discord.client import Ear, Hearing, Wait, leave
from adapters.discord.client_faults import (
    CLOSED_FOR_EVER,
    DiscordConnectionError,
    kind_of,
    without_words,
)

log = logging.getLogger(__name__)

OPENING = timedelta(seconds=20)
"""How long entering waits for the first session."""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=2)


class Connection:
    """Keeps a client connected while it is entered: `async with Connection(client, ear, wait)`.

    `place` names the token's setting.  Entering waits for the first session, not for ever, and
    raises `DiscordConnectionError` if there can be none.
    """

    def __init__(
        self, client: Hearing, ear: Ear, wait: Wait, *, place: str = "DISCORD_TOKEN"
    ) -> None:
        self._client = client
        self._wait = wait
        self._place = place
        self._fault: DiscordConnectionError | None = None
        self._keeper: asyncio.Task[None] | None = None
        client.ear = ear

    @property
    def missing(self) -> str | None:
        """What keeps it from being open; `None` while it is."""
        if self._fault is not None:
            return self._fault.problem
        return None if self._client.is_ready() else f"no connection to Discord ({self._place})"

    async def over(self) -> DiscordConnectionError:
        """Wait until it can never work again, and return why."""
        if self._keeper is not None:
            await asyncio.wait([self._keeper])
        ended = "the connection to Discord ended"
        return self._fault or DiscordConnectionError(self._place, ended, "Restart")

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep())
        ready = asyncio.create_task(self._client.wait_until_ready())
        both = {self._keeper, ready}
        await asyncio.wait(
            both, timeout=OPENING.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        ready.cancel()
        if self._fault is not None:
            raise self._fault
        if not self._client.is_ready():
            log.warning("Discord has not greeted yet", extra={"seconds": OPENING.total_seconds()})
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.ear = None
        await self._client.close()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep(self) -> None:
        wait = FIRST_WAIT
        while not self._client.is_closed():
            try:
                await self._client.connect()
            except discord.PrivilegedIntentsRequired:
                return await self._end(4014)
            except discord.ConnectionClosed as error:
                return await self._end(error.code)
            except Exception as error:
                # A frame that discord.py cannot read must not end the process.
                log.exception(
                    "the connection to Discord broke",
                    extra={"error": kind_of(error)},
                    exc_info=without_words(error),
                )
                if self._client.is_closed():
                    return await self._end(0)
                await leave(self._client.ws)
                await self._wait(wait.total_seconds())
                wait = min(2 * wait, LONGEST_WAIT)
        return None

    async def _end(self, code: int) -> None:
        unknown = (
            f"Discord closed the connection with code {code}",
            "Restart, or update Loopmates",
        )
        self._fault = DiscordConnectionError(self._place, *CLOSED_FOR_EVER.get(code, unknown))
        log.error(
            "Discord cannot be heard any more",
            extra={
                "setting": self._place,
                "problem": self._fault.problem,
                "cure": self._fault.cure,
            },
        )
        # Whoever cannot hear an answer asks nothing; discord.py closes it for most codes only.
        await self._client.close()
