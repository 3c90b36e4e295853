"""Slack's way in: what arrives is handled durably, then acknowledged, then answered.

    signed, ours --> receive --> handle (one transaction) --> acknowledge --> show the reply

Bolt acknowledges an event before its listener has finished, so the durable work is done by a
middleware that runs before any listener.  Rule: an event that could not be handled is not
acknowledged, and comes again; a person who waits is always answered within Slack's three seconds,
if need be with an apology, or
with the promise to tell later.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import Answers, acknowledgement, later, sorry
from adapters.slack.calls import Calls
from adapters.slack.faults import kind_of, without_words
from adapters.slack.introductions import introduce, take_over
from adapters.slack.occasions import Occasion, occasion
from adapters.slack.people import People
from adapters.slack.receive import Ours, receive
from adapters.slack.strangers import Entrance
from adapters.slack.underway import Underway
from adapters.slack.uploads import Uploads
from adapters.slack.workspaces import Workspace
from bot.ids import DeliveryKey, UserId
from bot.inbound import ButtonPressed, CommandGiven, Inbound, MessageSaid
from bot.messages import ACTION_LIMIT, Reply
from bot.ports.outside import Clock

log = logging.getLogger(__name__)

Handle = Callable[[Inbound], Awaitable[Reply]]
"""Runs one transaction and returns after its commit; raises when there can be none."""

_TAKEN = "taken_in"
_ANYTHING = re.compile("")
_HOMES = 10_000


@dataclass(frozen=True, slots=True)
class Installed:
    """One workspace as the door needs it."""

    workspace: Workspace
    calls: Calls
    people: People
    uploads: Uploads | None = None

    def ours(self) -> Ours:
        """Return who we are there."""
        workspace = self.workspace
        return Ours(
            workspace.id,
            workspace.team,
            workspace.bot_user,
            workspace.bot_id,
            workspace.app,
            lambda user: self.people.cached_name(UserId(user)),
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody who waits may have to: Slack gives up after three seconds.

    `handling` counts from the arrival and includes `naming`, the look-up of display names.
    """

    handling: timedelta = timedelta(seconds=2.5)
    naming: timedelta = timedelta(seconds=0.7)


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that was taken in; `failed` if the reply only says that there is none yet."""

    installed: Installed
    occasion: Occasion
    event: Inbound
    reply: Reply
    failed: bool = False


def make_app(
    installed: Mapping[str, Installed],
    handle: Handle,
    clock: Clock,
    underway: Underway,
    *,
    client: AsyncWebClient,
    signing_secrets: Sequence[str] = (),
    app_of_secret: Mapping[str, str] | None = None,
    patience: Patience | None = None,
) -> AsyncApp:
    """Make the app for all workspaces, by team id.

    Args:
        installed: Where the app is installed.
        handle: What is done with an event.
        clock: Tells the moment where Slack does not.
        underway: Where the showing of replies goes on; finish it at the end.
        client: A client without a token, with a shared session, that never retries by itself.
        signing_secrets: One for each app; needed for requests over HTTP only.
        app_of_secret: Which app's they are; without it, the first that each signed for.
        patience: How long somebody who waits may have to.
    """
    assert client.retry_handlers == [], "a retried post would appear twice"

    async def authorize(team_id: str | None) -> AuthorizeResult | None:
        here = installed.get(team_id or "")
        if here is None:
            return None
        workspace = here.workspace
        return AuthorizeResult(
            enterprise_id=None,
            team_id=workspace.team,
            bot_user_id=workspace.bot_user,
            bot_id=workspace.bot_id,
            bot_token=workspace.token,
        )

    # Bolt's own lines quote requests; what the operator must know is logged here.
    silent = logging.getLogger(f"{__name__}.bolt")
    silent.setLevel(logging.CRITICAL)
    app = AsyncApp(
        logger=silent,
        name="loopmates",
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # `None` is how to say no
        before_authorize=Entrance(
            signing_secrets,
            {team: each.workspace for team, each in installed.items()},
            app_of_secret,
        ),
        request_verification_enabled=False,  # done by the entrance
        ignoring_self_events_enabled=False,  # it drops deletions of our own posts; `receive` knows
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    door = _Door(installed, handle, clock, underway, client, patience or Patience())
    app.use(door)
    for listen in (app.event, app.command, app.action, app.view, app.shortcut):
        listen(_ANYTHING)(door.answer)
    app.error(_fault)
    return app


class _Door(AsyncMiddleware):
    """The global middleware, and the one listener."""

    def __init__(
        self,
        installed: Mapping[str, Installed],
        handle: Handle,
        clock: Clock,
        underway: Underway,
        client: AsyncWebClient,
        patience: Patience,
    ) -> None:
        self._installed = installed
        self._handle = handle
        self._clock = clock
        self._underway = underway
        self._client = client
        self._patience = patience
        self._at_home: set[tuple[str, str]] = set()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 (Bolt's name for it)
    ) -> BoltResponse:
        """Take in what happened, before anything is acknowledged."""
        del resp
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience.handling.total_seconds()
        here = self._installed.get(req.context.team_id or "")
        if here is None:
            return await next()
        take_over(here.people, req.body)
        event = receive(req.body, here.ours(), self._clock())
        if event is not None:
            await introduce(here.people, req.body, event, self._patience.naming)
            event = receive(req.body, here.ours(), self._clock())
        if event is None:
            return BoltResponse(status=200, body="")
        req.context[_TAKEN] = await self._take(here, occasion(req.body), event, until)
        return await next()

    async def _take(
        self, here: Installed, occasion: Occasion, event: Inbound, until: float
    ) -> Taken:
        if not occasion.waits:
            return Taken(here, occasion, event, await self._handle(event))
        task = asyncio.ensure_future(self._handle(event))
        failed = Taken(here, occasion, event, sorry(), failed=True)
        await asyncio.wait({task}, timeout=max(until - asyncio.get_running_loop().time(), 0))
        if not task.done():
            log.warning("somebody had to wait too long", extra=_ids(failed))
            self._underway.start(self._late(failed, task), "showing a late reply")
            return replace(failed, reply=later())
        try:
            return Taken(here, occasion, event, task.result())
        except Exception as error:
            log.exception(
                "what somebody did could not be handled",
                extra={**_ids(failed), "error": kind_of(error)},
                exc_info=without_words(error),
            )
            return failed

    async def answer(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """Acknowledge, and go on to show the reply."""
        taken: Taken = context[_TAKEN]
        try:
            carried = acknowledgement(taken.occasion, taken.reply)
        except Exception:
            # It was done: an error shown now would make somebody do it twice.
            await ack()
            raise
        await (ack(carried) if carried else ack())
        self._underway.start(self._show(taken), "showing a reply")

    def _answers(self, installed: Installed) -> Answers:
        return Answers(installed.calls, self._client, installed.uploads)

    async def _show(self, taken: Taken) -> None:
        answers = self._answers(taken.installed)
        await answers.show(taken.occasion, taken.reply, again(taken.event))
        if self._changes_home(taken):
            reply = await self._handle(self._look(taken))
            await answers.publish(taken.occasion.user, reply)

    async def _late(self, taken: Taken, task: asyncio.Future[Reply]) -> None:
        answers = self._answers(taken.installed)
        try:
            reply = await task
        except Exception:
            await answers.show_late(taken.occasion, sorry())
            raise
        await answers.show_late(taken.occasion, reply, again(taken.event))

    def _changes_home(self, taken: Taken) -> bool:
        """Tell whether somebody's Home tab may show something old now."""
        occasion, reply = taken.occasion, taken.reply
        who = (taken.installed.workspace.team, occasion.user)
        if occasion.kind == "home" or (occasion.from_view and not occasion.in_modal):
            if len(self._at_home) >= _HOMES:
                self._at_home.clear()
            self._at_home.add(who)
        done = not (taken.failed or reply.errors or reply.form)
        return done and occasion.from_view and who in self._at_home

    def _look(self, taken: Taken) -> CommandGiven:
        return CommandGiven(
            workspace=taken.event.workspace,
            by=taken.event.by,
            at=self._clock(),
            key=DeliveryKey(f"h:{taken.occasion.user}:{taken.occasion.id}"),
            channel=None,
            text="me",
        )


def again(event: Inbound) -> str:
    """Return the action of a button that asks for the same once more; empty if none can."""
    if isinstance(event, ButtonPressed):
        return event.action
    said = event.text.strip() if isinstance(event, CommandGiven | MessageSaid) else ""
    action = f"say:{said}"
    return action if said and len(action) <= ACTION_LIMIT else ""


async def _fault(error: Exception, body: Mapping[str, Any]) -> None:
    """Log the one line about what was not acknowledged, or not shown."""
    log.error(
        "something from Slack could not be handled",
        extra={"kind": str(body.get("type", "command"))[:40], "error": kind_of(error)},
        exc_info=without_words(error),
    )


def _ids(taken: Taken) -> dict[str, object]:
    return {
        "workspace": taken.installed.workspace.id,
        "kind": taken.occasion.kind,
        "event": type(taken.event).__name__,
    }
