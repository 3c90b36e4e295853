"""Signed requests: what Slack posts to an app that has a public address.

The signature is made as the documentation says; the moment in it is the clock that
slack_sdk's own verifier reads, unless a test gives another.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import Clock

from tests.servers.slack.delivery import Envelope, Outcome
from tests.servers.slack.state import Json


class Posting:
    """Sends envelopes to one address."""

    def __init__(self, secret: str) -> None:
        self.url = ""
        self.signed_at: Callable[[], float] = Clock().now
        self.ack_seconds = 3.0
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    def sign(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """Return the headers that prove a body to be Slack's; `at` is in Unix seconds."""
        stamp = str(int(self.signed_at() if at is None else at))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def carry(self, envelope: Envelope) -> Outcome:
        """See `delivery.Carrier`."""
        body, kind = encoded(envelope)
        headers = self.sign(body) | {"Content-Type": kind, "User-Agent": "Slackbot 1.0"}
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = envelope.reason
        try:
            async with asyncio.timeout(self.ack_seconds):
                return await self._post(body, headers)
        except TimeoutError:
            return Outcome(acked=False, reason="http_timeout")
        except aiohttp.ClientError:
            return Outcome(acked=False, reason="connection_failed")

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self.url, data=body, headers=headers) as response:
            text = await response.text()
            if not 200 <= response.status < 300:
                final = response.headers.get("X-Slack-No-Retry") == "1"
                return Outcome(acked=False, reason="http_error", final=final)
            return Outcome(acked=True, ack=_answer(text))

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def encoded(envelope: Envelope) -> tuple[bytes, str]:
    """Return body and content type: JSON for events, a form for everything else."""
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), "application/json"
    form = envelope.payload
    if envelope.kind == "interactive":
        form = {"payload": json.dumps(envelope.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _answer(text: str) -> Json:
    if not text:
        return {}
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else {"text": text}
