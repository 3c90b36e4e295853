"""What Slack sends, as a fact for the engine, or nothing.

Rule: pure, and it never raises.  Whatever is not for this installation, not by a person, not
about anything the engine could care for, or not of the form Slack sends, is `None`; what
remains carries a key built from what happened, never from the id of its delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adapters.slack import happenings, interactions, payloads
from adapters.slack.ours import Ours
from adapters.slack.payloads import Malformed
from bot.inbound import Inbound

__all__ = ["Ours", "receive"]


def receive(body: Mapping[str, object], ours: Ours, now: datetime) -> Inbound | None:
    """Return what a request's body tells; `None` if that is nothing to us.

    `body` is the JSON of an event or an interaction, or a slash command's form.  `now` is used
    where Slack tells no moment of its own.
    """
    try:
        if not _for_us(body, ours):
            return None
        if payloads.name(body, "type") == "event_callback":
            return happenings.happened(payloads.part(body, "event"), ours, now)
        return interactions.done(body, ours, now)
    except Malformed:
        return None


def _for_us(body: payloads.Body, ours: Ours) -> bool:
    app = payloads.name(body, "api_app_id")
    if app and ours.app and app != ours.app:
        return False
    return ours.team in payloads.teams_of(body)
