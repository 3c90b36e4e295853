"""Members: join, leave, be away, come back, be muted; and what happens to their open reviews.

What concerns a person rather than a membership, their time zone and whether they are muted, is
the same in all cohorts of a workspace.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.errors import BadArgument, DateIsPast, TooLate
from bot.ids import UserId
from bot.inbound import Author
from bot.messages import Reply
from bot.services import guarantees, posting, reviews, standings
from bot.services.desk import Desk
from bot.voice import announcements, boards, replies
from bot.voice import digests as say_digests

LONGEST_ABSENCE = timedelta(days=366)


def join(desk: Desk, cohort: Cohort, who: Author, at: datetime, track: str | None) -> Reply:
    """Make somebody a member, or one again; joining twice changes only the track."""
    guide = desk.guide(cohort)
    if cohort.status == "ended":
        raise TooLate("This cohort has ended; a new one can be set up in its channel.")
    _check_track(desk, cohort, track)
    known = desk.work.members.get(cohort.id, who.id)
    fresh = known is None or known.left
    member = _joined(desk, cohort, known, who, at)
    member = replace(member, track=track or member.track)
    desk.work.members.save(member)
    if member.left:
        return Reply((replies.left(),))
    if not fresh:
        chosen = guide.location(track).name if track else None
        return Reply((replies.on_track(chosen) if chosen else replies.already_in(),))
    guarantees.look_again(desk, cohort, who.id)
    _lead_if_nobody_does(desk, cohort, who.id)
    ahead = posting.ahead(desk, cohort, 1)
    prompts = desk.work.prompts.of(cohort.id)
    open_now = prompts[-1].question if prompts and prompts[-1].closes_at > desk.now else None
    asked = guide.question(open_now).prompt if open_now else None
    return Reply((replies.joined(member, guide, cohort, ahead, asked),))


def leave(desk: Desk, cohort: Cohort, user: UserId, at: datetime) -> Reply:
    """End a membership: open reviews go to others, own open answers are withdrawn."""
    member = desk.work.members.get(cohort.id, user)
    if member is None or member.left:
        return Reply((replies.left(),))
    gone = member.believed(desk.now).gone(at)
    desk.work.members.save(gone)
    if gone.left:
        reviews.excuse(desk, cohort, user)
        reviews.withdraw_open(desk, cohort, user)
        if not desk.work.cohorts.of(cohort.workspace, user):
            desk.schedule(cohort.workspace, "practice", user, None)
    return Reply((replies.left(),))


def away(desk: Desk, cohort: Cohort, user: UserId, at: datetime, back_on: date) -> Reply:
    """Ask a member for nothing until a date; their open reviews go to others."""
    today = cadence.local_day(cohort.plan.zone, at)
    if back_on <= today:
        raise DateIsPast(back_on)
    if back_on - today > LONGEST_ABSENCE:
        raise BadArgument("That is more than a year away.", "`leave` and `join` again instead.")
    member = desk.member(cohort, user).away_until(back_on, today, at)
    desk.work.members.save(member)
    reviews.excuse(desk, cohort, user)
    return Reply((replies.away(back_on, back_on - timedelta(days=1)),))


def back(desk: Desk, cohort: Cohort, user: UserId, at: datetime) -> Reply:
    """End an absence now."""
    today = cadence.local_day(cohort.plan.zone, at)
    desk.work.members.save(desk.member(cohort, user).away_until(today, today, at))
    return Reply((replies.back(),))


def mute(desk: Desk, cohort: Cohort, user: UserId, until: date | None) -> Reply:
    """Send a member nothing unasked but results until a date; `None` ends that.

    Unlike an absence it excuses from nothing but reviews: a streak goes on counting.
    """
    member = desk.member(cohort, user)
    today = desk.own_day(cohort, member)
    if until is not None and until <= today:
        raise DateIsPast(until)
    if until is not None and until - today > LONGEST_ABSENCE:
        raise BadArgument("That is more than a year away.", "`leave` and `join` again instead.")
    for each in _memberships(desk, cohort, user):
        desk.work.members.save(replace(each, muted_until=until))
        if until is not None:
            reviews.excuse(desk, desk.cohort(cohort.workspace, each.cohort), user)
    return Reply((say_digests.muted(until) if until else say_digests.unmuted(),))


def set_zone(desk: Desk, cohort: Cohort, user: UserId, zone: str | None) -> Member:
    """Let a member live by a clock of their own, or by each cohort's."""
    desk.member(cohort, user)
    for each in _memberships(desk, cohort, user):
        desk.work.members.save(replace(each, zone=zone))
    return desk.member(cohort, user)


def list_on_board(desk: Desk, cohort: Cohort, user: UserId, how: str) -> Reply:
    """Have a member on the leaderboard ("in"), there under a made-up name, or not ("out")."""
    member = desk.member(cohort, user)
    member = replace(member, on_board=how != "out", anonymous=how == "anonymous")
    desk.work.members.save(member)
    return Reply((boards.chosen(member, standings.penname(desk, cohort, user)),))


def set_track(desk: Desk, cohort: Cohort, user: UserId, track: str | None) -> Member:
    """Put a member on a location track, or on none."""
    member = replace(check_track(desk, cohort, user, track), track=track)
    desk.work.members.save(member)
    return member


def check_track(desk: Desk, cohort: Cohort, user: UserId, track: str | None) -> Member:
    """Return the member who may be put on a track, or refuse."""
    _check_track(desk, cohort, track)
    return desk.member(cohort, user)


def _lead_if_nobody_does(desk: Desk, cohort: Cohort, user: UserId) -> None:
    """Let whoever joins a cohort organise it when its last organiser was forgotten."""
    if not cohort.organisers:
        led = replace(cohort, organisers=frozenset({user}))
        desk.work.cohorts.save(led)
        desk.tell_organisers(led, announcements.taken_over())


def _memberships(desk: Desk, cohort: Cohort, user: UserId) -> list[Member]:
    """Return somebody's memberships in the cohort's workspace that have not ended."""
    return [m for m in desk.work.members.by(cohort.workspace, user) if not m.left]


def _joined(desk: Desk, cohort: Cohort, known: Member | None, who: Author, at: datetime) -> Member:
    if known is None:
        new = Member(cohort.id, cohort.workspace, who.id, who.name or who.id, joined_at=at)
        same = next(iter(_memberships(desk, cohort, who.id)), new)
        return replace(new, zone=same.zone, muted_until=same.muted_until)
    known = known.believed(desk.now).back(at)
    if known.left_at == at:
        # Left and back within one tick of the platform's clock: what arrives last came last.
        at += timedelta.resolution
    # Some events carry no name; the one we know is better than none.
    return known.joined(at, who.name or known.name)


def _check_track(desk: Desk, cohort: Cohort, track: str | None) -> None:
    known = [location.key for location in desk.guide(cohort).locations]
    if track is not None and track not in known:
        raise BadArgument(
            f"This guide has no track “{track[:30]}”.", f"It has: {', '.join(known) or 'none'}."
        )
