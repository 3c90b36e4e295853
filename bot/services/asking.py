"""Commands: who may give them, where, and which service answers."""

from __future__ import annotations

from datetime import date

from bot import commands
from bot.commands import (
    Away,
    Back,
    Bar,
    Command,
    Focus,
    ForgetMe,
    Help,
    Join,
    Leaderboard,
    Leave,
    Me,
    Mentor,
    Mute,
    MyData,
    Pause,
    Practise,
    Progress,
    Pull,
    Resume,
    Settings,
    Setup,
    Shift,
    ShowGuide,
    ShowPlan,
    Skip,
    Timeline,
    Today,
    Why,
)
from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.errors import ChannelOnly, NoCohortHere, NoCohortYet, TooLate
from bot.ids import CohortId
from bot.inbound import CommandGiven
from bot.messages import NOTHING, Reply
from bot.services import (
    calibrations,
    cohorts,
    digests,
    forms,
    handing,
    members,
    mentors,
    overviews,
    people,
    practices,
    standings,
)
from bot.services.desk import Desk
from bot.voice import replies, screens
from content.schema import Guide


def answer(desk: Desk, event: CommandGiven) -> Reply:
    """Do what a command asks, or refuse; courtesy is answered in kind."""
    courtesy = commands.courtesy(event.text)
    if courtesy is not None:
        return _kindly(courtesy, direct=event.channel is None)
    return _answer(desk, event, _cohort(desk, event))


def answer_in(desk: Desk, event: CommandGiven, cohort_id: CohortId) -> Reply:
    """Do what is asked of one cohort, wherever that happens, for its members and organisers."""
    cohort = desk.cohort(event.workspace, cohort_id)
    if not cohort.led_by(event.by.id):
        desk.member(cohort, event.by.id)
    return _answer(desk, event, cohort)


def _kindly(courtesy: commands.Courtesy, *, direct: bool) -> Reply:
    if courtesy == "greeting":
        return Reply((replies.hello(),))
    if courtesy == "thanks":
        return Reply((replies.welcome(),))
    # In a talk between two nothing need be said; a command that shows nothing looks broken.
    return NOTHING if direct else Reply((replies.noted(),))


def _answer(desk: Desk, event: CommandGiven, cohort: Cohort | None) -> Reply:
    zone = cohort.plan.zone if cohort else desk.zone
    # “tomorrow” counts from the day on which it was said, however late it reached us.
    today = cadence.local_day(zone, event.at)
    asked = commands.parse(event.text, today=today, guides=desk.guides)
    return _everybody(desk, event, cohort, asked)


def _everybody(desk: Desk, event: CommandGiven, cohort: Cohort | None, asked: Command) -> Reply:
    """Do what needs no cohort; pass everything else on."""
    match asked:
        case Setup():
            if event.channel is None:
                raise ChannelOnly("setup")
            return cohorts.set_up(desk, event, event.channel, asked)
        case Help(topic=topic):
            return _help(event, cohort, topic)
        case Timeline():
            return Reply((screens.timeline(_guide(desk, event, cohort)),))
        case ShowGuide():
            return Reply((screens.guide(_guide(desk, event, cohort)),))
    return _persons(desk, event, cohort, asked)


def _guide(desk: Desk, event: CommandGiven, cohort: Cohort | None) -> Guide:
    """Return the cohort's guide, or the only one there is."""
    if cohort is not None:
        return desk.guide(cohort)
    if len(desk.guides) == 1:
        return next(iter(desk.guides.values()))
    raise NoCohortHere if event.channel else NoCohortYet


def _help(event: CommandGiven, cohort: Cohort | None, topic: str | None) -> Reply:
    organiser = cohort is None or cohort.led_by(event.by.id)
    free = event.channel is not None and (cohort is None or cohort.status == "ended")
    return Reply((screens.help_(topic, organiser=organiser, free=free),))


