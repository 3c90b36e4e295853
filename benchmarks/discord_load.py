"""What people do in Discord, by the hundred a second, and what they ask for meanwhile.

Acts come at an even pace that waits for nobody, so one that is late delays none of those behind
it.  Every act is one event of the gateway; what Discord tells beside it (who entered a thread,
the coach's own reactions) comes on top and is not counted.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter
from typing import Final

from adapters.discord.answers import SORRY
from benchmarks.cohorts import answer
from benchmarks.discord_cohorts import Cohorts, Request
from tests.servers.discord.desk import Interaction
from tests.servers.discord.interactions import Guild

TICK_SECONDS = 0.01
TAPS = ("4️⃣", "3️⃣", "2️⃣")
APPLAUSE = "👏"
BEGINNING = 100
"""So much is said before anything can be changed."""

OURS: Final = {"say": 60, "tap": 14, "applaud": 8, "edit": 12, "delete": 6}
"""What is done in cohorts, in per cent: parts of answers, reactions on review requests and on
answers (which say nothing to the coach), changes, deletions."""
THEIRS: Final = {"say": 78, "applaud": 16, "edit": 4, "delete": 2}
"""What is done elsewhere, in per cent; a third of it in threads, which might be questions."""


@dataclass(frozen=True)
class Said:
    """A message, by whom, and who else reads it."""

    guild: Guild
    user: str
    channel: str
    message: str
    readers: tuple[str, ...]


@dataclass
class Crowd:
    """Everybody at once.  `share` of what they do, from 0 to 1, is in cohorts.

    `part` of `parts` says which members take part: each run has its own.  `kept` is when each
    thing happened of which the coach must keep something.
    """

    there: Cohorts
    share: float
    part: int
    parts: int
    dice: random.Random = field(default_factory=lambda: random.Random("crowd"))
    kept: list[float] = field(default_factory=list)
    done: int = 0
    ours: int = 0
    _answers: list[Said] = field(default_factory=list)
    _talk: list[Said] = field(default_factory=list)

    def act(self) -> None:
        """Let somebody do something."""
        self.done += 1
        if self.dice.random() < self.share:
            self.ours += 1
            self._ours(self._drawn(OURS))
        else:
            self._theirs(self._drawn(THEIRS))

    def _drawn(self, table: dict[str, int]) -> str:
        return self.dice.choices(list(table), list(table.values()))[0]

    def _ours(self, what: str) -> None:
        if what == "applaud" and len(self._answers) >= BEGINNING:
            self._applaud(self.dice.choice(self._answers))
            return
        if what == "tap":
            self._tap(self.dice.choice(self.there.requests[self.part :: self.parts]))
        elif what in {"edit", "delete"} and len(self._answers) >= BEGINNING:
            self._change(what, self._answers)
        else:
            question = self.dice.choice(self.there.questions)
            writers = question.writers[self.part :: self.parts]
            self._say(self._answers, question.guild, question.thread, writers)
        self.kept.append(perf_counter())

    def _theirs(self, what: str) -> None:
        if what == "say" or len(self._talk) < BEGINNING:
            place = self.dice.choice(self.there.elsewhere)
            among = place.threads if self.dice.random() < 1 / 3 else place.channels
            self._say(self._talk, place.guild, self.dice.choice(among), place.people)
        elif what == "applaud":
            self._applaud(self.dice.choice(self._talk))
        else:
            self._change(what, self._talk)

    def _say(self, to: list[Said], guild: Guild, channel: str, people: tuple[str, ...]) -> None:
        user = self.dice.choice(people)
        message = guild.say(user, channel, answer())
        to.append(Said(guild, user, channel, message, people))

    def _change(self, what: str, among: list[Said]) -> None:
        number = self.dice.randrange(len(among))
        one = among[number]
        if what == "edit":
            one.guild.edit(one.user, one.channel, one.message, answer())
            return
        among[number] = among[-1]
        among.pop()
        one.guild.delete(one.channel, one.message)

    def _applaud(self, one: Said) -> None:
        _toggle(one.guild, self.dice.choice(one.readers), one.channel, one.message, APPLAUSE)

    def _tap(self, on: Request) -> None:
        _toggle(on.guild, on.user, on.channel, on.message, self.dice.choice(TAPS))


def _toggle(guild: Guild, user: str, channel: str, message: str, emoji: str) -> None:
    shown = guild.message(channel, message).reactions.get(emoji, [])
    act = guild.unreact if guild.world.id_of(user) in shown else guild.react
    act(user, channel, message, emoji)


@dataclass
class Asking:
    """People who ask for something and wait: commands, buttons, forms, suggestions.

    `kept` as for a crowd; `sent` are the forms that were sent: whose, in which thread, and what.
    """

    there: Cohorts
    part: int
    parts: int
    kept: list[float]
    dice: random.Random = field(default_factory=lambda: random.Random("asking"))
    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    sent: dict[tuple[str, str], str] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        question = self.there.questions[self.part :: self.parts]
        people = [(each, user) for each in question for user in each.private]
        self._private = iter(people)
        self._kinds = cycle((self._me, self._private_answer, self._review, self._me, self._board))

    def act(self) -> None:
        """Let somebody ask for something."""
        task = asyncio.create_task(next(self._kinds)())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait until everybody is answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _timed(self, asking: Awaitable[Interaction]) -> Interaction:
        started = perf_counter()
        self.kept.append(started)
        done = await asking
        self.seconds.append(perf_counter() - started)
        # Whoever is told to try again was answered in time, and still got nothing.
        self.failed += not done.acked or bool(done.errors) or SORRY in done.text
        return done

    async def _me(self) -> None:
        question = self.dice.choice(self.there.questions)
        who = self.dice.choice(question.writers)
        await self._timed(question.guild.command(who, question.channel, "coach me"))

    async def _board(self) -> None:
        question = self.dice.choice(self.there.questions)
        who = self.dice.choice(question.writers)
        await self._timed(question.guild.command(who, question.channel, "coach leaderboard"))

    async def _review(self) -> None:
        on = self.dice.choice(self.there.requests[self.part :: self.parts])
        await self._press(on.guild, on.user, on.channel, on.message, "review:")
        if on.guild.modal(on.user) is not None:
            on.guild.dismiss(on.user)

    async def _private_answer(self) -> None:
        question, user = next(self._private, (None, ""))
        if question is None:
            await self._me()
            return
        await self._press(question.guild, user, question.channel, question.thread, "answer:")
        if question.guild.modal(user) is not None:
            said = answer()
            done = await self._timed(question.guild.submit(user, {"text": said}))
            if done.acked:
                self.sent[user, question.thread] = said

    async def _press(self, guild: Guild, user: str, channel: str, message: str, verb: str) -> None:
        shown = guild.message(channel, message).buttons
        button = next((each for each in shown if each.startswith(verb)), None)
        if button is not None:
            await self._timed(guild.press(user, channel, message, button))


async def paced(acts: tuple[tuple[Callable[[], None], float], ...], seconds: float) -> float:
    """Do each act so often a second, for so many seconds; return the longest delay of one."""
    loop = asyncio.get_running_loop()
    started, latest = loop.time(), 0.0
    done = [0] * len(acts)
    while (passed := loop.time() - started) < seconds:
        for number, (act, rate) in enumerate(acts):
            while done[number] < passed * rate:
                latest = max(latest, loop.time() - started - done[number] / rate - TICK_SECONDS)
                act()
                done[number] += 1
        await asyncio.sleep(TICK_SECONDS)
    return max(latest, 0.0)
