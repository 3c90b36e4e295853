"""Events that arrive many times and in any order leave what they leave when all goes well.

A day is lived once while nobody listens; then its events arrive in a burst, at one moment:
once and in order, or eleven times and shuffled.  What they leave must be the same.

Some orders cannot be made up for, and no event of the day depends on them:

- What needs a cohort (`join`, `settings`) needs `setup` first, and a membership needs `join`
  first: who is nobody yet is refused, or told how to join, and nothing is kept of them.
  What a member wrote after joining and we heard before is read again on settling.
- An edit of an answer and a review of it: reviewers read what we showed them, so the text
  they judged is the one we had when their reaction reached us.
- Two opposite words about one thing that carry no time of their own (`helpful` and not,
  `skip` and `skip undo` of one date, a setting given twice, rating one's own practice and
  writing on): a person waits for the answer to each, so platforms deliver them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import DeliveryKey, UserId
from bot.inbound import (
    CommandGiven,
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
)
from tests.examples import cases
from tests.services.clubs import OLGA, SCORES, Club, a_club
from tests.services.states import State, state
from tests.services.towns import Town
from tests.services.towns import on as moment

TIMES = 11
MORNING = moment(7, "09:30")
PEOPLE = (
    "ana bo cy dora gus ivo jun eli fay hana kim lea max nia oli pat quin rob sue tom uma vic wes"
)
BUSY = frozenset({"ana", "bo", "cy", "dora", "gus", "ivo", "jun"})
"""Who has something else to do than to come and go."""
OF_THE_PLATFORM = (MessageSaid, MessageEdited, MessageDeleted, Reacted, MembershipChanged)
"""What platforms may report again under another id."""


def _morning() -> Club:
    """Return a club with answers in review, a practice open, and nobody listening from now on."""
    club = a_club(PEOPLE)
    for who in ("ana", "bo", "cy"):
        club.say(who, f"Answer of {who}.")
    club.say("dora", "A first part.")
    # Given now, because an answer by form goes to reviewers at once: whom it goes to hangs on
    # who has least to do at that moment, and on dice.
    club.submit("gus", _form(club), text="Private.")
    club.town.wait(minutes=11)
    club.write("ivo", "practice")
    club.town.until(MORNING + timedelta(minutes=1))
    club.town.awake = False
    return club


def _since_morning(club: Club) -> tuple[Inbound, ...]:
    return tuple(event for event in club.town.log if event.at > MORNING)


def _day(club: Club) -> None:
    """Live through everything that people can do; the newest messages are minutes old."""
    _talk(club)
    _judge(club)
    _come_and_go(club)
    _command(club)
    _write(club)


def _talk(club: Club) -> None:
    """Continue, change and delete what was answered before."""
    club.say("dora", "A second part that comes too late to count.")
    club.town.wait(minutes=2)
    first = club.answer("dora").heard[0].message
    club.edit(first, "A first part, changed.")
    club.town.wait(minutes=2)
    club.edit(first, "A first part, changed twice.")
    club.town.wait(minutes=2)
    taken_back = club.answer("cy").heard[0].message
    club.edit(taken_back, "Never mind.")
    club.town.wait(minutes=2)
    club.delete(taken_back)


def _judge(club: Club) -> None:
    """Tap, take back, tap again; fill in a form twice; say what helped."""
    one, other = sorted(club.reviews("ana"))
    for emoji, on in (("2️⃣", True), ("2️⃣", False), ("4️⃣", True), ("💬", True), ("🔥", True)):
        club.town.wait(minutes=1)
        club.rate("ana", one, emoji, on=on)
    club.town.wait(minutes=1)
    club.rate("ana", one, "🔥", on=False)
    form = f"review:{club.reviews('ana')[other].id}"
    club.press(other, form)
    club.submit(other, form, **{**SCORES, "clarity": "1"}, comment="At first.")
    club.town.wait(minutes=1)
    club.submit(other, form, **SCORES, comment="On reflection.")
    club.press("ana", f"helped:{club.reviews('ana')[other].id}")
    undecided = min(club.reviews("bo"))
    for on in (True, False, True, False):
        club.town.wait(minutes=1)
        club.rate("bo", undecided, "5️⃣", on=on)
    club.tap("bo", club.reviews("ana")[one].post, "1️⃣")
    for emoji in ("2️⃣", "💬"):
        club.rate("bo", undecided, emoji)
    post = club.reviews("bo")[undecided].post
    club.town.wait(minutes=1)
    club.clear(post, "💬")
    club.town.wait(minutes=1)
    club.clear(post)


def _come_and_go(club: Club) -> None:
    """Leave and come back, be away and back: only people who review nothing today."""
    idle = [name for name in club.people if not club.owed(name) and name not in BUSY]
    leaver, returner, traveller, home = idle[:4]
    club.exit(leaver)
    club.exit(returner)
    club.town.wait(minutes=1)
    club.enter(returner)
    club.command(returner, "join")
    club.command(traveller, "away until 2026-12-14")
    club.command(home, "away until 2026-12-16")
    club.town.wait(minutes=1)
    club.command(home, "back")
    club.press("zoe", f"join:{club.cohort.id}")


def _command(club: Club) -> None:
    """Change the cohort and oneself in ways that do not contradict each other."""
    club.command(OLGA, "pause")
    club.town.wait(minutes=1)
    club.command(OLGA, "resume")
    club.command(OLGA, "skip 2026-12-24")
    club.command(OLGA, "shift 1")
    club.command("ana", "leaderboard out")
    club.command("bo", "settings track=remote")
    club.command(OLGA, "settings grace=12h")
    club.use_on_question("jun", "practise")
    club.use_on_question("gus", "second-take")
    for text in ("today", "plan", "help", "mydata", "nonsense", "away yesterday"):
        club.command("ana", text)


def _write(club: Club) -> None:
    """Answer in several parts, change and delete some; answer by form; practise alone."""
    first = club.say("ivo", "One.")
    second = club.say("ivo", "Two.")
    mistaken = club.say("jun", "Sent too soon.")
    club.submit("gus", _form(club), text="Private, changed.")
    club.write("ivo", "My answer to myself.")
    club.town.wait(minutes=1)
    club.edit(first, "One, changed.")
    club.delete(mistaken)
    club.say("jun", "Now then.")
    club.submit("gus", _form(club), text="Private, changed twice.")
    club.town.wait(minutes=1)
    club.edit(first, "One, changed again.")
    club.delete(second)
    club.say("ivo", "Three.")


def _form(club: Club) -> str:
    return f"answer:{club.prompt.id}"


def _arrive(town: Town, events: Sequence[Inbound]) -> State:
    """Let events arrive in a burst, one moment after the last, and return what they leave."""
    town.awake = True
    for event in events:
        town.handle(event)
    town.settle()
    return state(town)


@pytest.fixture(scope="module")
def lived() -> tuple[Inbound, ...]:
    """Return the events of the day, in order."""
    club = _morning()
    _day(club)
    return _since_morning(club)


@pytest.fixture(scope="module")
def expected(lived: tuple[Inbound, ...]) -> State:
    """Return what the day leaves when each event arrives once and in order."""
    return _arrive(_town_after(lived), lived)


def _town_after(events: Sequence[Inbound]) -> Town:
    """Return the town as it was in the morning, at the hour at which the events arrive."""
    town = _morning().town
    town.now = max(event.at for event in events)
    return town


def test_every_kind_of_event_has_its_case(lived: tuple[Inbound, ...]) -> None:
    assert {type(event) for event in lived} == set(get_args(Inbound))


def test_the_day_leaves_something_of_everything(expected: State) -> None:
    kinds = {key[0] for key in expected}
    answers = [value for key, value in expected.items() if key[0] == "answer" and len(key) == 3]
    stages = {each["status"] for each in answers if isinstance(each, dict)}

    assert kinds == {"cohort", "member", "answer", "practice"}
    assert stages == {"collecting", "in_review", "done", "withdrawn"}


@pytest.mark.parametrize("seed", range(12))
def test_eleven_times_and_shuffled_leave_the_same(
    lived: tuple[Inbound, ...], expected: State, seed: int
) -> None:
    events = [event for event in lived for _ in range(TIMES)]
    Random(seed).shuffle(events)

    assert _arrive(_town_after(lived), events) == expected


def test_backwards_leaves_the_same(lived: tuple[Inbound, ...], expected: State) -> None:
    assert _arrive(_town_after(lived), lived[::-1]) == expected


def test_again_from_the_start_leaves_the_same(lived: tuple[Inbound, ...], expected: State) -> None:
    assert _arrive(_town_after(lived), lived * TIMES) == expected


@pytest.mark.parametrize("seed", range(4))
def test_what_platforms_report_again_under_new_ids_changes_nothing(
    lived: tuple[Inbound, ...], expected: State, seed: int
) -> None:
    again = [
        replace(event, key=DeliveryKey(f"{event.key} again {n}"))
        for event in lived
        for n in range(3)
        if isinstance(event, OF_THE_PLATFORM)
    ]
    events = [*lived, *again]
    Random(seed).shuffle(events)

    assert _arrive(_town_after(lived), events) == expected


@cases(15)
@given(st.randoms(use_true_random=False))
def test_any_order_of_one_persons_words_leaves_the_same(dice: Random) -> None:
    club = _morning()
    _write(club)
    events = [each for each in _since_morning(club) if each.by.id in ("ivo", "jun", "")]
    once = _arrive(_town_after(events), events)

    dice.shuffle(events)

    assert _arrive(_town_after(events), events) == once


def test_a_command_again_under_another_id_is_another_command() -> None:
    club = a_club()
    club.command(OLGA, "shift 1")
    event = club.town.log[-1]
    assert isinstance(event, CommandGiven)
    start = club.cohort.plan.start

    club.town.take(event)
    assert club.cohort.plan.start == start
    club.town.take(replace(event, key=DeliveryKey("another")))

    assert club.cohort.plan.start > start


def test_the_result_of_a_burst_is_told_once(lived: tuple[Inbound, ...]) -> None:
    town = _town_after(lived)
    events = [event for event in lived for _ in range(TIMES)]
    Random(5).shuffle(events)
    said = len(town.sent)

    _arrive(town, events)
    town.wait(days=3)

    results = [each for each in town.told(UserId("ana")) if each.topic == "result"]
    assert len(town.sent) > said
    assert len(results) == 1
