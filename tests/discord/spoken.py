"""All that the coach ever told Discord to show: posts, edits, titles, answers, windows.

It is read from the calls themselves, so what was changed or deleted later is looked at too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from adapters.database.columns import metadata
from bot.ids import WorkspaceId
from tests.discord.towns import Town
from tests.servers.discord.components import BUTTON, walk
from tests.servers.discord.doors import Call
from tests.servers.discord.state import Message

SHOWS = {
    "create_message", "edit_message", "create_thread", "create_post", "edit_channel",
    "answer", "follow_up", "edit_answer",
}  # fmt: skip
_WORDS = ("content", "title", "label", "description", "placeholder", "value", "name")


@dataclass(frozen=True)
class Spoken:
    """One call; `guild` is the id of its server, "" in a direct message."""

    call: Call
    guild: str

    @property
    def data(self) -> dict[str, Any]:
        """What is shown: of an answer to an interaction that is inside."""
        body: dict[str, Any] = self.call.body or {}
        found: dict[str, Any] = (body.get("data") or {}) if self.call.name == "answer" else body
        return found | (found.get("message") or {})

    @property
    def json(self) -> str:
        """All of it as one text."""
        return json.dumps(self.data, ensure_ascii=False)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield each text that somebody reads, with what kind of text it is."""
        yield from _texts(self.data)


def spoken(here: Town) -> list[Spoken]:
    """Return everything that was ever told, in order; what Discord refused is not shown."""
    world, desk = here.discord.world, here.discord.desk
    found = []
    for call in here.discord.calls:
        if call.name not in SHOWS or call.status >= 400:
            continue
        channel = call.params.get("channel", "")
        if call.params.get("token") in desk.all:
            channel = desk.all[call.params["token"]].channel
        place = world.channels.get(channel)
        found.append(Spoken(call, (place.guild if place else None) or ""))
    return found


def actions(message: Message) -> list[str]:
    """Return what the buttons of a message do."""
    every = walk(message.components)
    return [each["custom_id"] for each in every if each["type"] == BUTTON and "custom_id" in each]


def rows_of(here: Town, workspace: WorkspaceId) -> list[str]:
    """Return all that is stored about a server."""
    tables = [each for each in metadata.sorted_tables if "workspace" in each.c]
    return here.store.direct(
        lambda db: [
            f"{each.name} {row}"
            for each in tables
            for row in db.execute(select(each).where(each.c.workspace == workspace))
        ]
    )


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _WORDS and isinstance(inner, str):
                # Of an option it is what it stands for, and of a field what is typed already.
                if name != "value" or value.get("type") == 4:
                    yield name, inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
