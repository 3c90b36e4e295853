"""Somebody waits: what they did is handled, and they hear of it within Discord's three seconds.

Rule: what may need a window is not put off, because none could follow.  Whoever has to wait is
told so, and the answer follows; a failure is an answer too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from adapters.discord import allowed
from adapters.discord.answers import A_MOMENT, Answers, Interaction
from adapters.discord.client_faults import kind_of, without_words
from adapters.discord.door_home import Homes
from adapters.discord.interactions import Asked
from bot.ids import ChannelId, MessageId
from bot.inbound import Inbound
from bot.messages import Message, Paragraph, Reply, Words

log = logging.getLogger(__name__)

Handle = Callable[[Inbound], Awaitable[Reply]]
"""Runs one transaction and returns after its commit; raises when there can be none."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody who waits may have to: Discord gives up after three seconds.

    `window` is for what a form may answer, `thinking` for all else; both count from the arrival.
    `lasting` is how long an answer that was put off is waited for.
    """

    window: timedelta = timedelta(seconds=2.3)
    thinking: timedelta = timedelta(seconds=1.5)
    lasting: timedelta = timedelta(minutes=14)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine answers; `reply` is `None` if it could not."""

    what: Asked
    reply: Reply | None


class Asking:
    """Handles what somebody asks."""

    def __init__(self, handle: Handle, homes: Homes, answers: Answers, patience: Patience) -> None:
        self._handle = handle
        self._homes = homes
        self._answers = answers
        self._patience = patience

    async def answered(
        self, to: Interaction, what: Asked, event: Inbound, *, window: bool
    ) -> Answer:
        """Handle an event; whoever waits is told to wait on when it takes long."""
        refused = allowed.refusal(to, event)
        if refused is not None:
            return Answer(what, refused)
        patience = self._patience.window if window else self._patience.thinking
        task = asyncio.ensure_future(self._handled(what, event))
        await asyncio.wait({task}, timeout=patience.total_seconds())
        if not task.done():
            log.warning("somebody had to wait", extra=_ids(what, event))
            await (self._answers.tell(to, _A_MOMENT) if window else self._answers.think(to))
            await asyncio.wait({task}, timeout=self._patience.lasting.total_seconds())
        try:
            if not task.done():
                raise TimeoutError  # noqa: TRY301 (told like any other failure)
            return task.result()
        except Exception as error:
            log.exception(
                "what somebody did could not be handled",
                extra={**_ids(what, event), "error": kind_of(error)},
                exc_info=without_words(error),
            )
            return Answer(what, None)

    async def _handled(self, what: Asked, event: Inbound) -> Answer:
        refusal: Reply | None = None
        if what.direct:
            message = MessageId(what.message) if what.message else None
            event, refusal = await self._homes.at_home(event, ChannelId(what.channel), message)
            what = replace(what, workspace=event.workspace)
        return Answer(what, refusal or await self._handle(event))


_A_MOMENT = Message("notice", A_MOMENT, (Paragraph((Words(A_MOMENT),)),))


def _ids(what: Asked, event: Inbound) -> dict[str, object]:
    return {
        "workspace": what.workspace,
        "kind": what.kind,
        "event": type(event).__name__,
    }
