"""What people press, fill in and choose, and what the app's acknowledgement does about it.

An act that Slack's own client would not offer is an `AssertionError`: the test is wrong.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.servers.slack import events
from tests.servers.slack.acts import Acts
from tests.servers.slack.delivery import EnvelopeKind, Outcome
from tests.servers.slack.fields import filled, sendable
from tests.servers.slack.spaces import Office, with_ids
from tests.servers.slack.state import Json, Post, Shown, escaped
from tests.servers.slack.tickets import Tickets

Values = Mapping[str, str | list[str] | None]


@dataclass(frozen=True)
class Done:
    """What became of it: `acked` in time or not, and the body of the acknowledgement."""

    acked: bool
    ack: Json = field(default_factory=dict)


class Exchange(Office, Protocol):
    """What interactions need of the server besides."""

    tickets: Tickets

    async def ask(self, kind: EnvelopeKind, payload: Json) -> Outcome:
        """Deliver and return the answer."""

    async def settled(self) -> None:
        """Wait until everything queued has arrived."""


class Team(Acts):
    """A workspace, its people and everything they can do."""

    def __init__(self, team: str, office: Exchange) -> None:
        super().__init__(team, office)
        self._exchange = office

    async def command(
        self, user: str, channel: str, text: str, *, name: str = "/coach", answer: bool = True
    ) -> Done:
        """Use the slash command; what it is acknowledged with is shown to the user."""
        place = self._inside(user, channel)
        assert "commands" in self.scopes, "the app has no slash commands here"
        payload = {
            "token": "verification",
            "team_id": self.id,
            "team_domain": self.domain,
            "channel_id": channel,
            "channel_name": "privategroup" if place.private else place.name,
            "user_id": user,
            "user_name": self.people[user].name,
            "command": name,
            "text": self._mentioning(escaped(text)),
            "api_app_id": self.office.app_id,
            "is_enterprise_install": "false",
            "response_url": self._exchange.tickets.response(self, user, channel, None),
            "trigger_id": self._exchange.tickets.trigger(self, user),
        }
        done = await self._asked("slash_commands", payload)
        if answer and done.ack.get("text"):
            self.note(user, channel, str(done.ack["text"]), done.ack.get("blocks") or [])
        return done

    def _mentioning(self, text: str) -> str:
        """Return a command's text with every @handle as Slack sends it (`should_escape`)."""
        ids = {person.name: user for user, person in self.people.items()}
        return re.sub(
            r"(?<!\S)@([\w.-]+)",
            lambda found: f"<@{ids[found[1]]}|{found[1]}>" if found[1] in ids else found[0],
            text,
        )

    async def press(self, user: str, channel: str, ts: str, action: str) -> Done:
        """Press a button of a message, found by its action id or its value."""
        place = self._inside(user, channel)
        post = place.posts.get(ts)
        shown = post.blocks if post else self._noted(user, channel, ts).blocks
        block, element = _button(shown, action)
        container: Json = {"type": "message", "message_ts": ts, "channel_id": channel}
        container["is_ephemeral"] = post is None
        payload = self._interaction("block_actions", user) | {"container": container}
        if post is not None and post.thread_ts:
            container["thread_ts"] = post.thread_ts
        if post is not None:
            payload["message"] = self._as_seen(post)
        payload |= {"channel": self._channel(channel), "state": {"values": {}}}
        payload["response_url"] = self._exchange.tickets.response(self, user, channel, ts)
        return await self._pressed(payload, block, element)

    async def press_home(self, user: str, action: str) -> Done:
        """Press a button of the user's Home tab."""
        view = self.homes.get(user)
        assert view is not None, f"{user} has no Home tab yet"
        return await self._press_in(view, user, action)

    async def press_view(self, user: str, action: str) -> Done:
        """Press a button in the modal the user is looking at."""
        return await self._press_in(self._open_view(user), user, action)

    async def _press_in(self, view: Json, user: str, action: str) -> Done:
        block, element = _button(view["blocks"], action)
        payload = self._interaction("block_actions", user)
        payload |= {"container": {"type": "view", "view_id": view["id"]}}
        payload["view"] = copy.deepcopy(view)
        return await self._pressed(payload, block, element)

    async def _pressed(self, payload: Json, block: Json, element: Json) -> Done:
        action = {"block_id": block["block_id"], "action_ts": self.office.ts(), "type": "button"}
        names = ("action_id", "text", "value", "style", "url")
        action |= {name: element[name] for name in names if name in element}
        return await self._asked("interactive", payload | {"actions": [action]})

    async def submit(self, user: str, values: Values | None = None) -> Done:
        """Send the user's open modal, with `values` by block id over what it began with.

        A value is a text, an option's value, a list of them, or `None` for "left empty".
        """
        view = self._open_view(user)
        state = filled(view, values or {})
        sendable(view, state)
        sent = copy.deepcopy(view) | {"state": {"values": state}}
        payload = self._interaction("view_submission", user)
        payload |= {"view": sent, "response_urls": []}
        done = await self._asked("interactive", payload)
        if done.acked:
            self._exchange.tickets.answered(self, user, view, done.ack)
        return done

    async def close(self, user: str) -> Done:
        """Close the open modal without sending it."""
        view = self._open_view(user)
        self.modals[user].pop()
        if not view["notify_on_close"]:
            return Done(acked=True)
        payload = self._interaction("view_closed", user) | {"view": view, "is_cleared": False}
        return await self._asked("interactive", payload)

    async def shortcut(self, user: str, channel: str, ts: str, callback: str) -> Done:
        """Use a message shortcut on any message the user can see."""
        post = self._inside(user, channel).posts[ts]
        payload = self._interaction("message_action", user)
        payload |= {"callback_id": callback, "action_ts": self.office.ts(), "message_ts": ts}
        payload |= {"channel": self._channel(channel), "message": self._as_seen(post)}
        payload["response_url"] = self._exchange.tickets.response(self, user, channel, None)
        return await self._asked("interactive", payload)

    async def open_home(self, user: str) -> None:
        """Look at the app's Home tab and wait until the app has heard of it."""
        assert not self.person(user).deleted, f"the account of {user} is closed"
        event = events.home_opened(user, self.dm(user), self.home(user), self.office.ts())
        self.office.event(self, event)
        await self._exchange.settled()

    # --- what the acknowledgement shows ---------------------------------------------------

    def note(self, user: str, channel: str, text: str, blocks: list[Json]) -> str:
        """Show somebody a message that only they see; return its ts."""
        with_ids(blocks, self.office.id)
        shown = Shown(self.office.ts(), self.bot_user, text, blocks, channel)
        self.notes.append((user, channel, shown))
        return shown.ts

    def _noted(self, user: str, channel: str, ts: str) -> Shown:
        for place, shown in self.ephemerals(user):
            if (place, shown.ts) == (channel, ts):
                return shown
        raise AssertionError(f"{user} sees no message {ts} in {channel}")

    # --- payloads -------------------------------------------------------------------------

    async def _asked(self, kind: EnvelopeKind, payload: Json) -> Done:
        outcome = await self._exchange.ask(kind, payload)
        return Done(outcome.acked, outcome.ack)

    def _interaction(self, kind: str, user: str) -> Json:
        person = self.person(user)
        assert not person.deleted, f"the account of {user} is closed"
        who = {"id": user, "username": person.name, "name": person.name, "team_id": self.id}
        return {
            "type": kind,
            "user": who,
            "api_app_id": self.office.app_id,
            "token": "verification",
            "team": {"id": self.id, "domain": self.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._exchange.tickets.trigger(self, user),
        }

    def _channel(self, channel: str) -> Json:
        place = self.channels[channel]
        name = "privategroup" if place.private else place.name
        return {"id": channel, "name": name}

    def _as_seen(self, post: Post) -> Json:
        return post.payload("all")

    def _open_view(self, user: str) -> Json:
        stack = self.modals.get(user)
        assert stack, f"{user} has no modal open"
        return stack[-1]


def _button(blocks: list[Json], action: str) -> tuple[Json, Json]:
    offered = []
    for block, element in _buttons(blocks):
        offered.append(element["action_id"])
        if action in {element["action_id"], element.get("value")}:
            return block, element
    raise AssertionError(f"there is no button {action!r}, only {offered}")


def _buttons(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        elements = block["elements"] if block["type"] == "actions" else [block.get("accessory")]
        for element in elements:
            if element and element["type"] == "button":
                yield block, element
