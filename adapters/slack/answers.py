"""A reply in Slack's own way: what the acknowledgement carries, and what is shown after it.

    command   one message in the acknowledgement, several by the response address; forms open
    button    messages for that person only, or a window where there is no message to answer
    form      errors at its fields, the next form, a confirming window; nothing closes it
    shortcut  a window
    said      in the direct message, or for that person only where a channel reads along
    home      the Home tab

Rule: what happened is committed already.  What cannot be shown is logged by its code, and never
undoes or repeats anything; a window that came too late becomes a message with a button.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import views
from adapters.slack.calls import Calls, text_in
from adapters.slack.occasions import Occasion
from adapters.slack.render import Part, has_table, render, without_table
from adapters.slack.showing import when_ready
from adapters.slack.speech import fitting
from adapters.slack.uploads import Uploads
from adapters.slack.whispers import Whispers
from bot.ids import ChannelId
from bot.messages import (
    BUTTON_LABEL_LIMIT,
    Button,
    Buttons,
    Form,
    Message,
    Paragraph,
    Reply,
    Words,
)
from bot.ports.platforms import Refused, SendError, TryLater, Unknown

log = logging.getLogger(__name__)

Json = dict[str, Any]

SORRY = "That did not work just now; nothing is lost, please try again in a minute."
LATER = "This takes longer than usual; I will tell you here when it is done."
DONE = "It is done."
MISSING = "Something is missing here: Slack let no more through. Please ask again in a few minutes."
LONGER = "This is longer than a window holds, so it is in our messages."
TOO_LATE = "It took too long to open."
ONWARD = "This continues below."

PATIENT = timedelta(minutes=1)
"""So long in all we wait for Slack to let the parts of one reply through."""


def sorry() -> Reply:
    """Return what somebody is told when we could not do it; at a form's first field, too."""
    return Reply((_notice(SORRY),), errors=(("", SORRY),))


def later() -> Reply:
    """Return what somebody is told while we are still at it; at a form's first field, too."""
    return Reply((_notice(LATER),), errors=(("", LATER),))


def acknowledgement(occasion: Occasion, reply: Reply) -> Json:
    """Return what the acknowledgement carries; empty for a bare one."""
    if occasion.kind == "form":
        return _sent(occasion, reply)
    parts = _parts(reply)
    if occasion.kind == "command" and _carried(parts):
        first = parts[0]
        return {"response_type": "ephemeral", "text": first.text, "blocks": list(first.blocks)}
    return {}


def _carried(parts: Sequence[Part]) -> bool:
    # What is sent beside an acknowledgement may overtake it.  And Slack does not tell when it
    # refuses what one carries; tables it may refuse.
    return len(parts) == 1 and not has_table(parts[0])


def _sent(occasion: Occasion, reply: Reply) -> Json:
    view = occasion.view or {}
    fields = _fields(view)
    if reply.errors and fields:
        return {"response_action": "errors", "errors": _errors(reply.errors, fields)}
    if reply.form is not None:
        return {"response_action": "update", "view": views.form(reply.form, views.channel_of(view))}
    messages = _said(reply)
    if messages:
        return {"response_action": "update", "view": views.modal(messages)}
    return {}


def _errors(errors: Sequence[tuple[str, str]], fields: Sequence[str]) -> dict[str, str]:
    """Return errors by field; what is about no field of the form stands at its first one."""
    shown: dict[str, str] = {}
    for name, problem in errors:
        place = name if name in fields else fields[0]
        shown[place] = f"{shown[place]} {problem}" if place in shown else problem
    return shown


