"""Stages for the tests of the local Slack: Slack's own client, and an app made with Bolt alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

Json = dict[str, Any]
FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "value", "initial_value": "Ana"},
        }
    ],
}
GO: Json = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "go",
            "value": "go",
            "text": {"type": "plain_text", "text": "Go"},
        }
    ],
}


class ClientStage:
    """One workspace with Ana and Bo in a channel, and Slack's own client."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
        self.slack = SlackServer(lambda: self.now)
        self.team: Team
        self.client: AsyncWebClient

    def client_with(self, token: str) -> AsyncWebClient:
        base = self.slack.base_url
        return AsyncWebClient(
            token=token, base_url=base, retry_handlers=[], session=self.client.session
        )

    async def post(self, channel: str = "C1", text: str = "hello", **more: Any) -> str:
        return str((await self.client.chat_postMessage(channel=channel, text=text, **more))["ts"])


@asynccontextmanager
async def client_stage() -> AsyncIterator[ClientStage]:
    """Open Slack with one workspace for the time of a test."""
    stage = ClientStage()
    async with stage.slack, aiohttp.ClientSession() as session:
        stage.team = stage.slack.team("T1")
        stage.team.add_user("U1", "ana", display="Ana Ito", tz="Europe/Berlin")
        stage.team.add_user("U2", "bo")
        stage.team.add_channel("C1", "prep", members=["U1", "U2"])
        stage.client = AsyncWebClient(
            token=stage.team.bot_token,
            base_url=stage.slack.base_url,
            retry_handlers=[],
            session=session,
        )
        yield stage


class AppStage:
    """An app made with Bolt alone that keeps every body and answers a few of them."""

    def __init__(self) -> None:
        self.slack = SlackServer(lambda: datetime(2026, 12, 7, 8, 0, tzinfo=UTC))
        self.team: Team
        self.bodies: list[Json] = []
        self.refusals = 0
        self._stack = AsyncExitStack()

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.bodies if "event" in body]

    def kinds(self) -> list[str]:
        return [event.get("subtype") or event["type"] for event in self.events]

    async def open(self, way: str) -> None:
        await self._stack.enter_async_context(self.slack)
        self.team = self.slack.team("T1")
        self.team.add_user("U1", "ana")
        self.team.add_channel("C1", "prep", members=["U1"])
        app = self._app()
        if way == "http":
            await self._serve(app)
            return
        handler = AsyncSocketModeHandler(app, self.slack.app_token, ping_interval=0.05)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        self._stack.push_async_callback(handler.close_async)
        await self.slack.connected()

    async def close(self) -> None:
        await self._stack.aclose()

    def _app(self) -> AsyncApp:
        client = AsyncWebClient(
            token=self.team.bot_token, base_url=self.slack.base_url, retry_handlers=[]
        )
        app = AsyncApp(
            client=client,
            signing_secret=self.slack.signing_secret,
            ignoring_self_events_enabled=False,
        )

        @app.middleware
        async def keep(body: Json, next_: Any) -> None:
            if self.refusals:
                self.refusals -= 1
                raise ConnectionError
            self.bodies.append(body)
            await next_()

        @app.event({"type": "message"})
        async def message() -> None: ...

        @app.command("/coach")
        async def command(ack: Any, body: Json, client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await ack("Here you are.", blocks=[GO])

        @app.view("form")
        async def sent(ack: Any, view: Json) -> None:
            said = view["state"]["values"]["name"]["value"]["value"]
            errors = {"name": "Too short."} if len(said) < 3 else {}
            await (ack(response_action="errors", errors=errors) if errors else ack())

        @app.action("go")
        async def pressed(ack: Any, respond: Any) -> None:
            await respond("Gone.", replace_original=True)
            await ack()

        @app.shortcut("practise")
        async def shortcut(ack: Any) -> None:
            await ack()

        for kind in ("reaction_added", "app_mention", "user_change", "app_home_opened"):
            app.event(kind)(message)
        for kind in ("member_joined_channel", "channel_archive", "channel_left"):
            app.event(kind)(message)
        return app

    async def _serve(self, app: AsyncApp) -> None:
        runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        self.slack.events_over_http(self.url)


@asynccontextmanager
async def app_stage(way: str) -> AsyncIterator[AppStage]:
    """Open Slack with an app connected by "socket" or "http" for the time of a test."""
    stage = AppStage()
    try:
        await stage.open(way)
        yield stage
    finally:
        await stage.close()


def refused(code: str) -> Any:
    return pytest.raises(SlackApiError, match=f"'error': '{code}'")


def text(words: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": words}


def button(action: str, label: str = "Go", **more: Any) -> Json:
    return {"type": "button", "action_id": action, "value": action, "text": text(label)} | more


def rich(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def field(name: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "value"}
    return {"type": "input", "block_id": name, "label": text(name), "element": element} | more


def modal(*blocks: Json, **more: Any) -> Json:
    view: Json = {"type": "modal", "callback_id": "form", "title": text("A form")}
    return view | {"submit": text("Send"), "blocks": list(blocks)} | more
