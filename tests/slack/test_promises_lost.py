"""Slack stores a post and its answer is lost: the post is displayed once, whatever it says.

In these lives the answer to every post is lost, and to every third change and mark; the
process may end between the post and the moment it finds out, and Slack may hand out fifteen
messages a minute.  What people did with such a post before its place was known counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from adapters.database.outbox_tables import outbox
from tests.slack.lives import MINUTE, Life, once, ours, told
from tests.slack.rendered import quoted_in
from tests.slack.stories import LONG, TOPICS, Losing, Noting, first_day, week
from tests.slack.towns import CHANNEL, Town, town

ANA, BO, CY = "U1", "U2", "U3"
LOST = ("chat.postMessage", "chat.update", "reactions.add", "conversations.open")


def topics(here: Town) -> set[str]:
    """Return what kinds of messages were posted or changed."""
    return {topic for each in here.couriers if isinstance(each, Noting) for topic in each.noted}


async def test_a_week_of_lost_answers_displays_what_a_quiet_week_displays() -> None:
    async with town(courier=Noting) as here:
        await week(Life(here, here.team))
        quiet, said = told(here.team), topics(here)

    async with town() as here:
        here.slack.faults = faults = Losing(*LOST)
        await week(Life(here, here.team))
        once(here.team)

        assert told(here.team) == quiet
        assert set(faults.lost) == set(LOST)
        assert said == TOPICS


async def test_with_one_reading_a_minute_each_post_is_still_displayed_once() -> None:
    # It takes a minute to make sure of one post, and many are said.
    async with town() as here:
        await first_day(Life(here, here.team), patience=30, answer="Ana's answer.")
        quiet = told(here.team)

    async with town() as here:
        here.slack.faults = Losing(*LOST)
        here.slack.limits.history(items=15, per_minute=1)
        await first_day(Life(here, here.team), patience=30, answer="Ana's answer.")
        once(here.team)

        assert told(here.team) == quiet


async def test_with_one_reading_a_minute_a_long_post_is_displayed_once_and_whole() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, LONG)
        here.slack.faults = Losing(*LOST)
        here.slack.limits.history(items=15, per_minute=1)
        await life.wait(60)
        once(here.team)

        for reviewer in (BO, CY):
            at = life.at(life.reviews_of(ANA)[reviewer].post)
            root = life.team.message(at.channel, at.message)
            parts = [root, *life.team.thread(at.channel, at.message)]
            assert len(parts) > 1
            assert "".join(quoted_in(part.blocks) for part in parts) == LONG


async def test_with_one_reading_a_minute_a_long_post_is_changed_as_a_whole() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, LONG)
        await life.wait(15)
        here.slack.limits.history(items=15, per_minute=1)
        life.rate(ANA, BO, "four")
        await life.wait(30)

        assert not here.call(lambda work: work.relay.counts().get("ready", 0))


# --- a process that ends in between ---------------------------------------------------------------


def under_way(here: Town) -> Iterator[str]:
    """Yield the kind and the subject of everything that was tried and is not known to be done."""
    tried = (outbox.c.state.in_(["ready", "unsure"]), outbox.c.attempts > 0)
    found = select(outbox.c.kind, outbox.c.subject).where(*tried)
    for kind, subject in here.store.direct(lambda db: db.execute(found).all()):
        yield f"{kind} {subject.partition(':')[0]}".strip()


@dataclass
class Mortal(Life):
    """A life in which the process ends whenever something new is neither known nor unknown."""

    url: str = ""
    process: AsyncExitStack = field(default_factory=AsyncExitStack)
    ended: set[str] = field(default_factory=set)
    """During what: the kind and the subject of what was under way."""

    async def wait(self, minutes: float) -> None:
        """Let minutes pass."""
        until = self.town.clock() + minutes * MINUTE
        await self.settle()
        while (at := await self.town.turns.next_at()) is not None and at <= until:
            self.town.clock.move(max(at, self.town.clock()))
            await self.settle()
        self.town.clock.move(max(until, self.town.clock()))

    async def settle(self) -> None:
        """Let everything happen that is to happen now, and perhaps end the process."""
        await self.town.settle()
        being_done = set(under_way(self.town))
        if not being_done <= self.ended:
            self.ended |= being_done
            await self.process.aclose()
            await self.start(self.town)

    async def start(self, before: Town) -> None:
        """Start a new process, which takes up where the last one was."""
        self.town = await self.process.enter_async_context(
            town(database=self.url, before=before, seed=len(self.ended) + 1)
        )
        await self.town.read_up()


async def test_the_process_may_end_before_it_knows_of_what_it_said(tmp_path: Path) -> None:
    async with town() as here:
        await week(Life(here, here.team))
        quiet = told(here.team)

    url = f"sqlite:///{tmp_path}/town.db"
    async with AsyncExitStack() as stack:
        # The first town owns Slack, which outlives its coach.
        first = await stack.enter_async_context(town(database="sqlite://"))
        first.slack.faults = Losing(*LOST)
        life = Mortal(first, first.team, url=url)
        stack.push_async_callback(life.process.aclose)
        await life.start(first)
        await week(life)
        once(first.team)

        assert told(first.team) == quiet
        assert life.ended >= {
            "post", "post prompt", "post review", "post result", "post self", "post practice",
            "post rate", "edit", "mark",
        }  # fmt: skip


# --- what people do before its place is known -----------------------------------------------------


def lose(here: Town, channel: str, times: int = 1) -> None:
    """Let the answers to the next posts in a channel be lost, and nobody find them meanwhile."""
    here.slack.faults.lose_reply("chat.postMessage", times, channel)
    for method in ("conversations.history", "conversations.replies"):
        here.slack.faults.fail(method, "internal_error", 1_000, channel)


async def in_doubt(here: Town, subject: str) -> None:
    """Let time pass until the answer to a post about `subject` is lost."""
    while f"post {subject}" not in set(under_way(here)):
        at = await here.turns.next_at()
        assert at is not None, "nothing is going to be said"
        here.clock.move(max(at, here.clock()))
        await here.turns.settle()
    await here.slack.settled()


async def test_an_answer_in_the_thread_of_a_question_not_known_yet_counts() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        here.slack.faults.lose_reply("chat.postMessage", 2, CHANNEL)
        await in_doubt(here, "prompt")
        question = here.team.messages(CHANNEL)[-1].ts
        here.team.say(ANA, CHANNEL, "A quick answer.", thread=question)
        await here.slack.settled()
        here.slack.faults.clear()
        await life.wait(5)

        assert life.text_of(ANA) == "A quick answer."
        assert here.team.thread(CHANNEL, question)[0].reactions["white_check_mark"]
        once(here.team)


async def test_a_tap_on_a_request_not_known_yet_counts() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(5)
        lose(here, here.team.dm(BO))
        await in_doubt(here, "review")
        request = ours(here.team, here.team.dm(BO))[-1]
        here.team.react(BO, here.team.dm(BO), request.ts, "four")
        await here.slack.settled()
        here.slack.faults.clear()
        await life.wait(5)

        assert life.reviews_of(ANA)[BO].status == "rated"
        once(here.team)


async def test_what_is_written_and_tapped_in_a_practice_not_known_yet_counts() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        lose(here, here.team.dm(CY))
        life.write(CY, "practice")
        await here.slack.settled()
        await in_doubt(here, "practice")
        life.write(CY, "To myself.")
        await here.slack.settled()
        here.slack.faults.clear()
        lose(here, here.team.dm(CY))
        await in_doubt(here, "rate")
        rating = ours(here.team, here.team.dm(CY))[-1]
        practice = life.practice_of(CY)
        here.team.react(CY, here.team.dm(CY), rating.ts, "four")
        await here.slack.settled()
        here.slack.faults.clear()
        await life.wait(5)

        assert [text for _, text in practice.said] == ["To myself."]
        found = here.call(lambda work: work.practices.get(life.workspace, practice.id))
        assert found is not None
        assert found.score == 4
        once(here.team)
