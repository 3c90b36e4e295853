"""Takes down what Slack sends, so that it can arrive later, often and in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from tests.servers.slack import events
from tests.servers.slack.delivery import Carrier, Envelope, Outcome
from tests.servers.slack.server import SlackServer

_AT_ONCE = 40


class Tape:
    """Between Slack and the app.  While it is `rolling` nothing arrives, and nobody notices."""

    def __init__(self, slack: SlackServer) -> None:
        self.rolling = False
        self.taken: list[Envelope] = []
        self._carrier: Carrier = slack.deliveries.carrier
        slack.deliveries.carrier = self

    async def carry(self, envelope: Envelope) -> Outcome:
        """See `delivery.Carrier`."""
        if self.rolling:
            self.taken.append(envelope)
            return Outcome(acked=True)
        return await self._carrier.carry(envelope)

    async def play(self, times: int = 1, dice: Random | None = None) -> None:
        """Let everything arrive `times` over under new ids: in order, or as the dice fall."""
        envelopes = [each for n in range(times) for each in self._again(n)]
        if dice is None:
            for envelope in envelopes:
                await self._deliver([envelope])
            return
        dice.shuffle(envelopes)
        for start in range(0, len(envelopes), _AT_ONCE):
            await self._deliver(envelopes[start : start + _AT_ONCE])

    def _again(self, number: int) -> Iterator[Envelope]:
        for envelope in self.taken:
            payload, name = envelope.payload, f"{envelope.id}-{number}"
            if "event_id" in payload:
                payload = payload | {"event_id": f"Ev{name}"}
            yield replace(envelope, id=name, payload=payload)

    async def _deliver(self, envelopes: Sequence[Envelope]) -> None:
        outcomes = await asyncio.gather(*(self._carrier.carry(each) for each in envelopes))
        assert all(outcome.acked for outcome in outcomes), "something was not acknowledged"

    def kinds(self) -> set[str]:
        """Return what was taken down, as Slack calls it: `message.channels`, `view_submission`."""
        return {kind for each in self.taken for kind in _kinds(each)}


def _kinds(envelope: Envelope) -> Iterator[str]:
    event = envelope.payload.get("event")
    if event is None:
        yield envelope.payload.get("type", "command")
        return
    yield events.subscription(event)
    if "subtype" in event:
        yield event["subtype"]
