"""A cohort's life on the local Discord: what people do there, by a few short words.

What is asked of a life afterwards is what Discord displays, or what the database holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.practice import Practice
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review
from bot.ids import ChannelId, PostKey, UserId, WorkspaceId
from bot.ports.outgoing import Receipt
from tests.discord.towns import Town, channel_of, path_of
from tests.servers.discord.desk import Interaction
from tests.servers.discord.filling import Value, inputs
from tests.servers.discord.interactions import Guild
from tests.servers.discord.state import DM, PRIVATE_THREAD, Channel, Message

ORGANISER, ANA, BO, CY = "U9", "U1", "U2", "U3"


@dataclass
class Life:
    """One cohort in one server; people are named by their handles."""

    town: Town
    guild: Guild
    where: str = ""
    """The channel of the cohort; #prep if none is named."""
    pages: int = 0
    """How many pages the form had that was filled in last."""

    async def begin(self, *members: str) -> Life:
        """Set the cohort up with the command's options, and let `members` join by the button."""
        await self.command(ORGANISER, "setup", guide="mini", start="today")
        for user in members:
            await self.press(user, self.channel, self.kickoff.id, "join:")
        return self

    async def at_forum(self, *members: str) -> Life:
        """Begin in a forum: the command is given in a post there."""
        post = self.guild.post(ORGANISER, self.channel, "Start", "Let us begin.")
        await self.command(ORGANISER, "setup", post, guide="mini", start="today")
        for user in members:
            await self.command(user, "join", post)
        return self

    async def settled(self, act: Any) -> Interaction:
        """Do something and let all that follows happen."""
        done: Interaction = await act
        await self.town.settle()
        return done

    async def wait(self, minutes: float) -> None:
        """Let minutes pass."""
        await self.town.advance(timedelta(minutes=minutes))

    # --- what is stored -------------------------------------------------------------------------

    @property
    def channel(self) -> str:
        """The id of the cohort's channel."""
        return self.town.discord.id_of(self.where or channel_of(self.guild.town.name))

    @property
    def workspace(self) -> WorkspaceId:
        """The server as the engine calls it."""
        return WorkspaceId(f"discord:{self.guild.id}")

    @property
    def cohort(self) -> Cohort:
        """The cohort in the channel."""
        found = self.town.call(lambda w: w.cohorts.at(self.workspace, ChannelId(self.channel)))
        assert found is not None
        return found

    @property
    def prompt(self) -> Prompt:
        """The question asked last."""
        cohort = self.cohort.id
        return self.town.call(lambda work: work.prompts.of(cohort))[-1]

    @property
    def question(self) -> str:
        """The id of the last question's message, which is that of its thread."""
        return self.at(self.prompt.post).message

    @property
    def kickoff(self) -> Message:
        """The first message in the channel."""
        return self.guild.messages(self.channel)[0]

    def id(self, user: str) -> UserId:
        """Return somebody's id in Discord."""
        return UserId(self.town.discord.id_of(user))

    def handle(self, user: UserId) -> str:
        """Return the handle of somebody by their id."""
        return next(one for one in ("U1", "U2", "U3", "U4", "U5", "U9") if self.id(one) == user)

    def answer_of(self, user: str) -> Answer:
        """Return what somebody answered to the last question."""
        prompt = self.prompt.id
        found = self.town.call(lambda work: work.answers.by(prompt, self.id(user)))
        assert found is not None, f"{user} has not answered"
        return found

    def text_of(self, user: str) -> str:
        """Return somebody's answer as one text."""
        return self.answer_of(user).text(self.cohort.rules.pause_between_parts)

    def reviews_of(self, user: str) -> dict[str, Review]:
        """Return the reviews of somebody's answer by reviewer."""
        answer = self.answer_of(user).id
        found = self.town.call(lambda work: work.reviews.of(answer))
        return {self.handle(each.reviewer): each for each in found}

    def practice_of(self, user: str) -> Practice:
        """Return the practice somebody is at."""
        found = self.town.call(lambda w: w.practices.open_of(self.workspace, self.id(user)))
        assert found is not None, f"{user} is not practising"
        return found

    def at(self, key: PostKey) -> Receipt:
        """Return where a post stands."""
        found = self.town.call(lambda work: work.outbox.receipt(key))
        assert found is not None, "it was not posted"
        return found

    # --- what people do -------------------------------------------------------------------------

    def say(self, user: str, text: str, **more: Any) -> str:
        """Write into the last question's thread; return the message's id."""
        return self.guild.say(user, self.question, text, **more)

    def write(self, user: str, text: str) -> str:
        """Write to the coach alone; return the message's id."""
        return self.guild.say(user, self.guild.dm(user), text)

    def rate(self, author: str, reviewer: str, emoji: str, *, on: bool = True) -> None:
        """Tap the request to review somebody's answer, as its reviewer."""
        at = self.at(self.reviews_of(author)[reviewer].post)
        (self.guild.react if on else self.guild.unreact)(reviewer, at.channel, at.message, emoji)

    async def press(self, user: str, channel: str, message: str, prefix: str) -> Interaction:
        """Press the first button of a message whose action begins with `prefix`."""
        own = {each.id: each for each in self.guild.ephemerals(user)}
        found = own.get(message) or self.guild.message(channel, message)
        action = next((each for each in found.buttons if each.startswith(prefix)), None)
        assert action, f"no button {prefix}, only {found.buttons}"
        return await self.settled(self.guild.press(user, channel, message, action))

    async def press_last(self, user: str, prefix: str, channel: str = "") -> Interaction:
        """Press a button of the last message that somebody alone was shown."""
        shown = self.guild.ephemerals(user)[-1].id
        return await self.press(user, channel or self.channel, shown, prefix)

    async def open_review(self, author: str, reviewer: str) -> None:
        """Open the form of a review."""
        at = self.at(self.reviews_of(author)[reviewer].post)
        await self.press(reviewer, at.channel, at.message, "review:")

    async def fill(self, user: str, channel: str, values: Mapping[str, Value]) -> Interaction:
        """Send the form that is open, page after page, each with those values it has fields for."""
        self.pages = 0
        while True:
            self.pages += 1
            window = self.guild.modal(user)
            assert window is not None, "no form is open"
            known = inputs(window)
            given = {name: value for name, value in values.items() if name in known}
            done = await self.settled(self.guild.submit(user, given))
            if "Part " not in done.text:
                return done
            assert done.original is not None
            await self.press(user, channel, done.original.id, "")

    async def command(self, user: str, name: str, channel: str = "", **options: Any) -> Interaction:
        """Use a command of `/coach`."""
        where = channel or self.channel
        return await self.settled(self.guild.command(user, where, path_of(name), **options))


def scores(life: Life, score: str, **more: str) -> dict[str, Value]:
    """Return a filled-in review of the last question."""
    rubric = life.town.coach.guides[life.cohort.guide].rubric(life.prompt.question)
    return {**dict.fromkeys((each.key for each in rubric.criteria), score), **more}


# --- what is displayed --------------------------------------------------------------------------


def places(town: Town, guild: Guild | None = None) -> list[Channel]:
    """Return all channels, those of one server alone or of everywhere."""
    every = town.discord.world.channels.values()
    return [each for each in every if guild is None or each.guild == guild.id]


def ours(town: Town, guild: Guild | None = None) -> Iterator[Message]:
    """Yield what the coach has posted."""
    for place in places(town, guild):
        for message in place.messages.values():
            if message.author.id == town.discord.world.me:
                yield message


def private(town: Town, user: str) -> list[Message]:
    """Return what the coach has said to somebody alone, oldest first."""
    who, me = town.discord.id_of(user), town.discord.world.me
    found = [
        message
        for place in places(town)
        if place.kind in {DM, PRIVATE_THREAD} and who in place.members
        for message in place.messages.values()
        if message.author.id == me
    ]
    return sorted(found, key=lambda message: int(message.id))
