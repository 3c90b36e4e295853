"""Forms: open them with what stands there now, and do what was sent, field by field.

What cannot be read is said at its field, and nothing of the form is done then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from bot import commands, options
from bot.arguments import Words
from bot.commands import Away, Shift, Skip
from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.errors import BadArgument, ChannelOnly, CoachError, DateIsPast, TooLate
from bot.ids import CohortId, UserId
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted
from bot.messages import Reply
from bot.services import cohorts, members, posting
from bot.services.desk import Desk
from bot.voice import forms as say
from bot.voice import screens
from bot.voice.words import at_field
from bot.words import echo, tidy

Errors = tuple[tuple[str, str], ...]
ReadField = Callable[[str, str, Words], tuple[str, object]]
C = TypeVar("C", bound=commands.Command)


def open_(desk: Desk, event: ButtonPressed, verb: str, cohort_id: CohortId) -> Reply:
    """Open the form a button asks for: one's own settings, days off, or an organiser's."""
    cohort, user = desk.cohort(event.workspace, cohort_id), event.by.id
    if verb == "away":
        return away(desk, cohort, user)
    if verb == "mine":
        return Reply(form=say.own(cohort, desk.member(cohort, user), desk.guide(cohort)))
    cohorts.require_organiser(cohort, event, verb)
    if verb == "settings":
        member = desk.work.members.get(cohort.id, user)
        here = member if member is not None and not member.left else None
        return Reply(form=say.settings(cohort, here, desk.guide(cohort)))
    _refuse_ended(cohort)
    if verb == "shift":
        return Reply(form=say.shift(cohort))
    ahead = posting.ahead(desk, cohort, 1)
    zone, tomorrow = cohort.plan.zone, desk.today(cohort) + timedelta(days=1)
    return Reply(form=say.skip(cohort, cadence.local_day(zone, ahead[0].at) if ahead else tomorrow))


def away(desk: Desk, cohort: Cohort, user: UserId) -> Reply:
    """Ask until when a member is away."""
    desk.member(cohort, user)
    return Reply(form=say.away(cohort, desk.today(cohort) + timedelta(days=1)))


def set_up(desk: Desk, event: FormSubmitted) -> Reply:
    """Start a cohort from the form."""
    if event.channel is None:
        raise ChannelOnly("setup")
    today = cadence.local_day(desk.zone, desk.now)
    values, errors = _values(desk, options.setup_field, event.fields, today)
    if errors:
        return Reply(errors=errors)
    try:
        return cohorts.set_up(desk, event, event.channel, commands.Setup(**values))
    except DateIsPast as refusal:
        # Read in our own zone, it was still to come.
        return _wrong("start", refusal)


def change_settings(desk: Desk, event: FormSubmitted, cohort_id: CohortId) -> Reply:
    """Change what the form changes of a cohort, and of the organiser's own membership."""
    cohort = desk.cohort(event.workspace, cohort_id)
    cohorts.require_organiser(cohort, event, "settings")
    asked = {name: value for name, value in event.fields.items() if name not in _OWN}
    values, errors = _values(desk, options.settings_field, asked, desk.today(cohort))
    if errors:
        return Reply(errors=errors)
    _check_own(desk, cohort, event)
    try:
        changes = cast("commands.Changes", values)
        cohort = cohorts.change_settings(desk, cohort, _given(event), changes)
    except BadArgument as refusal:
        return _wrong("days", refusal)
    return _keep_own(desk, cohort, event)


def change_own(desk: Desk, event: FormSubmitted, cohort_id: CohortId) -> Reply:
    """Change what is a member's own."""
    cohort = desk.cohort(event.workspace, cohort_id)
    desk.member(cohort, event.by.id)
    asked = {name: value for name, value in event.fields.items() if name == "my_zone"}
    values, errors = _values(desk, options.settings_field, asked, desk.today(cohort))
    if errors:
        return Reply(errors=errors)
    _check_own(desk, cohort, event)
    # The form shows the cohort's zone to those who have none of their own: sent so, it stays so.
    if "my_zone" in values and values["my_zone"] != desk.lives_by(cohort, event.by.id).zone:
        members.set_zone(desk, cohort, event.by.id, values["my_zone"])
    return _keep_own(desk, cohort, event)


