"""An app made with Bolt alone that only acknowledges: `python -m benchmarks.slack_bare socket`.

It stands for what Slack's own libraries cost on this machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys

import uvicorn
import uvloop
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ANYTHING = re.compile("")


def made() -> AsyncApp:
    """Return an app that listens to every event and does nothing."""
    client = AsyncWebClient(
        token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]
    )
    app = AsyncApp(
        client=client,
        signing_secret=os.environ.get("SLACK_SIGNING_SECRET", "unused"),
        ignoring_self_events_enabled=False,
    )

    @app.event(ANYTHING)
    async def taken(body: dict[str, object]) -> None:
        del body

    return app


async def by_socket() -> None:
    app = made()
    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await asyncio.Event().wait()


def by_web() -> None:
    handler = AsyncSlackRequestHandler(made())

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    uvicorn.run(web, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=False)


if __name__ == "__main__":
    if sys.argv[1] == "socket":
        uvloop.run(by_socket())
    else:
        by_web()
