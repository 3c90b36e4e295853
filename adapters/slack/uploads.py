"""Pictures on their way to Slack: drawn, uploaded, and made the block that shows them.

    drawn --> address to upload to --> bytes --> completed, in no channel --> image block

Rule: what is said never waits long for its picture and never fails with it, so nothing here raises.
A file is uploaded before the post that shows it: where that is tried again, one of the two files is
shown and the other seen by nobody, since only the bot can open a file that no message shows.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from datetime import timedelta

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import CURES, Calls, text_in
from adapters.slack.richtext import Json
from adapters.slack.splitting import clip
from bot.pictures import Image, Picture
from bot.ports.outside import Draw
from bot.ports.platforms import Refused, SendError

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=6)
"""For all of it: together with the post it fits into one attempt of delivery."""
ALT_LIMIT = 2_000
"""Source: https://docs.slack.dev/reference/block-kit/blocks/image-block"""
MANY = 100
"""Uploaded pictures that are remembered until they are shown."""


class Uploads:
    """The pictures of one workspace; without `draw` there are none."""

    def __init__(
        self,
        calls: Calls,
        client: AsyncWebClient,
        draw: Draw | None,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._calls = calls
        self._client = client
        self._draw = draw
        self._patience = patience
        self._there: OrderedDict[Picture, Json] = OrderedDict()

    async def block(self, picture: Picture | None) -> Json | None:
        """Return the block that shows a picture; `None` where it has to be left out."""
        if picture is None or self._draw is None:
            return None
        if picture not in self._there:
            block = await self._made(picture)
            if block is None:
                return None
            self._there[picture] = block
            while len(self._there) > MANY:
                self._there.popitem(last=False)
        return self._there[picture]

    def done(self, picture: Picture | None) -> None:
        """Forget a picture that is shown, or cannot be: who shows it again uploads it again."""
        if picture is not None:
            self._there.pop(picture, None)

    async def _made(self, picture: Picture) -> Json | None:
        assert self._draw is not None
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                image = await self._draw(picture)
                return await self._uploaded(image, picture.kind) if image else None
        except SendError as error:
            reason = getattr(error, "reason", "")
        except TimeoutError:
            reason = "no_answer"
        except (aiohttp.ClientError, OSError):
            reason = "connection_lost"
        except ValueError:
            # Not an address that bytes can be sent to.
            reason = "unreadable"
        if reason not in CURES:  # Those are told with their cure already.
            log.warning("a picture was left out", extra={"kind": picture.kind, "error": reason})
        return None

    async def _uploaded(self, image: Image, kind: str) -> Json:
        data = await self._calls.form(
            "files.getUploadURLExternal", filename=f"{kind}.png", length=len(image.png)
        )
        file, url = text_in(data, "file_id"), text_in(data, "upload_url")
        if not file or not url:
            raise Refused("unreadable")
        await self._send(url, image.png)
        files = json.dumps([{"id": file, "title": kind.capitalize()}])
        await self._calls.form("files.completeUploadExternal", files=files)
        return {
            "type": "image",
            "slack_file": {"id": file},
            "alt_text": clip(image.alt, ALT_LIMIT),
        }

    async def _send(self, url: str, png: bytes) -> None:
        if self._client.session is not None:
            await self._post(self._client.session, url, png)
            return
        async with aiohttp.ClientSession() as session:
            await self._post(session, url, png)

    async def _post(self, session: aiohttp.ClientSession, url: str, png: bytes) -> None:
        async with session.post(
            url, data=png, ssl=self._client.ssl or True, proxy=self._client.proxy
        ) as response:
            if response.status != 200:
                raise Refused(f"http_{response.status}")
