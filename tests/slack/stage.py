"""A local Slack that the script language is played on: people, the coach and time, together.

The words are those of the console (`adapters.console.grammar`); what Slack alone has is said in
them as well:

    ana presses "Home"                   opens the coach's Home tab
    bo in q1: (also to #prep) My answer  a reply that is also sent to the channel
    cy in q1: @channel, ask @ana         mentions, as picked from Slack's list
    cy in q1: [12,000 characters]        a text of that length
    ana presses "Cancel"                 closes the window she sees
    --- the coach is stopped ---         nothing that happens in Slack reaches it any more

Whoever plays only does what Slack's own client offers; anything else is a fault of the script.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from adapters.console.script import Script
from adapters.console.steps import Act
from adapters.slack.door import Patience
from bot.ids import ChannelId, MessageId, WorkspaceId
from tests.servers.slack.interactions import Done
from tests.slack.acting import People
from tests.slack.towns import START, How, Town, town
from tests.slack.watching import Watcher
from tests.stages import playing
from tests.stages.drawing import drawn
from tests.stages.playing import ZONE, user_of
from tests.stages.sights import Sight

_NOWHERE = "http://127.0.0.1:9/slack/events"
"""Where nobody listens."""

_CALM = Patience(timedelta(seconds=25), timedelta(seconds=10))
"""On a busy machine nobody is to be told that it took too long."""


@asynccontextmanager
async def staged(script: Script, how: How) -> AsyncIterator[Stage]:
    """Set up a town for a script's scene."""
    scene = script.scene
    playing.check(scene, START, "#prep")
    people = {user_of(name): display for name, display in scene.people}
    guides = playing.guides(scene)
    async with town(how, people=people, guides=guides, patience=_CALM, draw=drawn) as there:
        there.slack.posting.ack_seconds = there.slack.sockets.ack_seconds = 30.0
        for name, _ in scene.people:
            there.team.people[user_of(name)].name = name
        yield Stage(there)


class Stage(playing.Stage):
    """A town in Slack."""

    platform = "Slack"

    def __init__(self, town: Town) -> None:
        super().__init__(town.clock, town.turns)
        self.town, self.team = town, town.team
        self.watcher = Watcher(self.team, ZONE, self._subject, town.clock)
        self._people = People(self.team, self.watcher, ZONE)
        self._events = town.slack.posting.url

    async def do(self, act: Act) -> list[Sight]:
        """See tests.stages.playing.Stage."""
        done = await self._people.do(act)
        sights = [Sight(self.now, f"coach does not answer {act.who}.")] if _lost(done) else []
        if done is not None and done.ack.get("response_action") == "errors":
            body = tuple(f"{name}: {problem}" for name, problem in done.ack["errors"].items())
            sights.append(Sight(self.now, f"coach to {act.who} (the form comes back):", body))
        return sights

    def look(self) -> list[Sight]:
        """See tests.stages.playing.Stage."""
        return self.watcher.look()

    async def settle(self) -> None:
        """See tests.stages.playing.Stage."""
        await self.town.settle()
        for courier in self.town.couriers:
            await courier.seeds.settled()
        await self.town.slack.settled()

    async def sleep(self) -> None:
        """See tests.stages.playing.Stage."""
        if self.town.how == "http":
            self.town.slack.posting.url = _NOWHERE
        else:
            await self.town.slack.cut()

    async def wake(self) -> None:
        """See tests.stages.playing.Stage."""
        if self.town.how == "http":
            self.town.slack.posting.url = self._events
            await self.town.read_up()
        else:
            await self.town.reconnect()
        await self.settle()

    def _subject(self, channel: str, ts: str) -> str:
        where = (WorkspaceId(f"slack:{self.team.id}"), ChannelId(channel), MessageId(ts))
        posted = self.town.store.call(lambda work: work.outbox.posted(*where))
        return posted.subject if posted else ""


def _lost(done: Done | None) -> bool:
    return done is not None and not done.acked
