"""The line that tells organisers how a cohort's messages arrived.

    evening of a posting day --> something to say? --> one line to each organiser, once a day

Rule: who organises hears of what needs them and of nothing else.  A day on which everything
arrived in time is not reported; a week is, so that silence is known to be good.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.ids import CohortId, WorkspaceId
from bot.messages import Message
from bot.ports.letters import Record
from bot.services.desk import Desk
from bot.voice import announcements

REPORT: Final = "report"
"""The ledger's kind for the line itself, and the agenda's."""
UNDELIVERED = "undelivered"
"""The ledger's kind for what organisers are told at once of what could not be delivered."""
STUCK = "organiser"
"""The ledger's kind for what organisers are told of answers that nobody reviews."""
ELSEWHERE = "elsewhere"
"""The ledger's kind for having told of closed direct messages: those stay closed for long."""
LATE = timedelta(minutes=15)
"""What came later than that is told of; a platform's short trouble is nobody's business."""
_WEEK = timedelta(days=7)
_AGAIN = timedelta(days=6)
"""Of closed direct messages alone organisers hear once a week."""


def schedule(desk: Desk, cohort: Cohort) -> None:
    """Note to look in the evening how what is posted now has arrived."""
    if cohort.rules.report:
        at = cadence.evening(cohort.plan, desk.now)
        desk.schedule(cohort.workspace, REPORT, cohort.id, at)


def decide(desk: Desk, workspace: WorkspaceId, cohort_id: CohortId) -> None:
    """Tell the organisers how the day's messages arrived, if there is something to say."""
    desk.schedule(workspace, REPORT, cohort_id, None)
    cohort = desk.work.cohorts.get(workspace, cohort_id)
    if cohort is None or not cohort.rules.report:
        return
    ledger = desk.work.ledger
    last = ledger.last(cohort.id, REPORT) or cohort.started_at
    day = _record(desk, cohort, last - LATE)
    untold = day.dead and not _told(desk, cohort, UNDELIVERED, last)
    if not untold and _written_to_today(desk, cohort):
        # The next evening's line tells of this day, too.
        return
    if not ledger.enter(cohort.id, REPORT, desk.today(cohort), "posted", desk.now):
        return
    if untold or day.late or day.waiting or (day.elsewhere and _is_first(desk, cohort)):
        desk.tell_organisers(cohort, _day(day))
    elif _told(desk, cohort, "leaderboard", last):
        week = _record(desk, cohort, max(desk.now - _WEEK, cohort.started_at) - LATE)
        desk.tell_organisers(cohort, announcements.week_delivered(week.sent, week.all))


def _record(desk: Desk, cohort: Cohort, since: datetime) -> Record:
    """Return what became of what was to be said; the last minutes are still under way."""
    return desk.work.letters.record(
        cohort.id, since, desk.now - LATE, LATE, without=cohort.organisers
    )


def _day(day: Record) -> Message:
    return announcements.delivered(
        day.sent,
        day.all,
        late=day.late,
        elsewhere=day.elsewhere,
        waiting=day.waiting,
        dead=day.dead,
    )


def _told(desk: Desk, cohort: Cohort, kind: str, since: datetime) -> bool:
    at = desk.work.ledger.last(cohort.id, kind)
    return at is not None and at > since


def _is_first(desk: Desk, cohort: Cohort) -> bool:
    """Tell whether nothing was said of closed direct messages for a week, and enter that it is."""
    if _told(desk, cohort, ELSEWHERE, desk.now - _AGAIN):
        return False
    return desk.work.ledger.enter(cohort.id, ELSEWHERE, desk.today(cohort), "posted", desk.now)


def _written_to_today(desk: Desk, cohort: Cohort) -> bool:
    """Tell whether organisers have heard of something else today: one notice a day is enough."""
    today, entered = desk.today(cohort), desk.work.ledger.of(cohort.id)
    return any(kind in (UNDELIVERED, STUCK) and day == today for kind, day, _ in entered)
