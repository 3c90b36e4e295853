"""Cohorts: set up, change, pause, resume, skip and shift, by their organisers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot import commands
from bot.domain import cadence
from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort, Plan, Rules
from bot.errors import BadArgument, CohortExists, DateIsPast, NoSuchGuide, OrganisersOnly, TooLate
from bot.ids import ChannelId, CohortId
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted
from bot.messages import InChannel, Message, Reply
from bot.services import posting
from bot.services.desk import Desk
from bot.voice import announcements, forms, posts, replies

PREVIEWED = 3
Asking = CommandGiven | FormSubmitted | ButtonPressed


def set_up(desk: Desk, event: Asking, channel: ChannelId, asked: commands.Setup) -> Reply:
    """Start a cohort in a channel; without any word about how, ask by form."""
    existing = desk.work.cohorts.at(event.workspace, channel)
    if existing is not None and existing.status != "ended":
        raise CohortExists(desk.guide(existing).title)
    if asked == commands.Setup():
        start = _default_start(cadence.local_day(desk.zone, desk.now))
        return Reply(form=forms.setup(desk.guides, start, desk.zone))
    cohort = _new_cohort(desk, event, channel, asked)
    desk.work.cohorts.save(cohort)
    posting.schedule(desk, cohort)
    ahead = posting.ahead(desk, cohort, PREVIEWED)
    guide = desk.guide(cohort)
    _invite(desk, cohort)
    return Reply((replies.set_up(cohort, guide, ahead),))


def invite_again(desk: Desk, event: ButtonPressed, cohort_id: CohortId) -> Reply:
    """Post the invitation that could not be delivered, now that the channel may take it."""
    cohort = desk.cohort(event.workspace, cohort_id)
    require_organiser(cohort, event, "setup")
    if cohort.status == "ended":
        raise TooLate("This cohort has ended.")
    _invite(desk, cohort)
    return Reply((replies.invited(),))


def change_settings(
    desk: Desk, cohort: Cohort, event: CommandGiven, changes: commands.Changes
) -> Cohort:
    """Change when and how a cohort works; only for its organisers."""
    require_organiser(cohort, event, "settings")
    cohort = posting.catch_up(desk, cohort)
    plan = replace(
        cohort.plan,
        zone=changes.get("zone", cohort.plan.zone),
        post_at=changes.get("post_at", cohort.plan.post_at),
        board_at=changes.get("board_at", cohort.plan.board_at),
        days=changes.get("days", cohort.plan.days),
    )
    if "quiet" in changes:
        plan = replace(plan, quiet_from=changes["quiet"][0], quiet_to=changes["quiet"][1])
    rules = replace(
        cohort.rules,
        reviewers=changes.get("reviewers", cohort.rules.reviewers),
        hide_authors=changes.get("hide_authors", cohort.rules.hide_authors),
        grace=changes.get("grace", cohort.rules.grace),
        lease=changes.get("lease", cohort.rules.lease),
        report=changes.get("report", cohort.rules.report),
    )
    changed = replace(cohort, plan=plan, rules=rules)
    if cadence.next_occurrence(plan, desk.now) is None:
        raise BadArgument("These days give no post at all.", "Choose days such as `days=mon-fri`.")
    desk.work.cohorts.save(changed)
    posting.schedule(desk, changed)
    if plan != cohort.plan and changed.status == "running":
        ahead = posting.ahead(desk, changed, PREVIEWED)
        desk.tell_channel(changed, announcements.changed(changed, ahead))
    return changed


def pause(desk: Desk, cohort: Cohort, event: CommandGiven) -> Reply:
    """Stop posting until resumed; reviews under way go on."""
    require_organiser(cohort, event, "pause")
    if cohort.status != "running" or event.at < cohort.changed_at:
        return Reply((replies.unchanged("It is not running, so there is nothing to pause."),))
    paused = replace(cohort, status="paused", changed_at=event.at)
    desk.work.cohorts.save(paused)
    posting.schedule(desk, paused)
    desk.tell_channel(cohort, announcements.pausing())
    return Reply((replies.paused(),))


def resume(desk: Desk, cohort: Cohort, event: CommandGiven) -> Reply:
    """Go on after a pause; the plan moves by its whole weeks."""
    require_organiser(cohort, event, "resume")
    if cohort.status != "paused" or event.at < cohort.changed_at:
        if cohort.status == "running" and event.at > cohort.changed_at:
            # An older report of a pause may be on its way still: it must find this one newer.
            desk.work.cohorts.save(replace(cohort, changed_at=event.at))
        return Reply((replies.unchanged("It is not paused, so there is nothing to resume."),))
    zone = cohort.plan.zone
    plan = cadence.resumed(
        cohort.plan, cadence.local_day(zone, cohort.changed_at), cadence.local_day(zone, event.at)
    )
    plan = _without_what_is_over(plan, cohort.changed_at, event.at)
    running = replace(
        cohort, status="running", plan=plan, changed_at=event.at, reckoned_at=desk.now
    )
    ahead = _moved(desk, running)
    desk.tell_channel(running, announcements.going_on(running, ahead[:1]))
    return Reply((replies.resumed(running, ahead),))


def skip(desk: Desk, cohort: Cohort, event: CommandGiven, asked: commands.Skip) -> Reply:
    """Leave out one date, or take that back; the question is made up for at the end."""
    require_organiser(cohort, event, "skip")
    if asked.day < desk.today(cohort):
        raise DateIsPast(asked.day)
    cohort = posting.catch_up(desk, cohort)
    if asked.undo:
        plan = cadence.unskip(cohort.plan, asked.day)
    else:
        plan = cadence.skip(cohort.plan, asked.day)
    if plan == cohort.plan:
        return Reply((announcements.skipped_already(asked.day, undo=asked.undo),))
    told = announcements.skipped(asked.day, undo=asked.undo)
    return _tell_moved(desk, replace(cohort, plan=plan), told)


def shift(desk: Desk, cohort: Cohort, event: CommandGiven, days: int) -> Reply:
    """Move everything not yet posted by some days."""
    require_organiser(cohort, event, "shift")
    cohort = posting.catch_up(desk, cohort)
    moved = replace(cohort, plan=cadence.shift(cohort.plan, days, desk.today(cohort)))
    return _tell_moved(desk, moved, announcements.shifted(days))


def require_organiser(cohort: Cohort, event: Asking, command: str) -> None:
    """Refuse everybody who does not organise the cohort."""
    if not cohort.led_by(event.by.id):
        raise OrganisersOnly(command)


def _invite(desk: Desk, cohort: Cohort) -> None:
    ahead = posting.ahead(desk, cohort, 1)
    message = posts.kickoff(cohort, desk.guide(cohort), ahead[0].at if ahead else None)
    subject = f"{posting.KICKOFF}:{cohort.id}"
    desk.post(InChannel(cohort.channel), message, cohort, subject=subject)


def _default_start(today: date) -> date:
    return today + timedelta(days=(7 - today.weekday()) % 7 or 7)


def _new_cohort(desk: Desk, event: Asking, channel: ChannelId, asked: commands.Setup) -> Cohort:
    key = asked.guide or (next(iter(desk.guides)) if len(desk.guides) == 1 else "")
    if key not in desk.guides:
        raise NoSuchGuide(key, tuple(desk.guides))
    zone = asked.zone or desk.zone
    today = cadence.local_day(zone, desk.now)
    start = asked.start or _default_start(today)
    if start < today:
        raise DateIsPast(start)
    plan = Plan(zone=zone, start=start, weeks=desk.guides[key].weeks)
    plan = replace(plan, post_at=asked.time or plan.post_at, days=asked.days or plan.days)
    rules = Rules(reviewers=asked.reviewers or 2, hide_authors=asked.hide_authors is not False)
    return Cohort(
        id=CohortId(desk.new_id()),
        workspace=event.workspace,
        channel=channel,
        guide=key,
        organisers=frozenset({event.by.id}),
        plan=plan,
        rules=rules,
        started_at=desk.now,
        reckoned_at=desk.now,
        changed_at=event.at,
    )


def _without_what_is_over(plan: Plan, paused_at: datetime, now: datetime) -> Plan:
    """Leave out today where its question is over, so that the week's focus is not lost with it.

    On the week's last posting day the leaderboard is still to come.
    """
    today = cadence.local_day(plan.zone, now)
    if not paused_at <= cadence.instant(plan.zone, today, plan.post_at) <= now:
        return plan
    rest = cadence.posting_days(plan, today, today + timedelta(days=6))
    week = cadence.plan_week(plan, today)
    last = [day for day in rest if cadence.plan_week(plan, day) == week][-1:] == [today]
    return plan if last else cadence.skip(plan, today)


def _tell_moved(desk: Desk, cohort: Cohort, told: Message) -> Reply:
    ahead = _moved(desk, cohort)
    desk.tell_channel(cohort, told)
    return Reply((replies.moved(cohort, told.summary, ahead),))


def _moved(desk: Desk, cohort: Cohort) -> tuple[Occurrence, ...]:
    desk.work.cohorts.save(cohort)
    posting.schedule(desk, cohort)
    return posting.ahead(desk, cohort, PREVIEWED)
