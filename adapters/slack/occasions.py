"""How somebody came to us, as far as it decides where the reply can be shown.

Rule: pure, and never a reason to fail.  What happened is told by `receive`; this only says who is
waiting, in front of which surface, and through which doors Slack lets a reply in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["command", "button", "form", "shortcut", "mention", "said", "home", "other"]

WAITING = frozenset({"command", "button", "form", "shortcut"})
"""A person looks at the screen and Slack shows an error after three seconds."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One request.

    `channel` and `thread` are where it was; `trigger` opens one view within three seconds;
    `response_url` takes five messages within half an hour; `view` is the modal or Home it came
    from; `id` is one of a kind.  All may be empty.
    """

    kind: Kind
    user: str = ""
    channel: str = ""
    thread: str = ""
    trigger: str = ""
    response_url: str = ""
    id: str = ""
    view: Mapping[str, Any] | None = None

    @property
    def waits(self) -> bool:
        """Whether a person is waiting in front of the screen."""
        return self.kind in WAITING

    @property
    def direct(self) -> bool:
        """Whether it was in the direct message with the coach."""
        return self.channel.startswith("D")

    @property
    def from_view(self) -> bool:
        """Whether it was done on the Home tab or in a modal."""
        return self.view is not None

    @property
    def in_modal(self) -> bool:
        """Whether it was done in a modal, above which another can be shown."""
        return self.view is not None and self.view.get("type") == "modal"


def occasion(body: Mapping[str, Any]) -> Occasion:
    """Return how somebody came to us with this request."""
    if "command" in body:
        return _command(body)
    kind = body.get("type")
    if kind == "event_callback":
        return _event(_part(body, "event"))
    if kind == "block_actions":
        return _interaction("button", body)
    if kind == "view_submission":
        return _interaction("form", body)
    if kind in {"message_action", "shortcut"}:
        return _interaction("shortcut", body)
    return Occasion("other")


def _command(body: Mapping[str, Any]) -> Occasion:
    return Occasion(
        "command",
        user=_text(body, "user_id"),
        channel=_text(body, "channel_id"),
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        id=_text(body, "trigger_id"),
    )


def _interaction(kind: Kind, body: Mapping[str, Any]) -> Occasion:
    user, view = _part(body, "user"), _part(body, "view")
    container, message = _part(body, "container"), _part(body, "message")
    return Occasion(
        kind,
        user=_text(user, "id"),
        channel=_text(_part(body, "channel"), "id") or _text(container, "channel_id"),
        thread=_text(container, "thread_ts") or _text(message, "thread_ts"),
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        id=_text(body, "trigger_id"),
        view=view or None,
    )


def _event(event: Mapping[str, Any]) -> Occasion:
    kind = _text(event, "type")
    found: Kind = "other"
    if kind == "app_mention":
        found = "mention"
    elif kind == "message":
        found = "said"
    elif kind == "app_home_opened" and event.get("tab") == "home":
        found = "home"
    return Occasion(
        found,
        user=_text(event, "user"),
        channel=_text(event, "channel"),
        thread=_text(event, "thread_ts"),
        id=_text(event, "event_ts"),
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
