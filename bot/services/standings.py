"""The weekly leaderboard, everybody's own line, and one's own progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain import cadence, standings, weeks
from bot.domain import results as judging
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.pennames import pennames
from bot.domain.scoring import WITHIN, Fit
from bot.domain.standings import Week
from bot.domain.weeks import Books, Span
from bot.ids import UserId
from bot.messages import Block, Message, Reply
from bot.pictures import Criterion, Score
from bot.services import calibrations, cards, results, scores
from bot.services.desk import Desk
from bot.voice import boards, words
from bot.voice import practice as say_practice

_TOP_CRITERIA = 2
_UNFITTED = Fit({}, {}, "mean")
_ALWAYS = Span(datetime.min.replace(tzinfo=UTC))


def post(desk: Desk, cohort: Cohort, since: datetime, *, last: bool) -> None:
    """Post the leaderboard of what came in since, and tell everybody their own line in private."""
    kept = _books(desk, cohort)
    found, week = (
        _weeks(desk, cohort, kept, since),
        cadence.plan_week(cohort.plan, desk.today(cohort)),
    )
    desk.tell_channel(cohort, board(desk, cohort, found, week, last=last))
    for member in desk.present(cohort):
        line = boards.own_line(found[member.user])
        mirror = results.mirror(desk, cohort, member.user, since) or ()
        line = _with(line, *mirror, *calibrations.leaning(kept.fit, member.user))
        desk.tell(cohort, member.user, line, subject="line:")


def show(desk: Desk, cohort: Cohort, user: UserId) -> Reply:
    """Show the leaderboard as it stands now, after somebody's own week."""
    found = _weeks(desk, cohort, _books(desk, cohort), since_last(desk, cohort))
    shown = board(desk, cohort, found, _next_week(desk, cohort), last=False)
    return Reply((boards.own_line(found[user]), shown) if user in found else (shown,))


def board(
    desk: Desk, cohort: Cohort, found: Mapping[UserId, Week], week: int, *, last: bool
) -> Message:
    """Return the leaderboard of a week of the plan, with the members who are listed."""
    everybody = desk.work.members.of(cohort.id)
    names = pennames(cohort, everybody) if any(m.anonymous for m in everybody) else {}
    listed = [m for m in everybody if m.on_board and m.user in found]
    shown = [
        replace(found[m.user], name=names[m.user], hidden=True) if m.anonymous else found[m.user]
        for m in listed
    ]
    return boards.leaderboard(desk.guide(cohort), standings.rank(shown), week, last=last)


def penname(desk: Desk, cohort: Cohort, user: UserId) -> str:
    """Return what a member is called on the leaderboard if they rather not stand there by name."""
    return pennames(cohort, desk.work.members.of(cohort.id))[user]


def progress(desk: Desk, cohort: Cohort, user: UserId) -> Reply:
    """Show somebody their own progress."""
    member = desk.member(cohort, user)
    kept = _books(desk, cohort)
    guide = desk.guide(cohort)
    seen, missed = _criteria(desk, cohort, user)
    own = boards.Own(
        week=kept.week(member, Span(since_last(desk, cohort))),
        total=kept.week(member, _ALWAYS),
        seasons=_seasons(desk, cohort, kept, member),
        strong=_top(seen),
        weak=_top(missed),
        scores=_scores(desk, cohort, kept, user),
        best_streak=kept.best_streak(member),
        criteria=[Criterion(name, seen[name], missed[name]) for name in seen | missed],
    )
    known = cards.cards_of(desk, cohort.workspace, user, guide)
    practised = say_practice.cards(known, guide, desk.today(cohort))
    shown = boards.progress(own, practised, guide)
    return Reply((_with(shown, *calibrations.leaning(kept.fit, user)),))


def total(desk: Desk, cohort: Cohort, user: UserId) -> Week:
    """Return everything a member did since the cohort began, with plain means for results."""
    return _books(desk, cohort, fitted=False).week(desk.member(cohort, user), _ALWAYS)


