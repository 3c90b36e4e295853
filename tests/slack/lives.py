"""A cohort's life on the local Slack server: what people do there, by a few short words.

What is asked of a life afterwards is what Slack displays; what the database holds is in `rows`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
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
from tests.servers.slack.interactions import Done, Team, Values
from tests.servers.slack.state import Json, Shown
from tests.slack.rendered import nodes
from tests.slack.towns import CHANNEL, Town

ORGANISER = "U9"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Life:
    """One cohort in one workspace; people are named by their user ids."""

    town: Town
    team: Team

    async def begin(self, *members: str, patience: float = 0) -> Life:
        """Set the cohort up and, minutes later if need be, let `members` join by the button."""
        await self.settled(self.team.command(ORGANISER, CHANNEL, "setup mini start=today"))
        if patience:
            await self.wait(patience)
        for user in members:
            await self.press(user, CHANNEL, self.team.messages(CHANNEL)[0].ts, "join:")
        return self

    async def settled(self, act: Any) -> Done:
        """Do something and let all that follows happen."""
        done: Done = await act
        await self.town.settle()
        return done

    async def wait(self, minutes: float) -> None:
        """Let minutes pass."""
        await self.town.advance(timedelta(minutes=minutes))

    # --- what is stored -------------------------------------------------------------------------

    @property
    def workspace(self) -> WorkspaceId:
        """The workspace as the engine calls it."""
        return WorkspaceId(f"slack:{self.team.id}")

    @property
    def cohort(self) -> Cohort:
        """The cohort in the channel."""
        found = self.town.call(lambda w: w.cohorts.at(self.workspace, ChannelId(CHANNEL)))
        assert found is not None
        return found

    @property
    def prompt(self) -> Prompt:
        """The question asked last."""
        cohort = self.cohort.id
        return self.town.call(lambda work: work.prompts.of(cohort))[-1]

    def answer_of(self, user: str) -> Answer:
        """Return what somebody answered to the last question."""
        prompt = self.prompt.id
        found = self.town.call(lambda work: work.answers.by(prompt, UserId(user)))
        assert found is not None, f"{user} has not answered"
        return found

    def text_of(self, user: str) -> str:
        """Return somebody's answer as one text."""
        return self.answer_of(user).text(self.cohort.rules.pause_between_parts)

    def reviews_of(self, user: str) -> dict[str, Review]:
        """Return the reviews of somebody's answer by reviewer."""
        answer = self.answer_of(user).id
        return {each.reviewer: each for each in self.town.call(lambda w: w.reviews.of(answer))}

    def practice_of(self, user: str) -> Practice:
        """Return the practice somebody is at."""
        found = self.town.call(lambda w: w.practices.open_of(self.workspace, UserId(user)))
        assert found is not None, f"{user} is not practising"
        return found

    def at(self, key: PostKey) -> Receipt:
        """Return where a post stands."""
        found = self.town.call(lambda work: work.outbox.receipt(key))
        assert found is not None, "it was not posted"
        return found

    @property
    def question(self) -> str:
        """The ts of the last question's message."""
        return self.at(self.prompt.post).message

    # --- what people do -------------------------------------------------------------------------

    def say(self, user: str, text: str, **more: Any) -> str:
        """Write into the last question's thread; return the ts."""
        return self.team.say(user, CHANNEL, text, thread=self.question, **more)

    def write(self, user: str, text: str, **more: Any) -> str:
        """Write to the coach alone; return the ts."""
        return self.team.say(user, self.team.dm(user), text, **more)

    async def practise(self, user: str) -> Practice:
        """Begin to practise in the direct message."""
        self.write(user, "practice")
        await self.town.settle()
        return self.practice_of(user)

    def rate(self, author: str, reviewer: str, name: str, *, on: bool = True) -> None:
        """Tap the request to review somebody's answer, as its reviewer."""
        at = self.at(self.reviews_of(author)[reviewer].post)
        (self.team.react if on else self.team.unreact)(reviewer, at.channel, at.message, name)

    async def press(self, user: str, channel: str, ts: str, prefix: str) -> Done:
        """Press the first button of a message whose action begins with `prefix`."""
        action = button(self.team.message(channel, ts).blocks, prefix)
        return await self.settled(self.team.press(user, channel, ts, action))

    async def open_review(self, author: str, reviewer: str) -> None:
        """Open the form of a review."""
        at = self.at(self.reviews_of(author)[reviewer].post)
        await self.press(reviewer, at.channel, at.message, "review:")

    async def submit(self, user: str, values: Values | None = None) -> Done:
        """Send the form that is open."""
        return await self.settled(self.team.submit(user, values))

    async def command(self, user: str, text: str, channel: str = CHANNEL) -> Done:
        """Use the slash command."""
        return await self.settled(self.team.command(user, channel, text))


