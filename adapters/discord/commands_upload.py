"""Makes the application's commands known to Discord, if it does not know them as they are."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord.http import Route

from adapters.discord.commands import Json, fingerprint, payload

log = logging.getLogger(__name__)

_PATH = "/applications/{application_id}/commands"


async def upload(client: discord.Client, commands: list[Json] | None = None) -> bool:
    """Replace all commands if they are others; return whether they were.

    Raises:
        discord.HTTPException: If Discord does not take them.
    """
    ours = payload() if commands is None else commands
    application = client.application_id
    assert application is not None, "the client is not logged in"
    listed = Route("GET", _PATH, application_id=application)
    # Without this Discord leaves other languages out, and they would seem to be missing.
    known: Any = await client.http.request(listed, params={"with_localizations": "true"})
    if fingerprint(known) == fingerprint(ours):
        return False
    await client.http.bulk_upsert_global_commands(application, ours)
    log.info("commands were made known to Discord", extra={"count": len(ours)})
    return True