def since_last(desk: Desk, cohort: Cohort) -> datetime:
    """Return when the leaderboard was posted last: what came since counts for the next."""
    return desk.work.ledger.last(cohort.id, "leaderboard") or cohort.started_at


def _next_week(desk: Desk, cohort: Cohort) -> int:
    """Return the week of the plan whose leaderboard comes next."""
    today = cadence.plan_week(cohort.plan, desk.today(cohort))
    last = desk.work.ledger.last(cohort.id, "leaderboard")
    if last is None:
        return today
    return max(today, cadence.plan_week(cohort.plan, cadence.local_day(cohort.plan.zone, last)) + 1)


def _with(message: Message, *further: Block) -> Message:
    """Return a message with more at its end, which is for one person alone."""
    return replace(message, blocks=(*message.blocks, *further))


def _weeks(desk: Desk, cohort: Cohort, kept: Books, since: datetime) -> dict[UserId, Week]:
    """Return what every member who has not left did since an instant."""
    here = (member for member in desk.work.members.of(cohort.id) if not member.left)
    return {member.user: kept.week(member, Span(since)) for member in here}


def _books(desk: Desk, cohort: Cohort, *, fitted: bool = True) -> Books:
    # In a large cohort reading these takes longer than all the rest.
    rated = desk.work.reviews.rated_in(cohort.id)
    prompts, answers = desk.work.prompts.of(cohort.id), desk.work.answers.of(cohort.id)
    fit = scores.fit(desk, cohort, rated) if fitted else _UNFITTED
    return weeks.books(prompts, answers, rated, fit)


def _seasons(desk: Desk, cohort: Cohort, kept: Books, member: Member) -> list[tuple[str, int]]:
    """Return the points of each season: those of its weeks, as they would be given now."""
    entered = desk.work.ledger.of(cohort.id)
    days = [day for kind, day, how in entered if kind == "leaderboard" and how != "missed"]
    since = since_last(desk, cohort)
    found = weeks.seasons(desk.guide(cohort), cohort.plan, days, since, desk.now)
    return [
        (season.phase.name, sum(standings.points(kept.week(member, span)) for span in season.weeks))
        for season in found
    ]


def _scores(desk: Desk, cohort: Cohort, kept: Books, user: UserId) -> list[Score]:
    """Return somebody's score of each week of the plan, and how far off it may be."""
    mine = [answer for answer in kept.answers.get(user, ()) if answer.take == 1]
    found = []
    for number, span in weeks.plan_weeks(cohort.plan, desk.now):
        known = [kept.estimate(answer) for answer in mine if span.holds(answer.result_at)]
        told = [estimate for estimate in known if estimate is not None]
        if not told:
            found.append(Score(f"W{number}"))
            continue
        mean = sum(each.mean for each in told) / len(told)
        margin = WITHIN * sum(each.sd**2 for each in told) ** 0.5 / len(told)
        found.append(Score(f"W{number}", mean, margin, sum(each.n for each in told)))
    return found


def _criteria(desk: Desk, cohort: Cohort, user: UserId) -> tuple[Counter[str], Counter[str]]:
    """Return how often reviewers saw, and missed, each criterion in somebody's answers."""
    guide = desk.guide(cohort)
    seen: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for answer in desk.work.answers.of(cohort.id, author=user):
        if answer.take > 1:
            # A tap says there what became better, not what was seen.
            continue
        rubric = guide.rubric(answer.question)
        result = judging.combine(desk.work.reviews.of(answer.id), rubric)
        seen.update(words.inline(criterion.name) for criterion in result.seen)
        missed.update(words.inline(criterion.name) for criterion in result.missed)
    return seen, missed


def _top(counts: Counter[str]) -> list[str]:
    return [name for name, _ in counts.most_common(_TOP_CRITERIA)]