def _fields(view: Mapping[str, Any]) -> list[str]:
    blocks = view.get("blocks")
    inputs = [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []
    return [text_in(each, "block_id") for each in inputs if each.get("type") == "input"]


class Answers:
    """Shows replies in one workspace; `client` has the session for response addresses.

    The pictures in them follow in the direct message, with `uploads` that are the workspace's.
    """

    def __init__(
        self, calls: Calls, client: AsyncWebClient, uploads: Uploads | None = None
    ) -> None:
        self._calls = calls
        self._client = client
        self._uploads = uploads

    async def show(self, occasion: Occasion, reply: Reply, again: str = "") -> None:
        """Show what the acknowledgement did not carry.

        `again` is the action of a button that asks for the same once more, if there is one.
        """
        whispers = Whispers(self._calls, self._client, occasion)
        if occasion.kind == "home":
            await self.publish(occasion.user, reply)
        elif occasion.kind in {"button", "shortcut"}:
            await self._window(occasion, reply, whispers, again)
        elif occasion.kind == "command":
            parts = _parts(reply)
            await self._tell(whispers, [] if _carried(parts) else parts)
            if reply.form is not None:
                await self._form(occasion, reply.form, whispers, again)
        elif occasion.kind != "form":
            await self._tell(whispers, _parts(reply))
            if reply.form is not None:
                await self._tell(whispers, _parts(_offer(reply.form, again)))
        if occasion.kind != "home":
            await self._picture(whispers, reply)

    async def show_late(self, occasion: Occasion, reply: Reply, again: str = "") -> None:
        """Show a reply that came after somebody was told that it takes longer."""
        whispers = Whispers(self._calls, self._client, occasion)
        messages = _said(reply) or (() if reply.form else (_notice(DONE),))
        await self._tell(whispers, _parts(Reply(messages)))
        if reply.form is not None:
            await self._tell(whispers, _parts(_offer(reply.form, again)))
        await self._picture(whispers, reply)

    async def publish(self, user: str, reply: Reply) -> None:
        """Show the reply's first message as somebody's Home tab."""
        if reply.messages:
            view = views.home(reply.messages[0])
            await self._quietly("views.publish", lambda: self._publish(user, view))

    async def _publish(self, user: str, view: Json) -> None:
        await self._calls.write("views.publish", lasting=False, user_id=user, view=view)

    async def _picture(self, whispers: Whispers, reply: Reply) -> None:
        """Show the pictures of a reply; its words say enough without them."""
        for picture in (message.picture for message in reply.messages):
            block = await self._uploads.block(picture) if self._uploads else None
            if block is None or self._uploads is None:
                continue
            part = Part((block,), fitting(str(block["alt_text"])))
            await self._quietly("picture", partial(self._whispered, whispers, part))
            self._uploads.done(picture)

    async def _whispered(self, whispers: Whispers, part: Part) -> None:
        async def rest(seconds: float) -> None:
            await self._calls.gates.rest(timedelta(seconds=seconds))

        await when_ready(part, whispers.show_picture, rest)

    async def _window(
        self, occasion: Occasion, reply: Reply, whispers: Whispers, again: str
    ) -> None:
        if reply.form is not None:
            await self._form(occasion, reply.form, whispers, again)
        elif reply.messages and (occasion.from_view or occasion.kind == "shortcut"):
            if views.fits(reply.messages):
                view = views.modal(reply.messages)
                await self._open(occasion, view, lambda: self._tell(whispers, _parts(reply)))
                return
            await self._open(occasion, views.modal((_notice(LONGER),)), _nothing)
        await self._tell(whispers, _parts(reply))

    async def _form(self, occasion: Occasion, form: Form, whispers: Whispers, again: str) -> None:
        channel = occasion.channel if not occasion.direct else ""
        kept = ChannelId(channel) if channel else views.channel_of(occasion.view or {})
        offer = _parts(_offer(form, again))
        await self._open(occasion, views.form(form, kept), lambda: self._tell(whispers, offer))

    async def _open(
        self, occasion: Occasion, view: Json, instead: Callable[[], Awaitable[None]]
    ) -> None:
        """Open a window, above the one it was asked for in; show `instead` if Slack refuses."""
        try:
            await self._opened(occasion, view)
        except Unknown as error:
            # It may have opened: a second way of showing it would only confuse.
            _note("views.open", error)
        except SendError as error:
            _note("views.open", error)
            await instead()

    async def _opened(self, occasion: Occasion, view: Json) -> None:
        if not occasion.in_modal:
            await self._calls.write("views.open", trigger_id=occasion.trigger, view=view)
            return
        try:
            await self._calls.write("views.push", trigger_id=occasion.trigger, view=view)
        except Refused as error:
            if error.reason != "push_limit_reached":
                raise
            old = text_in(occasion.view or {}, "id")
            await self._calls.write("views.update", lasting=False, view_id=old, view=view)

    async def _tell(self, whispers: Whispers, parts: Sequence[Part]) -> None:
        """Tell all of it, or say that something is missing."""
        left = PATIENT
        try:
            for part in parts:
                left = await self._told(whispers, part, left)
        except SendError as error:
            _note("whisper", error)
            if len(parts) > 1:
                (missing,) = _parts(Reply((_notice(MISSING),)))
                await self._quietly("whisper", lambda: whispers.tell_anyhow(missing))

    async def _told(self, whispers: Whispers, part: Part, left: timedelta) -> timedelta:
        """Tell one part, waiting out limits for `left` at most; return what is left of that."""
        while True:
            try:
                await _told(whispers, part)
            except TryLater as error:
                pause = error.after
                if pause is None or not timedelta(0) < pause <= left:
                    raise
            else:
                return left
            await self._calls.gates.rest(pause)
            left -= pause

    async def _quietly(self, act: str, call: Callable[[], Awaitable[None]]) -> bool:
        try:
            await call()
        except SendError as error:
            _note(act, error)
            return False
        return True


async def _nothing() -> None:
    """Show nothing instead: what matters is told in any case."""


async def _told(whispers: Whispers, part: Part) -> None:
    try:
        await whispers.tell(part)
    except Refused as error:
        if not has_table(part) or "invalid_blocks" not in error.reason:
            raise
        await whispers.tell(without_table(part))


def _note(act: str, error: SendError) -> None:
    log.warning(
        "a reply could not be shown",
        extra={"act": act, "error": getattr(error, "reason", type(error).__name__)},
    )


def _said(reply: Reply) -> tuple[Message, ...]:
    """Return what a reply says where there is no field to say it at."""
    return tuple(reply.messages) or tuple(_notice(problem) for _, problem in reply.errors)


def _parts(reply: Reply) -> list[Part]:
    return [part for message in reply.messages for part in render(message, ONWARD)]


def _offer(form: Form, again: str) -> Reply:
    """Return a message instead of a form that could not be opened."""
    if not again:
        return Reply((_notice(f"{TOO_LATE} Please do that once more."),))
    label = f"Open “{form.title}”"[:BUTTON_LABEL_LIMIT]
    return Reply((_notice(TOO_LATE, Button(label, again, "primary")),))


def _notice(text: str, *buttons: Button) -> Message:
    rows = (Buttons(buttons),) if buttons else ()
    return Message("notice", text, (Paragraph((Words(text),)), *rows))
