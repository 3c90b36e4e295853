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
from datetime import datetime, timedelta

from adapters.console.script import Script
from adapters.console.steps import Act, ScriptError, Step, Switch, Until, Wait
from adapters.console.transcript import Transcript
from adapters.slack.door import Patience
from bot.ids import ChannelId, MessageId, WorkspaceId
from tests.servers.slack.interactions import Done
from tests.slack.acting import People, user_of
from tests.slack.towns import START, How, Town, town
from tests.slack.watching import Sight, Watcher

ZONE = "Europe/Berlin"
_NOWHERE = "http://127.0.0.1:9/slack/events"
"""Where nobody listens."""

_CALM = Patience(timedelta(seconds=25), timedelta(seconds=10))
"""On a busy machine nobody is to be told that it took too long."""


@asynccontextmanager
async def staged(script: Script, how: How) -> AsyncIterator[Stage]:
    """Set up a town for a script's scene."""
    scene = script.scene
    place = (scene.start, scene.zone, scene.channels, scene.guide)
    assert place == (START, ZONE, ("#prep",), "mini"), "the town is always the same"
    people = {user_of(name): display for name, display in scene.people}
    async with town(how, people=people, patience=_CALM) as there:
        there.slack.posting.ack_seconds = there.slack.sockets.ack_seconds = 30.0
        for name, _ in scene.people:
            there.team.people[user_of(name)].name = name
        yield Stage(there)


class Stage:
    """A town whose time and people move as a script says.

    `now` is the time by the script; pauses between calls move the town's clock a few seconds
    ahead of it, and never add up.
    """

    def __init__(self, town: Town) -> None:
        self.town, self.team = town, town.team
        self.now = town.clock()
        self.watcher = Watcher(self.team, ZONE, self._subject, town.clock)
        self._people = People(self.team, self.watcher, ZONE)
        self._events = town.slack.posting.url

    async def step(self, step: Step) -> list[Sight]:
        """Do what a step says and return what became visible."""
        if isinstance(step, Wait | Until):
            return [sight async for sight in self._advance(self.moment(step))]
        if isinstance(step, Switch):
            await (self._wake() if step.on else self._sleep())
            return self.watcher.look()
        return await self._act(step)

    def moment(self, step: Wait | Until) -> datetime:
        """Return the moment up to which a step lets time pass."""
        until = step.span if isinstance(step, Wait) else step.moment
        return max(until.after(self.now, ZONE), self.now)

    # --- time -----------------------------------------------------------------------------

    async def _advance(self, until: datetime) -> AsyncIterator[Sight]:
        turns, clock = self.town.turns, self.town.clock
        while (at := await turns.next_at()) is not None and at <= until:
            clock.move(max(at, clock()))
            await self._settle()
            for sight in self.watcher.look():
                yield sight
        self.now = until
        clock.move(max(until, clock()))

    async def _settle(self) -> None:
        await self.town.settle()
        for courier in self.town.couriers:
            await courier.seeds.settled()
        await self.town.slack.settled()

    async def _sleep(self) -> None:
        if self.town.how == "http":
            self.town.slack.posting.url = _NOWHERE
        else:
            await self.town.slack.cut()

    async def _wake(self) -> None:
        if self.town.how == "http":
            self.town.slack.posting.url = self._events
            await self.town.read_up()
        else:
            await self.town.reconnect()
        await self._settle()

    # --- people ---------------------------------------------------------------------------

    async def _act(self, act: Act) -> list[Sight]:
        self.town.clock.tick()
        try:
            done = await self._people.do(act)
        except AssertionError as error:
            cure = "Let them do what Slack's own client offers."
            raise ScriptError(act.line, f"Slack does not offer this: {error}.", cure) from error
        sights = [Sight(self.now, f"coach does not answer {act.who}.")] if _lost(done) else []
        if done is not None and done.ack.get("response_action") == "errors":
            body = tuple(f"{name}: {problem}" for name, problem in done.ack["errors"].items())
            sights.append(Sight(self.now, f"coach to {act.who} (the form comes back):", body))
        await self._settle()
        return sights + self.watcher.look()

    def _subject(self, channel: str, ts: str) -> str:
        where = (WorkspaceId(f"slack:{self.team.id}"), ChannelId(channel), MessageId(ts))
        posted = self.town.store.call(lambda work: work.outbox.posted(*where))
        return posted.subject if posted else ""


async def perform(stage: Stage, script: Script) -> str:
    """Play a script, and return the whole transcript: what was written, and what Slack shows."""
    transcript = _SlackTranscript(ZONE, stage.now)
    lines = transcript.given(script.head)
    for item in script.items:
        if isinstance(item.step, Wait | Until):
            lines += transcript.passing(item.before, item.lines, stage.moment(item.step))
        else:
            lines += transcript.acting(item.before, item.lines, stage.now)
        for sight in await stage.step(item.step):
            lines += transcript.sight(sight)
    lines += transcript.given(script.tail)
    return "\n".join(lines).rstrip("\n") + "\n"


class _SlackTranscript(Transcript):
    """Writes sights as the console's writes entries."""

    def sight(self, sight: Sight) -> list[str]:
        """Return a sight with all that goes before it."""
        lines = self.stamp(sight.at.replace(second=0, microsecond=0))
        text = [sight.title, *(f"    {line}".rstrip() for line in sight.body)]
        if not lines and self._after_words and sight.body:
            lines = [""]
        self._last, self._after_words = text[-1], bool(sight.body)
        return [*lines, *text]


def _lost(done: Done | None) -> bool:
    return done is not None and not done.acked