def _persons(desk: Desk, event: CommandGiven, cohort: Cohort | None, asked: Command) -> Reply:
    """Do what concerns one person in a whole workspace; pass the rest on."""
    user = event.by.id
    match asked:
        case Practise(what=what):
            return practices.start(desk, event, what)
        case Me():
            return overviews.me(desk, event.workspace, user)
        case Why():
            return digests.why(desk, event.workspace, user, cohort)
        case MyData():
            return people.my_data(desk, event.workspace, user)
        case ForgetMe(sure=sure):
            return people.forget(desk, event.workspace, user, sure=sure)
    if cohort is None:
        raise NoCohortHere if event.channel else NoCohortYet
    return _members(desk, event, cohort, asked)


def _members(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Command) -> Reply:
    """Do what concerns one's own membership; pass the rest on."""
    user = event.by.id
    match asked:
        case Join(track=track):
            return members.join(desk, cohort, event.by, event.at, track)
        case Leave(sure=False) if desk.is_member(cohort, user):
            return overviews.ask_to_leave(desk, cohort)
        case Leave():
            return members.leave(desk, cohort, user, event.at)
        case Away() | Back() | Mute():
            return _breaks(desk, event, cohort, asked)
        case Leaderboard(opt="in" | "out" | "anonymous" as opt):
            return members.list_on_board(desk, cohort, user, opt)
        case Settings():
            return _settings(desk, event, cohort, asked)
    return _looks(desk, event, cohort, asked)


def _breaks(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Away | Back | Mute) -> Reply:
    """Give somebody a rest, or end it."""
    user = event.by.id
    match asked:
        case Mute(until=until):
            return members.mute(desk, cohort, user, until)
        case Away(back_on=None):
            return forms.away(desk, cohort, user)
        case Away(back_on=date() as back_on):
            return members.away(desk, cohort, user, event.at, back_on)
        case _:
            return members.back(desk, cohort, user, event.at)


def _looks(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Command) -> Reply:
    """Show what is asked for; pass the rest on."""
    match asked:
        case Today():
            return people.today(desk, cohort, event.by.id)
        case Focus(week=week):
            return people.focus(desk, cohort, week)
        case ShowPlan():
            return people.plan(desk, cohort)
        case Pull():
            return handing.pull(desk, cohort, event.by.id)
        case Bar():
            return calibrations.show(desk, cohort, event.by.id)
        case Progress():
            return standings.progress(desk, cohort, event.by.id)
        case Leaderboard():
            return standings.show(desk, cohort, event.by.id)
    return _organisers(desk, event, cohort, asked)


def _organisers(desk: Desk, event: CommandGiven, cohort: Cohort, asked: Command) -> Reply:
    """Change what only organisers may, while there is something to change."""
    if cohort.status == "ended" and cohort.led_by(event.by.id):
        raise TooLate("This cohort has ended.")
    match asked:
        case Pause():
            return cohorts.pause(desk, cohort, event)
        case Mentor():
            return mentors.change(desk, cohort, event, asked)
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
    # A refusal is an answer, so its transaction is kept: refuse before anything is changed.
    if "track" in changes:
        members.check_track(desk, cohort, event.by.id, changes["track"])
    if "my_zone" in changes:
        desk.member(cohort, event.by.id)
    if changes.keys() - commands.OWN_SETTINGS:
        cohort = cohorts.change_settings(desk, cohort, event, changes)
    if "track" in changes:
        member = members.set_track(desk, cohort, event.by.id, changes["track"])
    if "my_zone" in changes:
        member = members.set_zone(desk, cohort, event.by.id, changes["my_zone"])
    return Reply(
        (
            screens.settings(
                cohort,
                member,
                desk.own_day(cohort, member),
                led=cohort.led_by(event.by.id),
                changed=bool(changes),
            ),
        )
    )


def _cohort(desk: Desk, event: CommandGiven) -> Cohort | None:
    """Return the channel's cohort; in private the newest one the person belongs to or leads."""
    if event.channel is not None:
        return desk.work.cohorts.at(event.workspace, event.channel)
    mine = desk.work.cohorts.of(event.workspace, event.by.id)
    mine = mine or desk.work.cohorts.led(event.workspace, event.by.id)
    return next((cohort for cohort in mine if cohort.status != "ended"), next(iter(mine), None))
