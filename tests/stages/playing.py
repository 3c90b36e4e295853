"""A script played on a platform: whose turn it is, how time passes, and what is written down.

    script --step--> people, time, the coach --look--> sights --> transcript

Rule: whoever plays only does what the platform's own client offers; anything else is a fault of
the script.  What is written down is what the platform shows, and nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from adapters.console.script import Script
from adapters.console.steps import Act, Scene, ScriptError, Step, Until, Wait
from adapters.console.transcript import Transcript
from app.turns import Turns, VirtualClock
from content.schema import Guide
from tests.content.guides import MODELLED, modelled
from tests.stages.sights import Sight

ZONE = "Europe/Berlin"


def check(scene: Scene, start: datetime, *channels: str) -> None:
    """Refuse a scene that is not the town's: it is always the same but for its people."""
    assert (scene.start, scene.zone) == (start, ZONE), "the town is always the same"
    assert scene.guide in ("mini", MODELLED), "the town has a small guide"
    assert set(scene.channels) <= set(channels), f"there is only {', '.join(channels)}"


def guides(scene: Scene) -> Mapping[str, Guide] | None:
    """Return the guides of a scene's town; `None` where it is the usual one."""
    return {MODELLED: modelled()} if scene.guide == MODELLED else None


def user_of(name: str) -> str:
    """Return a person's id or handle on a platform."""
    return f"U{name.upper()}"


class Stage(ABC):
    """A town whose time and people move as a script says.

    `now` is the time by the script; pauses between calls move the town's clock a few seconds
    ahead of it, and never add up.
    """

    platform: str

    def __init__(self, clock: VirtualClock, turns: Turns) -> None:
        self._clock, self._turns = clock, turns
        self.now = clock()

    async def step(self, step: Step) -> list[Sight]:
        """Do what a step says and return what became visible."""
        if isinstance(step, Wait | Until):
            return [sight async for sight in self._advance(self.moment(step))]
        if isinstance(step, Act):
            return await self._act(step)
        await (self.wake() if step.on else self.sleep())
        return self.look()

    def moment(self, step: Wait | Until) -> datetime:
        """Return the moment up to which a step lets time pass."""
        until = step.span if isinstance(step, Wait) else step.moment
        return max(until.after(self.now, ZONE), self.now)

    @abstractmethod
    async def do(self, act: Act) -> list[Sight]:
        """Let somebody act; return what they alone learn at once.

        Raises:
            AssertionError: If the platform's client does not offer that.
        """

    @abstractmethod
    def look(self) -> list[Sight]:
        """Return what became visible since the last look."""

    @abstractmethod
    async def settle(self) -> None:
        """Let everything arrive, be decided, be sent and be shown, at this moment."""

    @abstractmethod
    async def sleep(self) -> None:
        """Let nothing reach the coach any more."""

    @abstractmethod
    async def wake(self) -> None:
        """Let the coach be connected again, and read up what it missed."""

    async def _advance(self, until: datetime) -> AsyncIterator[Sight]:
        while (at := await self._turns.next_at()) is not None and at <= until:
            self._clock.move(max(at, self._clock()))
            await self.settle()
            for sight in self.look():
                yield sight
        self.now = until
        self._clock.move(max(until, self._clock()))

    async def _act(self, act: Act) -> list[Sight]:
        self._clock.tick()
        try:
            sights = await self.do(act)
        except AssertionError as error:
            cure = f"Let them do what {self.platform}'s own client offers."
            problem = f"{self.platform} does not offer this: {error}."
            raise ScriptError(act.line, problem, cure) from error
        await self.settle()
        return sights + self.look()


async def perform(stage: Stage, script: Script) -> str:
    """Play a script; return the whole transcript: what was written, and what was shown."""
    transcript = _Transcript(ZONE, stage.now)
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


class _Transcript(Transcript):
    """Writes sights as the console's writes entries."""

    def sight(self, sight: Sight) -> list[str]:
        """Return a sight with all that goes before it."""
        lines = self.stamp(sight.at.replace(second=0, microsecond=0))
        text = [sight.title, *(f"    {line}".rstrip() for line in sight.body)]
        if not lines and self._after_words and sight.body:
            lines = [""]
        self._last, self._after_words = text[-1], bool(sight.body)
        return [*lines, *text]
