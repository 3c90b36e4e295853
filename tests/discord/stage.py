"""A local Discord that the script language is played on: people, the coach and time, together.

The words are those of the console (`adapters.console.grammar`).  What they mean in Discord:

    olga in #prep: /coach setup          a command, chosen with its options
    olga in #questions: Hello            a post in a forum, which is called olga1
    bo in q1: My answer                  written in the thread of q1
    bo in bo1: @coach today              a reply to bo1
    bo presses "Cancel"                  closes the form that bo sees
    cy in q1: [2,000 characters]         a text of that length
    cy blocks coach                      takes no direct messages any more
    eve leaves #prep                     leaves the server: its channels have no members
    --- the coach is stopped ---         nothing that happens in Discord reaches it any more

Whoever plays only does what Discord's own client offers; anything else is a fault of the script.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from adapters.console.script import Script
from adapters.console.steps import Act, Move
from bot.ids import ChannelId, MessageId, WorkspaceId
from bot.ports.work import Work
from bot.services import homes
from tests.discord.acting import People
from tests.discord.towns import START, Town, town
from tests.discord.watching import Watcher
from tests.servers.discord.desk import Interaction
from tests.stages import playing
from tests.stages.drawing import drawn
from tests.stages.playing import ZONE, user_of
from tests.stages.sights import Sight

_NEVER = 0.05
"""Real seconds that somebody waits for the answer of a coach that is not there."""

_INSTANT = timedelta(milliseconds=1)
"""Ids in Discord tell so much time apart, and no less."""


@asynccontextmanager
async def staged(script: Script) -> AsyncIterator[Stage]:
    """Set up a town for a script's scene."""
    scene = script.scene
    playing.check(scene, START, "#prep", "#questions")
    people = {user_of(name): display for name, display in scene.people}
    async with town(people=people, guides=playing.guides(scene), draw=drawn) as there:
        for name, _ in scene.people:
            there.discord.world.users[there.discord.id_of(user_of(name))].name = name
        for item in script.items:
            if isinstance(item.step, Move):
                # Whatever happens before they come, they have the same id.
                there.discord.id_of(user_of(item.step.who))
        yield Stage(there)


class Stage(playing.Stage):
    """A town in Discord."""

    platform = "Discord"

    def __init__(self, town: Town) -> None:
        super().__init__(town.clock, town.turns)
        self.town, self.guild = town, town.guild
        self.watcher = Watcher(self.guild, ZONE, self._subject, town.clock)
        self._people = People(self.guild, self.watcher)
        self._answered: list[Interaction] = []
        self._patience = town.discord.desk.answer_seconds

    async def do(self, act: Act) -> list[Sight]:
        """See tests.stages.playing.Stage."""
        self._clock.move(self._clock() + _INSTANT)
        done = await self._people.do(act)
        if done is None:
            return []
        if not done.acked:
            return [Sight(self.now, f"coach does not answer {act.who}.")]
        self._answered.append(done)
        return []

    def look(self) -> list[Sight]:
        """See tests.stages.playing.Stage."""
        refused = [error for each in self._answered for error in each.errors]
        assert refused == [], f"Discord refused an answer: {refused}"
        return self.watcher.look()

    async def settle(self) -> None:
        """See tests.stages.playing.Stage."""
        await self.town.settle()

    async def sleep(self) -> None:
        """See tests.stages.playing.Stage."""
        self.town.discord.desk.answer_seconds = _NEVER
        await self.town.discord.cut()

    async def wake(self) -> None:
        """See tests.stages.playing.Stage."""
        self.town.discord.desk.answer_seconds = self._patience
        hellos = self.town.hellos
        self.town.discord.mend()
        await self.town.greeted(hellos + 1)

    def _subject(self, channel: str, message: str) -> str:
        def posted(work: Work, home: WorkspaceId) -> str:
            found = work.outbox.posted(home, ChannelId(channel), MessageId(message))
            return found.subject if found else ""

        # Whoever practises without a cohort does so in no server.
        for home in (WorkspaceId(f"discord:{self.guild.id}"), homes.nowhere("discord")):
            if subject := self.town.call(partial(posted, home=home)):
                return subject
        return ""
