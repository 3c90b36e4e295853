"""Who may press what, send what and say what: the whole table, for everybody there can be.

Each table names every button, form and command that exists with those who are let do it; all
others must be refused, and a refusal must leave everything as it was.  One that is missing in
its table fails here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from bot.domain.calibration import alias
from bot.errors import CoachError
from bot.ids import AnswerId, ChannelId, DeliveryKey, UserId, WorkspaceId
from bot.inbound import Author, ButtonPressed, CommandGiven, FormSubmitted
from bot.manual import NAMES
from bot.messages import Reply
from bot.services import intake
from bot.services.desk import Desk
from tests.content.guides import modelled
from tests.fakes import MemoryStore, MemoryWork
from tests.services.clubs import CHANNEL, HERE, OLGA, SCORES, Club
from tests.services.towns import ZONE, Town

Acted = ButtonPressed | FormSubmitted | CommandGiven

ELSEWHERE = WorkspaceId("console:elsewhere")
MEMBERS = frozenset({"owner", "reviewer", "member", "away"})
HERE_ALL = MEMBERS | {"stranger", "left", "organiser", "organiser of another"}
ALL = HERE_ALL | {"elsewhere"}
LED = frozenset({"organiser"})
OWNER = frozenset({"owner"})
REVIEWER = frozenset({"reviewer"})

PRESSES: Mapping[str, tuple[str, frozenset[str]]] = {
    "again": ("again:{judged}", OWNER),
    "another": ("another:{practice}", OWNER),
    "answer": ("answer:{prompt}", MEMBERS),
    "away": ("away:{cohort}", MEMBERS),
    "bar": ("bar:{cohort}", MEMBERS),
    "forgetme": ("forgetme", ALL),
    "helped": ("helped:{review}", OWNER),
    "helpful": ("helpful:{answer}", OWNER),
    "hint": ("hint:{practice}", OWNER),
    "in": ("in:{cohort}:plan", MEMBERS | LED),
    "join": ("join:{cohort}", HERE_ALL),
    "leave": ("leave:{cohort}", MEMBERS),
    "mine": ("mine:{cohort}", MEMBERS),
    "invite": ("invite:{cohort}", LED),
    "model": ("model:{cohort}:{alias}", OWNER),
    "pass": ("pass:{review}:busy", REVIEWER),
    "pause": ("pause:{cohort}", LED),
    "practise": ("practise:mini:{question}", ALL),
    "rate": ("rate:{practice}:4", OWNER),
    "return": ("return:{review}", REVIEWER),
    "review": ("review:{review}", REVIEWER),
    "say": ("say:help", ALL),
    "settings": ("settings:{cohort}", LED),
    "shift": ("shift:{cohort}", LED),
    "skip": ("skip:{cohort}", LED),
    "stop": ("stop:{practice}", OWNER),
    "unhelpful": ("unhelpful:{answer}", OWNER),
    "why": ("why:{review}", REVIEWER),
    "write": ("write:{practice}", OWNER),
}
"""By verb: the action pressed, and who may."""

SUBMITS: Mapping[str, tuple[str, dict[str, str], frozenset[str]]] = {
    "again": ("again:{judged}", {"text": "Much better."}, OWNER),
    # The owner has answered in the thread already.
    "answer": ("answer:{prompt}", {"text": "In private."}, MEMBERS - OWNER),
    "away": ("away:{cohort}", {"until": "2026-12-20"}, MEMBERS),
    "mine": ("mine:{cohort}", {"board_opt": "out"}, MEMBERS),
    "model": ("model:{cohort}:{alias}", SCORES, OWNER),
    "return": ("return:{review}", {"because": "blank"}, REVIEWER),
    "review": ("review:{review}", SCORES, REVIEWER),
    "settings": ("settings:{cohort}", {"time": "18:00"}, LED),
    # There is a cohort in this channel already; elsewhere there is none.
    "setup": ("setup", {"guide": "mini", "start": "2026-12-14"}, frozenset({"elsewhere"})),
    "shift": ("shift:{cohort}", {"by": "1 week"}, LED),
    "skip": ("skip:{cohort}", {"day": "2026-12-24"}, LED),
    "write": ("write:{practice}", {"text": "To myself.", "score": "4"}, OWNER),
}
"""By verb: the form's action, what is filled in, and who may send it."""

COMMANDS: Mapping[str, frozenset[str]] = {
    "away": MEMBERS,
    "away 3 days": MEMBERS,
    "back": MEMBERS,
    "bar": MEMBERS,
    "focus": HERE_ALL,
    "forgetme": ALL,
    "forgetme yes": ALL,
    "guide": ALL,
    "help": ALL,
    "join": HERE_ALL,
    "leaderboard": HERE_ALL,
    "leaderboard out": MEMBERS,
    "leave": HERE_ALL,
    "leave yes": HERE_ALL,
    "me": ALL,
    "mentor": LED,
    "mentor ana": LED,
    "mute 3 days": MEMBERS,
    "mute off": MEMBERS,
    "mydata": ALL,
    "pause": LED,
    "plan": HERE_ALL,
    "practice": ALL,
    "progress": MEMBERS,
    "resume": LED,
    "review": MEMBERS,
    "settings": HERE_ALL,
    "settings time=18:00": LED,
    "settings track=none": MEMBERS,
    "settings my_zone=Asia/Tokyo": MEMBERS,
    "setup mini": frozenset({"elsewhere"}),
    "shift 3 days": LED,
    "skip 2026-12-24": LED,
    "timeline": ALL,
    "today": MEMBERS,
    "why": ALL,
}
"""By words said in the cohort's channel: who may."""

