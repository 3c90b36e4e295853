"""Commands: who may give them, where, and which service answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot import commands
from bot.commands import (
    Away,
    Back,
    Command,
    Focus,
    ForgetMe,
    Help,
    Join,
    Leaderboard,
    Leave,
    MyData,
    Pause,
    Practise,
    Progress,
    Resume,
    Settings,
    Setup,
    Shift,
    ShowGuide,
    ShowPlan,
    Skip,
    Timeline,
    Today,
)
from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.errors import ChannelOnly, CoachError, NoCohortHere, NotAMember, TooLate, UnknownCommand
from bot.inbound import CommandGiven, FormSubmitted
from bot.messages import Reply
from bot.services import cohorts, members, people, practices, standings
from bot.services.desk import Desk
from bot.voice import screens
from content.schema import Guide

LONGEST_COMMAND = 3
"""Words of the longest command that is likely in private: “practice system design”."""


def answer(desk: Desk, event: CommandGiven) -> Reply:
    """Do what a command asks, or refuse."""
    cohort = _cohort(desk, event)
    zone = cohort.plan.zone if cohort else desk.zone
    # “tomorrow” counts from the day on which it was said, however late it reached us.
    today = cadence.local_day(zone, event.at)
    asked = commands.parse(event.text, today=today, guides=desk.guides)
    return _everybody(desk, event, cohort, asked)


def is_command(words: str, guides: Mapping[str, Guide]) -> bool:
    """Tell whether somebody practising means a command rather than an answer.

    Answers may begin with a command's word ("Leave me ..."), so only a short line that reads
    as one counts.
    """
    if len(words.split()) > LONGEST_COMMAND:
        return False
    try:
        commands.parse(words, today=date(2000, 1, 3), guides=guides)
    except UnknownCommand:
        return False
    except CoachError:
        return True
    return True


def submit_setup(desk: Desk, event: FormSubmitted) -> Reply:
    """Start a cohort from the form; what cannot be read is said at its field."""
    if event.channel is None:
        raise ChannelOnly("setup")
    today = cadence.local_day(desk.zone, desk.now)
    errors = []
    for name, value in event.fields.items():
        word = value if name == "guide" else f"{name}={value}"
        try:
            commands.parse(f"setup {word}", today=today, guides=desk.guides)
        except CoachError as refusal:
            errors.append((name, str(refusal)))
    if errors:
        return Reply(errors=tuple(errors))
    words = [v if n == "guide" else f"{n}={v}" for n, v in event.fields.items()]
    asked = commands.parse(f"setup {' '.join(words)}", today=today, guides=desk.guides)
    assert isinstance(asked, Setup), "it says setup"
    return cohorts.set_up(desk, event, event.channel, asked)


def _everybody(desk: Desk, event: CommandGiven, cohort: Cohort | None, asked: Command) -> Reply:
    """Do what needs no cohort; pass everything else on."""
    match asked:
        case Setup():
            if event.channel is None:
                raise ChannelOnly("setup")
            return cohorts.set_up(desk, event, event.channel, asked)
        case Help(topic=topic):
            organiser = cohort is not None and cohort.led_by(event.by.id)
            return Reply((screens.help_(topic, organiser=organiser or cohort is None),))
        case Timeline():
            return Reply((screens.timeline(people.guide_of(desk, cohort)),))
        case ShowGuide():
            return Reply((screens.guide(people.guide_of(desk, cohort)),))
        case Practise(what=what):
            return practices.start(desk, event, what)
        case MyData():
            return people.my_data(desk, event.workspace, event.by.id)
        case ForgetMe(sure=sure):
            return people.forget(desk, event.workspace, event.by.id, sure=sure)
    if cohort is None:
        raise NoCohortHere if event.channel else NotAMember
    return _members(desk, event, cohort, asked)


def _members(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Command) -> Reply:
    """Do what concerns one's own membership; pass the rest on."""
    user = event.by.id
    match asked:
        case Join(track=track):
            return members.join(desk, cohort, event.by, event.at, track)
        case Leave():
            return members.leave(desk, cohort, user, event.at)
        case Away(back_on=back_on):
            return members.away(desk, cohort, user, event.at, back_on)
        case Back():
            return members.back(desk, cohort, user, event.at)
        case Leaderboard(opt="in" | "out" as opt):
            return members.list_on_board(desk, cohort, user, listed=opt == "in")
        case Settings():
            return _settings(desk, event, cohort, asked)
    return _looks(desk, event, cohort, asked)


def _looks(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Command) -> Reply:
    """Show what is asked for; pass the rest on."""
    match asked:
        case Today():
            return people.today(desk, cohort, event.by.id)
        case Focus(week=week):
            return people.focus(desk, cohort, week)
        case ShowPlan():
            return people.plan(desk, cohort)
        case Progress():
            return standings.progress(desk, cohort, event.by.id)
        case Leaderboard():
            return standings.show(desk, cohort)
    return _organisers(desk, event, cohort, asked)


def _organisers(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Command) -> Reply:
    """Change what only organisers may, while there is something to change."""
    if cohort.status == "ended" and cohort.led_by(event.by.id):
        raise TooLate("This cohort has ended.")
    match asked:
        case Pause():
            return cohorts.pause(desk, cohort, event)
        case Resume():
            return cohorts.resume(desk, cohort, event)
        case Skip():
            return cohorts.skip(desk, cohort, event, asked)
        case Shift(days=days):
            return cohorts.shift(desk, cohort, event, days)
    raise AssertionError(f"no service answers {type(asked).__name__}")


def _settings(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Settings) -> Reply:
    """Change one's own settings and, as an organiser, the cohort's; show what they are now."""
    changes = asked.changes
    member = desk.work.members.get(cohort.id, event.by.id)
    if "track" in changes:
        # A refusal is an answer, so its transaction is kept: refuse before anything is changed.
        members.check_track(desk, cohort, event.by.id, changes["track"])
    if changes.keys() - commands.OWN_SETTINGS:
        cohort = cohorts.change_settings(desk, cohort, event, changes)
    if "track" in changes:
        member = members.set_track(desk, cohort, event.by.id, changes["track"])
    return Reply((screens.settings(cohort, member),))


def _cohort(desk: Desk, event: CommandGiven) -> Cohort | None:
    """Return the channel's cohort; in private the newest one the person belongs to or leads."""
    if event.channel is not None:
        return desk.work.cohorts.at(event.workspace, event.channel)
    mine = desk.work.cohorts.of(event.workspace, event.by.id)
    mine = mine or desk.work.cohorts.led(event.workspace, event.by.id)
    return next((cohort for cohort in mine if cohort.status != "ended"), next(iter(mine), None))