def go_away(desk: Desk, event: FormSubmitted, cohort_id: CohortId) -> Reply:
    """Take a member's days off."""
    cohort = desk.cohort(event.workspace, cohort_id)
    desk.member(cohort, event.by.id)
    until = event.fields.get("until", "")
    try:
        asked = _parsed(desk, cohort, Away, f"away until {until}")
        assert asked.back_on is not None, "it says until when"
        return members.away(desk, cohort, event.by.id, event.at, asked.back_on)
    except CoachError as refusal:
        return _wrong("until", refusal, until)


def skip(desk: Desk, event: FormSubmitted, cohort_id: CohortId) -> Reply:
    """Leave out a date, or take that back."""
    cohort = _led(desk, event, cohort_id, "skip")
    undo = "undo " if event.fields.get("what") == "undo" else ""
    day = event.fields.get("day", "")
    try:
        asked = _parsed(desk, cohort, Skip, f"skip {undo}{day}")
    except CoachError as refusal:
        return _wrong("day", refusal, day)
    return cohorts.skip(desk, cohort, _given(event), asked)


def shift(desk: Desk, event: FormSubmitted, cohort_id: CohortId) -> Reply:
    """Move everything that is still to come."""
    cohort = _led(desk, event, cohort_id, "shift")
    by = event.fields.get("by", "")
    try:
        asked = _parsed(desk, cohort, Shift, f"shift {by}")
    except CoachError as refusal:
        return _wrong("by", refusal, by)
    return cohorts.shift(desk, cohort, _given(event), asked.days)


_OWN = ("track", "board_opt", "my_zone")


def _led(desk: Desk, event: FormSubmitted, cohort_id: CohortId, command: str) -> Cohort:
    """Return a cohort that the person organises and that has not ended, or refuse."""
    cohort = desk.cohort(event.workspace, cohort_id)
    cohorts.require_organiser(cohort, event, command)
    _refuse_ended(cohort)
    return cohort


def _refuse_ended(cohort: Cohort) -> None:
    if cohort.status == "ended":
        raise TooLate("This cohort has ended.")


def _values(
    desk: Desk, read: ReadField, fields: Mapping[str, str], today: date
) -> tuple[dict[str, Any], Errors]:
    """Return what the fields say, each read alone, and what is wrong with them."""
    values: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for name, typed in fields.items():
        try:
            field, value = read(name, tidy(typed), Words("", today, desk.guides))
            values[field] = value
        except CoachError as refusal:
            errors.append((name, _problem(refusal, typed)))
    return values, tuple(errors)


def _wrong(field: str, refusal: CoachError, typed: str = "") -> Reply:
    return Reply(errors=((field, _problem(refusal, typed)),))


def _problem(refusal: CoachError, typed: str) -> str:
    """Return a refusal for a field: no commands in it, and what was typed as it was typed."""
    said = at_field(str(refusal))
    return said.replace(echo(tidy(typed)), echo(" ".join(typed.split()))) if typed else said


def _parsed(desk: Desk, cohort: Cohort, what: type[C], text: str) -> C:
    asked = commands.parse(text, today=desk.today(cohort), guides=desk.guides)
    assert isinstance(asked, what), "it begins with its name"
    return asked


def _check_own(desk: Desk, cohort: Cohort, event: FormSubmitted) -> None:
    """Refuse before anything is changed: a refusal is an answer, so its transaction is kept."""
    if "track" in event.fields:
        members.check_track(desk, cohort, event.by.id, _track(event))
    if event.fields.get("board_opt", "in") not in ("in", "anonymous", "out"):
        # To read it as "in" would show the name of somebody who wants that least.
        raise BadArgument("I cannot read how you want to be listed.", "Choose one of the three.")


def _keep_own(desk: Desk, cohort: Cohort, event: FormSubmitted) -> Reply:
    if "track" in event.fields:
        members.set_track(desk, cohort, event.by.id, _track(event))
    if "board_opt" in event.fields:
        members.list_on_board(desk, cohort, event.by.id, event.fields["board_opt"])
    member = desk.work.members.get(cohort.id, event.by.id)
    return Reply(
        (
            screens.settings(
                cohort,
                member,
                desk.own_day(cohort, member),
                led=cohort.led_by(event.by.id),
                changed=True,
            ),
        )
    )


def _track(event: FormSubmitted) -> str | None:
    value = event.fields["track"]
    return None if value == say.NO_TRACK else value


def _given(event: FormSubmitted) -> CommandGiven:
    return CommandGiven(
        workspace=event.workspace, by=event.by, at=event.at, key=event.key,
        channel=event.channel, text="settings",
    )  # fmt: skip