IN_COHORT = {words: who & (MEMBERS | LED) for words, who in COMMANDS.items()}
"""The same said by a button of the cohort from anywhere: nobody else may so much as look."""


@dataclass(frozen=True)
class Stage:
    """A cohort with everything in it that a button can name, and everybody there can be."""

    club: Club
    people: Mapping[str, tuple[WorkspaceId, str]]
    names: Mapping[str, str]

    def outcome(self, event: Acted) -> Reply | CoachError:
        """Return what comes of an event, without keeping anything; a refusal changes nothing."""
        town = self.club.town
        assert isinstance(town.store, MemoryStore)
        tables, coach = town.store.tables.copy(), town.coach
        desk = Desk(MemoryWork(tables), town.now, coach.guides, coach.new_id, coach.rng, ZONE)
        try:
            return intake.take(desk, event)
        except CoachError as refusal:
            assert tables == town.store.tables, "a refusal is kept like any answer"
            return refusal


def _judged(club: Club) -> AnswerId:
    """Return an answer of ana's whose result was told, on the day before."""
    club.answered("ana", "My answer of yesterday.")
    club.reviewed("ana")
    judged = club.answer("ana").id
    club.town.wait(hours=24)
    return judged


@pytest.fixture(scope="module")
def stage() -> Stage:
    town = Town(guide=modelled("mini"))
    club = Club(town, "ana bo cy fay dora eli")
    club.start()
    other = Club(town, "", channel=ChannelId("#other"))
    other.command("otto", "setup mini start=2026-12-07")
    town.wait(minutes=65)
    judged = _judged(club)
    club.command("dora", "away 5 days")
    club.command("eli", "leave yes")
    club.say("ana", "My answer.")
    club.write("ana", "practice")
    club.write("ana", "To myself.")
    town.wait(minutes=11)
    reviewer, _ = sorted(club.reviews("ana"))
    (member,) = {"bo", "cy", "fay"} - set(club.reviews("ana"))
    people = {
        "owner": (HERE, "ana"),
        "reviewer": (HERE, reviewer),
        "member": (HERE, member),
        "away": (HERE, "dora"),
        "left": (HERE, "eli"),
        "stranger": (HERE, "zoe"),
        "organiser": (HERE, OLGA),
        "organiser of another": (HERE, "otto"),
        "elsewhere": (ELSEWHERE, "ana"),
    }
    names = {
        "cohort": club.cohort.id,
        "prompt": club.prompt.id,
        "question": club.prompt.question,
        "answer": club.answer("ana").id,
        "judged": judged,
        "review": club.reviews("ana")[reviewer].id,
        "practice": club.the_practice("ana").id,
        "alias": alias(club.cohort.id, UserId("ana"), "mistake:weak"),
    }
    return Stage(club, people, names)


def _pressed(stage: Stage, who: str, action: str) -> ButtonPressed:
    workspace, user = stage.people[who]
    return ButtonPressed(
        workspace=workspace, by=Author(UserId(user), user), at=stage.club.town.now,
        key=DeliveryKey("it"), channel=CHANNEL, action=action.format(**stage.names),
    )  # fmt: skip


def _expect(stage: Stage, event: Acted, *, allowed: bool) -> None:
    outcome = stage.outcome(event)

    refused = isinstance(outcome, CoachError) or bool(outcome.errors)
    assert refused != allowed, outcome


EVERYBODY = pytest.mark.parametrize("who", sorted(ALL))


@EVERYBODY
@pytest.mark.parametrize("verb", sorted(PRESSES))
def test_a_button_does_something_for_those_who_may_and_for_nobody_else(
    stage: Stage, verb: str, who: str
) -> None:
    action, allowed = PRESSES[verb]

    _expect(stage, _pressed(stage, who, action), allowed=who in allowed)


@EVERYBODY
@pytest.mark.parametrize("verb", sorted(SUBMITS))
def test_a_form_does_something_for_those_who_may_and_for_nobody_else(
    stage: Stage, verb: str, who: str
) -> None:
    action, fields, allowed = SUBMITS[verb]
    pressed = _pressed(stage, who, action)
    event = FormSubmitted(
        workspace=pressed.workspace, by=pressed.by, at=pressed.at, key=pressed.key,
        channel=CHANNEL, action=pressed.action, fields=fields,
    )  # fmt: skip

    _expect(stage, event, allowed=who in allowed)


@EVERYBODY
@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_a_command_in_the_channel_is_obeyed_for_those_who_may_and_for_nobody_else(
    stage: Stage, words: str, who: str
) -> None:
    pressed = _pressed(stage, who, "")
    event = CommandGiven(
        workspace=pressed.workspace, by=pressed.by, at=pressed.at, key=pressed.key,
        channel=CHANNEL, text=words,
    )  # fmt: skip

    _expect(stage, event, allowed=who in COMMANDS[words])
    _expect(stage, _pressed(stage, who, f"say:{words}"), allowed=who in COMMANDS[words])


@EVERYBODY
@pytest.mark.parametrize("words", sorted(IN_COHORT))
@pytest.mark.parametrize("channel", [None, ChannelId("#other")])
def test_a_button_of_a_cohort_is_for_its_people_only_wherever_they_are(
    stage: Stage, words: str, who: str, channel: ChannelId | None
) -> None:
    event = replace(_pressed(stage, who, "in:{cohort}:" + words), channel=channel)

    _expect(stage, event, allowed=who in IN_COHORT[words])


def test_every_button_form_and_command_is_in_its_table() -> None:
    assert set(PRESSES) == set(intake.PRESSES)
    assert set(SUBMITS) == set(intake.SUBMITS)
    assert {words.split()[0] for words in COMMANDS} == set(NAMES)