def button(blocks: Iterable[Json], prefix: str) -> str:
    """Return the action of the first button that begins with `prefix`."""
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if str(element.get("value", "")).startswith(prefix):
                return str(element["action_id"])
    raise AssertionError(f"no button {prefix}")


def scores(life: Life, score: str, **more: str | list[str]) -> dict[str, str | list[str]]:
    """Return a filled-in review of the last question."""
    rubric = life.town.coach.guides[life.cohort.guide].rubric(life.prompt.question)
    return {criterion.key: score for criterion in rubric.criteria} | more


# --- what is displayed --------------------------------------------------------------------------


def shown(team: Team) -> Iterator[Shown]:
    """Yield every message that stands anywhere in a workspace."""
    for channel, place in team.channels.items():
        for ts in place.posts:
            yield team.message(channel, ts)


def ours(team: Team, channel: str | None = None) -> list[Shown]:
    """Return every post of the coach, in order of time."""
    posts = [each for each in shown(team) if each.user == team.bot_user and not each.deleted]
    return sorted((p for p in posts if channel in (None, p.channel)), key=lambda post: post.ts)


def words_of(post: Shown) -> str:
    """Return the words of a message and all its blocks."""
    spoken = [str(n["text"]) for n in nodes(post.blocks) if isinstance(n.get("text"), str)]
    return "\n".join([post.text, *spoken])


def everything_seen(team: Team) -> list[tuple[str, Any]]:
    """Return all that the coach displays to anybody in a workspace: texts with their blocks."""
    seen: list[tuple[str, Any]] = [(post.text, post.blocks) for post in ours(team)]
    seen += [(note.text, note.blocks) for _, _, note in team.notes]
    views = [view for stack in team.modals.values() for view in stack] + list(team.homes.values())
    return seen + [("", view) for view in views]


def keys(team: Team) -> Counter[tuple[str, int]]:
    """Return how often each part of each post is displayed."""
    found: Counter[tuple[str, int]] = Counter()
    for post in ours(team):
        if post.metadata:
            about = post.metadata["event_payload"]
            found[about["key"], about["part"]] += 1
    return found


def once(team: Team) -> None:
    """Check that no part of any post is displayed twice."""
    assert {part: times for part, times in keys(team).items() if times > 1} == {}


Told = dict[str, list[tuple[str, str]]]
TROUBLE = re.compile(r"(All )?\d+( of \d+)? messages?( of the last seven days)? arrived\b").match
"""What the line that tells organisers how messages arrived begins with."""


def told(team: Team) -> Told:
    """Return what is displayed in each channel, in order: words of ours, and marks on theirs.

    Minutes are left out, and so are the reactions that we offer to tap: a convenience; and so is
    what tells organisers of trouble, which is there only where there was some.
    """
    found = {
        channel: [_told(team, post) for post in _all(team, channel) if not TROUBLE(words_of(post))]
        for channel in team.channels
    }
    return {channel: posts for channel, posts in found.items() if posts}


def _all(team: Team, channel: str) -> list[Shown]:
    return sorted((each for each in shown(team) if each.channel == channel), key=_place)


def _place(post: Shown) -> tuple[bool, str]:
    return bool(post.metadata), post.ts


def _told(team: Team, post: Shown) -> tuple[str, str]:
    if post.user == team.bot_user:
        return re.sub(r"\d\d:\d\d|\^\d+\^", "moment", words_of(post)), ""
    return post.text, " ".join(name for name, by in post.reactions.items() if team.bot_user in by)
