"""What an interaction entitles the app to: trigger ids, response addresses, answers to forms.

A trigger id opens one view within three seconds; a response address takes five messages
within half an hour; both by the server's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.servers.slack.state import ApiError, Json
from tests.servers.slack.views import closed, pushed, replaced

if TYPE_CHECKING:
    from tests.servers.slack.interactions import Team

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSES = 5


@dataclass
class Trigger:
    """A right to show one view to one user."""

    team: Team
    user: str
    at: datetime
    used: bool = False


@dataclass
class Response:
    """A right to answer where somebody did something; `ts` is the message they pressed in."""

    team: Team
    user: str
    channel: str
    ts: str | None
    at: datetime
    uses: int = 0


class Tickets:
    """All rights that were given out."""

    def __init__(self, clock: Callable[[], datetime], new_id: Callable[[str], str]) -> None:
        self._clock, self._new_id = clock, new_id
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, Response] = {}
        self.address = ""
        """Where response addresses begin."""
        self.uploads = ""
        """Where addresses to upload to begin."""

    def trigger(self, team: Team, user: str) -> str:
        """Give out a trigger id."""
        name = self._new_id(f"{team.id}.trigger.")
        self._triggers[name] = Trigger(team, user, self._clock())
        return name

    def exchange(self, team: Team, name: str) -> str:
        """Take a trigger id back and return whose it was; raise as `views.open` does."""
        trigger = self._triggers.get(name)
        if trigger is None or trigger.team is not team:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self._clock() - trigger.at > TRIGGER_LIFE:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def response(self, team: Team, user: str, channel: str, ts: str | None) -> str:
        """Give out a response address."""
        name = self._new_id("response-")
        self._responses[name] = Response(team, user, channel, ts, self._clock())
        return f"{self.address}{name}"

    def respond(self, name: str) -> Response:
        """Use a response address once more; raise `ApiError` if it is used up or too old."""
        response = self._responses.get(name)
        if response is None or self._clock() - response.at > RESPONSE_LIFE:
            raise ApiError("expired_url")
        if response.uses >= RESPONSES:
            raise ApiError("used_url")
        response.uses += 1
        return response

    def answered(self, team: Team, user: str, view: Json, ack: Json) -> None:
        """Do to the user's modals what the acknowledgement of a sent form says."""
        action = ack.get("response_action")
        if action is None:
            assert not ack, f"Slack shows an error for an acknowledgement like {ack}"
            closed(team, user, view)
        elif action == "errors":
            _check(view, ack.get("errors") or {})
        elif action == "clear":
            team.modals.pop(user, None)
        elif action == "update":
            replaced(team, user, view, ack["view"])
        elif action == "push":
            pushed(team, user, ack["view"])
        else:
            raise AssertionError(f"no such response_action: {action}")


def _check(view: Json, errors: Json) -> None:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    assert errors, "an answer with no errors is no answer"
    assert set(errors) <= inputs, f"errors of {sorted(errors)}, but fields are {sorted(inputs)}"
    assert all(isinstance(text, str) and text for text in errors.values()), errors
