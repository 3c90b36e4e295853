"""Whatever Discord tells twice, eleven times or in any order leaves what it leaves once in order.

A day is lived while nothing arrives; then all of it arrives in a burst, under other numbers.
Reactions, deletions and departures have no time and no number of their own on Discord: the order
in which they are told is all that tells which came last.  Where that is lost, Discord is read
again, and what is known is then what Discord shows.  Who leaves and comes back is left out there:
nothing that can be read tells the one from the other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import get_args

import pytest

from adapters.discord.commands import MENUS
from adapters.discord.interactions import _KINDS as INTERACTIONS
from adapters.discord.receive import EVENTS, receive
from bot.domain.reviews import taps_on
from bot.ids import UserId
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted, Inbound, ShortcutUsed
from tests.discord.lives import ORGANISER, Life, scores
from tests.discord.tapes import Tape
from tests.discord.towns import Town, town
from tests.servers.discord.filling import inputs
from tests.slack.rows import MOMENTS, State, differences, standing, whole

PEOPLE = {f"U{number}": f"Member{number} Ito" for number in range(11, 33)} | {"U9": "Olga Oak"}
ANA, BO, CY, DORA, GUS, IVO, JUN, KIM = (f"U{number}" for number in range(11, 19))
BUSY = {ANA, BO, CY, DORA, GUS, IVO, JUN, KIM}
ZOE, WES = "U51", "U52"
ONLY_KNOWN = {
    "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_CREATE", "THREAD_UPDATE",
    "THREAD_DELETE", "THREAD_MEMBERS_UPDATE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE",
    "GUILD_DELETE", "INTERACTION_CREATE",
}  # fmt: skip
"""What comes as well and changes nothing by itself."""
ASKED = {CommandGiven, ButtonPressed, FormSubmitted, ShortcutUsed}
"""What interactions tell."""
TIMES = 11


class Day(Life):
    """A life of many people."""

    second_page: str = ""
    """Who has the last page of a review open."""
    returner: str = ""
    """Who leaves and comes back."""

    def handle(self, user: UserId) -> str:
        """See `Life`."""
        return next(one for one in PEOPLE if self.id(one) == user)

    async def morning(self) -> None:
        """Live until half past nine: some answers are with their reviewers, forms are open."""
        await self.begin(*(user for user in PEOPLE if user != ORGANISER))
        await self.wait(15)
        for user in (ANA, BO, CY):
            self.say(user, f"Answer of {user}.")
        self.say(DORA, "A first part.")
        await self.town.settle()
        await self.press(GUS, self.channel, self.question, "answer:")
        await self.fill(GUS, self.channel, {"text": "Private."})
        await self.wait(25)
        for user in (IVO, KIM):
            self.write(user, "practice")
            await self.town.settle()
        await self.press(GUS, self.channel, self.question, "answer:")
        await self._open_last_page(self._others()[1])

    def _others(self) -> list[str]:
        return sorted(self.reviews_of(ANA))

    async def _open_last_page(self, reviewer: str) -> None:
        await self.open_review(ANA, reviewer)
        window = self.guild.modal(reviewer)
        assert window is not None
        given = {name: "3" for name in inputs(window) if name in scores(self, "3")}
        done = await self.settled(self.guild.submit(reviewer, given))
        at = self.at(self.reviews_of(ANA)[reviewer].post)
        assert done.original is not None
        await self.press(reviewer, at.channel, done.original.id, "")
        self.second_page = reviewer

    async def day(self) -> None:
        """Live through everything that people can do in Discord."""
        await self._talk()
        await self._judge()
        await self._come_and_go()
        await self._command()
        await self._write()
        self._run_the_server()

    async def _talk(self) -> None:
        """Continue, change and delete what was answered before."""
        self.say(DORA, "A second part that comes too late to count.")
        first = self.answer_of(DORA).heard[0].message
        taken_back = self.answer_of(CY).heard[0].message
        for user, message, text in (
            (DORA, first, "A first part, changed."),
            (DORA, first, "A first part, changed twice."),
            (CY, taken_back, "Never mind."),
        ):
            await self.wait(2)
            self.guild.edit(user, self.question, message, text)
        await self.wait(2)
        self.guild.delete(self.question, taken_back)

    async def _judge(self) -> None:
        """Tap, take back, tap again; be cleared; fill in a form; tap what one was not asked to."""
        one = self._others()[0]
        for emoji, on in (("2️⃣", True), ("2️⃣", False), ("4️⃣", True), ("🔥", True), ("🔥", False)):
            self.rate(ANA, one, emoji, on=on)
        for on in (True, False, True):
            self.rate(ANA, one, "💬", on=on)
        window = self.guild.modal(self.second_page)
        assert window is not None
        given = {name: "3" for name in inputs(window) if name in scores(self, "3")}
        comment = {"comment": "On reflection."} if "comment" in inputs(window) else {}
        await self.guild.submit(self.second_page, given | comment)
        undecided, other = sorted(self.reviews_of(BO))
        for on in (True, False, True, False, True):
            self.rate(BO, undecided, "5️⃣", on=on)
        at = self.at(self.reviews_of(BO)[undecided].post)
        self.rate(BO, undecided, "🌱")
        self.guild.clear_reactions(at.channel, at.message, "5️⃣")
        at = self.at(self.reviews_of(BO)[other].post)
        self.rate(BO, other, "1️⃣")
        self.guild.clear_reactions(at.channel, at.message)
        self.rate(BO, other, "3️⃣")
        self.guild.react(KIM, self.channel, self.question, "5️⃣")

    async def _come_and_go(self) -> None:
        """Leave, come back, be away: only people who review nothing today."""
        asked = {user for author in (ANA, BO, CY, DORA, GUS) for user in self._reviewers(author)}
        idle = [user for user in PEOPLE if user not in asked | BUSY | {ORGANISER}]
        leaver, self.returner, traveller, *_ = idle
        self.guild.leave(leaver)
        self.guild.leave(self.returner)
        await self.wait(1)
        self.guild.join(self.returner)
        await self.guild.command(self.returner, self.channel, "coach join")
        until = {"until": "2026-12-14"}
        await self.guild.command(traveller, self.channel, "coach away", **until)
        self.guild.join(ZOE, "zoe", display="Zoe Oak")
        join = next(each for each in self.kickoff.buttons if each.startswith("join:"))
        await self.guild.press(ZOE, self.channel, self.kickoff.id, join)

    def _reviewers(self, author: str) -> set[str]:
        return set(self.reviews_of(author))

    async def _command(self) -> None:
        """Change the cohort and oneself in ways that do not contradict each other."""
        guild = self.guild
        await guild.command(ORGANISER, self.channel, "coach organise skip", day="2026-12-24")
        await guild.command(ANA, self.channel, "coach leaderboard", me="out")
        for menu, user in zip(MENUS, (JUN, GUS), strict=True):
            await guild.context_menu(user, self.channel, self.question, menu)
        for name in ("today", "plan", "help", "mydata", "me"):
            await guild.command(ANA, self.channel, f"coach {name}")
        await guild.autocomplete(ANA, self.channel, "coach setup", "guide", "mi")

    async def _write(self) -> None:
        """Answer in several parts, change and delete some, answer by form, practise alone."""
        first = self.say(IVO, "One.")
        self.say(IVO, "Two.", files=2)
        third = self.say(IVO, "Three.")
        mistaken = [self.say(KIM, "Sent too soon."), self.say(KIM, "And again.")]
        await self.guild.submit(GUS, {"text": "Private, changed."})
        alone = self.write(IVO, "My answer to myself.")
        wrong = self.write(KIM, "Not this.")
        self.write(KIM, "But this.")
        await self.wait(1)
        self.guild.edit(IVO, self.question, first, "One, changed.")
        self.guild.edit(IVO, self.guild.dm(IVO), alone, "My answer to myself, changed.")
        self.guild.delete(self.guild.dm(KIM), wrong)
        self.guild.purge(self.question, *mistaken)
        self.say(KIM, "Now then.", reply_to=first)
        self.guild.delete(self.question, third)

    def _run_the_server(self) -> None:
        """Do what moderators do elsewhere; another server removes the bot."""
        guild, world = self.guild, self.town.discord.world
        guild.join(WES, "wes", display="Wes Oak")
        guild.rename(WES, "Wesley")
        guild.add_channel("C-other", "others")
        archived, locked = (
            guild.start_thread(WES, "C-other", guild.say(WES, "C-other", "Elsewhere"))
            for _ in range(2)
        )
        guild.say(WES, locked, "A thread of others")
        world.set_thread(world.channel(archived), archived=True)
        world.set_thread(world.channel(locked), locked=True)
        guild.delete_channel(locked)
        guild.delete_channel("C-other")
        place = world.channel(self.channel)
        place.topic = "Practice"
        world.channel_changed(place)
        self.town.discord.guilds["G2"].kick_bot()


@dataclass(frozen=True)
class Left:
    """What a day leaves, and what arrived: kinds of events, and what they told."""

    state: State
    kinds: set[str]
    told: set[type[Inbound]]
    returner: str


async def left(times: int, dice: Random | None = None) -> Left:
    """Return what the day leaves, read again if it came in disorder."""
    async with town(guilds=("G1", "G2"), people=PEOPLE) as here:
        life = Day(here, here.guild)
        for user in set(PEOPLE) - {IVO, KIM}:
            # What is said in a private thread can be cleared by moderators.
            here.guild.close_dms(user)
        await life.morning()
        tape = Tape(here.discord)
        here.turns.awake, tape.rolling = False, True
        await life.day()
        tape.rolling = False
        told = {type(each) for each in heard(here, tape)}
        tape.play(times, dice)
        await here.settle()
        if dice is not None:
            # What was heard just now is not doubted yet.
            here.clock.move(here.clock() + timedelta(minutes=2))
            await here.read_up()
        assert list(unlike_discord(life)) == []
        here.turns.awake = True
        # Until the question shows how many have answered.
        here.clock.move(here.clock() + timedelta(seconds=10))
        await here.settle()
        return Left(whole(here, MOMENTS), tape.kinds(), told, here.discord.id_of(life.returner))


def heard(here: Town, tape: Tape) -> Iterator[Inbound]:
    """Yield what the events of a tape tell."""
    for event in tape.taken:
        yield from receive({"t": event.name, "d": event.data}, here.door._ours(), here.clock())


def unlike_discord(life: Day) -> Iterator[str]:
    """Yield where what is known is not what Discord shows: answers in the thread, and taps."""
    shown = {each.id: each for each in life.guild.thread(life.question)}
    prompt = life.prompt.id
    for answer in life.town.call(lambda work: work.answers.to(prompt)):
        for part in answer.heard:
            message = shown.get(part.message)
            known = None if part.deleted_at else part.text
            if part.channel == life.question and known != (message and message.content):
                yield f"{life.handle(answer.author)} {part}"
        for review in life.town.call(lambda work, a=answer: work.reviews.of(a.id)):  # type: ignore[misc]
            at = life.at(review.post)
            signs = life.guild.message(at.channel, at.message).reactions
            there = {sign for sign, by in signs.items() if review.reviewer in by}
            if there != {tap.emoji for tap in taps_on(review)}:
                yield f"{life.handle(review.reviewer)} {there} {review.taps}"


@pytest.fixture(scope="module")
def expected() -> Left:
    """Return what the day leaves when everything arrives once and in order."""
    return asyncio.run(left(1))


def test_every_kind_of_event_and_interaction_has_its_case(expected: Left) -> None:
    assert expected.kinds >= set(EVENTS) | ONLY_KNOWN
    assert expected.told == set(get_args(Inbound)) - ASKED
    assert expected.kinds >= {f"interaction {kind.value}" for kind in INTERACTIONS}
    assert expected.kinds >= {f"menu {name}" for name in MENUS}


def test_the_day_leaves_something_of_everything(expected: Left) -> None:
    told = "\n".join(row for rows in expected.state.values() for row in rows)

    for status in ("collecting", "in_review", "withdrawn", "asked", "rated", "answered"):
        assert f'"{status}"' in told, status
    for table in ("cohorts", "members", "prompts", "answers", "heard", "reviews", "practices"):
        assert expected.state[table], table


async def test_twice_in_order_leaves_the_same(expected: Left) -> None:
    after = await left(2)

    assert differences(expected.state, after.state) == []


async def test_eleven_times_and_shuffled_leave_the_same_once_read_again(expected: Left) -> None:
    after = await left(TIMES, Random(1))

    assert differences(readable(expected), readable(after)) == []


def readable(day: Left) -> State:
    """Return what can be read again; that taps are right `unlike_discord` sees to."""
    rows = {
        name: [json.loads(row) for row in found if day.returner not in row]
        for name, found in standing(day.state).items()
    }
    for review in rows["reviews"]:
        del review["taps"]
    return {name: [json.dumps(row) for row in found] for name, found in rows.items()}
