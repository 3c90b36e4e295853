"""Words for one person, by whichever way Slack leaves open.

    response address --> for that person only in the channel --> their direct message

Rule: the next way is tried only where Slack has refused one for good; where nobody knows whether
it arrived, it is not said twice.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.calls import PATIENCE, Calls
from adapters.slack.occasions import Occasion
from adapters.slack.render import Part
from bot.ports.platforms import Refused, TryLater, Unknown

RESPONSES = 5
"""So many messages a response address takes."""

_UNFIT = ("invalid_blocks", "msg_blocks_too_long", "msg_too_long", "no_text")
"""Refusals of the words themselves, which no other way would cure."""


class Whispers:
    """The ways to the person of one occasion."""

    def __init__(self, calls: Calls, client: AsyncWebClient, occasion: Occasion) -> None:
        self._calls = calls
        self._client = client
        self._occasion = occasion
        self._responses = RESPONSES if occasion.response_url else 0

    async def tell(self, part: Part) -> None:
        """Show it, so that nobody else sees it.

        Raises:
            SendError: If no way was open, or if nobody knows whether it arrived.
        """
        for way in (self._respond, self._whisper):
            try:
                if await way(part):
                    return
            except Refused as error:
                if error.reason.startswith(_UNFIT):
                    raise
        await self._write(self._occasion.user, part, "")

    async def tell_anyhow(self, part: Part) -> None:
        """Show it in their direct message, if the way to where they are is closed for now."""
        try:
            await self.tell(part)
        except TryLater:
            await self._write(self._occasion.user, part, "")

    async def show_picture(self, part: Part) -> None:
        """Show a picture in their direct message: nothing else that one person sees takes files.

        https://github.com/slackapi/node-slack-sdk/issues/1790

        Raises:
            SendError: If it could not be shown, or if nobody knows whether it is.
        """
        occasion = self._occasion
        if occasion.direct:
            await self._write(occasion.channel, part, occasion.thread)
        else:
            await self._write(occasion.user, part, "")

    async def _respond(self, part: Part) -> bool:
        if self._responses <= 0:
            return False
        self._responses -= 1
        body = _body(part) | {"response_type": "ephemeral", "replace_original": False}
        if self._occasion.thread:
            body["thread_ts"] = self._occasion.thread
        await self._post(body)
        return True

    async def _whisper(self, part: Part) -> bool:
        occasion = self._occasion
        if not occasion.channel:
            return False
        if occasion.direct:
            await self._write(occasion.channel, part, occasion.thread)
        else:
            await self._calls.write(
                "chat.postEphemeral",
                per_channel=occasion.channel,
                channel=occasion.channel,
                user=occasion.user,
                thread_ts=occasion.thread or None,
                **_body(part),
            )
        return True

    async def _write(self, channel: str, part: Part, thread: str) -> None:
        await self._calls.gates.turn(channel)
        await self._calls.write(
            "chat.postMessage",
            per_channel=channel,
            channel=channel,
            thread_ts=thread or None,
            **_body(part),
        )

    async def _post(self, body: dict[str, Any]) -> None:
        client = self._client
        webhook = AsyncWebhookClient(
            self._occasion.response_url,
            ssl=client.ssl,
            proxy=client.proxy,
            session=client.session,
            retry_handlers=[],
        )
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                response = await webhook.send_dict(body)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unknown("response_lost") from error
        if response.status_code != 200:
            raise Refused(_code(response.body, response.status_code))


def _body(part: Part) -> dict[str, Any]:
    return {"text": part.text, "blocks": list(part.blocks)}


def _code(body: str, status: int) -> str:
    """Return Slack's word for what is wrong, which stands alone or in an object."""
    for code in (*_UNFIT, "expired_url", "used_url"):
        if code in body:
            return code
    return f"http_{status}"
