"""Whatever Slack sends eleven times and in any order leaves what it leaves once and in order.

A day is lived while nothing arrives; then all of it arrives in a burst, under other event and
envelope ids.  What nobody can make up for is not in it: see `tests/services/test_replay.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import get_args

import pytest

from adapters.slack.manifest import EVENTS, SHORTCUTS
from adapters.slack.ours import Ours
from adapters.slack.receive import receive
from bot.ids import UserId
from bot.inbound import Inbound, ReactionsCleared
from tests.slack.lives import Life, scores
from tests.slack.rows import READ_AGAIN, State, differences, whole
from tests.slack.tapes import Tape
from tests.slack.towns import CHANNEL, WAYS, How, town

TIMES = 11
PEOPLE = {f"U{number}": f"Member{number} Ito" for number in range(11, 33)} | {"U9": "Olga Oak"}
ANA, BO, CY, DORA, GUS, IVO, JUN, KIM = (f"U{number}" for number in range(11, 19))
BUSY = {ANA, BO, CY, DORA, GUS, IVO, JUN, KIM}
OLGA, ZOE, WES = "U9", "U51", "U52"


async def morning(life: Life) -> None:
    """Live until half past nine: some answers are with their reviewers, forms are open."""
    await life.begin(*(user for user in PEOPLE if user != OLGA))
    await life.wait(15)
    for user in (ANA, BO, CY):
        life.say(user, f"Answer of {user}.")
        await life.town.settle()
    life.say(DORA, "A first part.")
    await life.town.settle()
    for user in (GUS, JUN):
        await life.press(user, CHANNEL, life.question, "answer:")
    await life.submit(GUS, {"text": "Private."})
    await life.wait(25)
    await life.practise(IVO)
    await life.practise(KIM)
    await life.press(GUS, CHANNEL, life.question, "answer:")
    await life.open_review(ANA, sorted(life.reviews_of(ANA))[1])


async def day(life: Life) -> None:
    """Live through everything that people can do in Slack."""
    await talk(life)
    await judge(life)
    await come_and_go(life)
    await command(life)
    await write(life)


async def talk(life: Life) -> None:
    """Continue, change and delete what was answered before."""
    life.say(DORA, "A second part that comes too late to count.")
    await life.wait(2)
    first = life.answer_of(DORA).heard[0].message
    life.team.edit(DORA, CHANNEL, first, "A first part, changed.")
    await life.wait(2)
    life.team.edit(DORA, CHANNEL, first, "A first part, changed twice.")
    await life.wait(2)
    taken_back = life.answer_of(CY).heard[0].message
    life.team.edit(CY, CHANNEL, taken_back, "Never mind.")
    await life.wait(2)
    life.team.delete(CHANNEL, taken_back)


async def judge(life: Life) -> None:
    """Tap, take back, tap again, fill in a form; and tap what one was not asked to."""
    one, other = sorted(life.reviews_of(ANA))
    for name, on in (("two", True), ("two", False), ("four", True), ("fire", True)):
        await life.wait(1)
        life.rate(ANA, one, name, on=on)
    await life.wait(1)
    life.rate(ANA, one, "fire", on=False)
    life.rate(ANA, one, "speech_balloon")
    await life.submit(other, scores(life, "4", comment="On reflection."))
    undecided = min(life.reviews_of(BO))
    for on in (True, False, True, False):
        await life.wait(1)
        life.rate(BO, undecided, "five", on=on)
    life.team.react(KIM, CHANNEL, life.question, "five")


async def come_and_go(life: Life) -> None:
    """Leave, come back, close an account, be away: only people who review nothing today."""
    asked = {user for author in (ANA, BO, CY, DORA, GUS) for user in life.reviews_of(author)}
    leaver, returner, traveller, closed, *_ = [
        user for user in PEOPLE if user not in asked | BUSY | {OLGA}
    ]
    life.team.leave(leaver, CHANNEL)
    life.team.leave(returner, CHANNEL)
    await life.wait(1)
    life.team.join(returner, CHANNEL)
    await life.command(returner, "join")
    await life.command(traveller, "away until 2026-12-14")
    life.team.deactivate(closed)
    await life.wait(1)
    life.team.join(ZOE, CHANNEL)
    await life.press(ZOE, CHANNEL, life.team.messages(CHANNEL)[0].ts, "join:")


async def command(life: Life) -> None:
    """Change the cohort and oneself in ways that do not contradict each other."""
    await life.command(OLGA, "skip 2026-12-24")
    life.team.say(ANA, CHANNEL, f"<@{life.team.bot_user}> leaderboard out")
    life.write(BO, "settings track=remote")
    await life.team.shortcut(JUN, CHANNEL, life.question, "practise")
    await life.team.shortcut(GUS, CHANNEL, life.question, "second-take")
    await life.team.open_home(ANA)
    for text in ("today", "plan", "help", "mydata", "nonsense", "away yesterday"):
        await life.command(ANA, text)


async def write(life: Life) -> None:
    """Answer in several parts, change and delete some, answer by form, practise alone."""
    first = life.say(IVO, "One.")
    second = life.say(IVO, "Two.", files=2)
    mistaken = life.say(KIM, "Sent too soon.")
    await life.submit(GUS, {"text": "Private, changed."})
    alone = life.write(IVO, "My answer to myself.")
    wrong = life.write(KIM, "Not this.")
    life.write(KIM, "But this.")
    await life.wait(1)
    life.team.edit(IVO, CHANNEL, first, "One, changed.")
    life.team.edit(IVO, life.team.dm(IVO), alone, "My answer to myself, changed.")
    life.team.delete(life.team.dm(KIM), wrong)
    life.team.delete(CHANNEL, mistaken)
    life.say(KIM, "Now then.", broadcast=True)
    root = life.team.say(WES, "G1", "Elsewhere")
    life.team.say(WES, "G1", "A thread of others", thread=root)
    await life.wait(1)
    life.team.edit(IVO, CHANNEL, first, "One, changed again.")
    life.team.delete(CHANNEL, second)
    life.say(IVO, "Three.")


@asynccontextmanager
async def lived(how: How) -> AsyncIterator[tuple[Life, Tape]]:
    """Live the morning, then the day with nothing arriving; the newest of it is just over."""
    async with town(how, people=PEOPLE) as here:
        life = Life(here, here.team)
        for user, name in ((ZOE, "Zoe Oak"), (WES, "Wes Oak")):
            life.team.add_user(user, name, display=name)
        life.team.add_channel("G1", "others", [WES], private=True)
        await morning(life)
        tape = Tape(here.slack)
        here.turns.awake, tape.rolling = False, True
        await day(life)
        here.turns.awake, tape.rolling = True, False
        yield life, tape


async def left(how: How, times: int, dice: Random | None) -> tuple[State, State, State]:
    """Return what the day leaves; the same for what can be read again; and that read again."""
    async with lived(how) as (life, tape):
        await tape.play(times, dice)
        await life.town.settle()
        after, legible = whole(life.town), whole(life.town, READ_AGAIN)
        await life.town.read_up()
        return after, legible, whole(life.town, READ_AGAIN)


@pytest.fixture(scope="module")
def expected() -> State:
    """Return what the day leaves when everything arrives once and in order."""
    return asyncio.run(left("socket", 1, None))[0]


async def test_every_kind_of_event_and_interaction_has_its_case() -> None:
    async with lived("socket") as (life, tape):
        workspace = next(iter(life.town.couriers)).workspace
        ours = Ours(
            workspace.id, workspace.team, workspace.bot_user, workspace.bot_id, workspace.app,
            lambda user: PEOPLE.get(UserId(user), ""),
        )  # fmt: skip
        taken = [receive(each.payload, ours, life.town.clock()) for each in tape.taken]

    # In Slack nobody can clear the reactions of others.
    known = set(get_args(Inbound)) - {ReactionsCleared}
    assert {type(event) for event in taken if event is not None} == known
    asked = {"command", "block_actions", "view_submission", "message_action"}
    said = {"message_changed", "message_deleted", "thread_broadcast", "file_share"}
    assert tape.kinds() >= set(EVENTS) | asked | said
    shortcuts = {each.payload.get("callback_id") for each in tape.taken}
    assert shortcuts >= set(SHORTCUTS)


def test_the_day_leaves_something_of_everything(expected: State) -> None:
    told = "\n".join(row for rows in expected.values() for row in rows)

    for status in ("collecting", "in_review", "done", "withdrawn", "asked", "rated", "answered"):
        assert f'"{status}"' in told, status
    for table in ("cohorts", "members", "prompts", "answers", "heard", "reviews", "practices"):
        assert expected[table], table


@pytest.mark.parametrize(("how", "seed"), [*zip(WAYS, (1, 2), strict=True)])
async def test_eleven_times_and_shuffled_leave_the_same(
    expected: State, how: How, seed: int
) -> None:
    after, legible, read = await left(how, TIMES, Random(seed))

    assert differences(expected, after) == []
    assert differences(legible, read) == []
