"""The weekly leaderboard, everybody's own line, and one's own progress."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from bot.domain import reviews as judging
from bot.domain import standings
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.reviews import Review
from bot.domain.standings import Week
from bot.ids import AnswerId, UserId
from bot.messages import Message, Reply
from bot.services import cards
from bot.services.desk import Desk
from bot.voice import posts, screens, words
from bot.voice import practice as say_practice

_TOP_CRITERIA = 2


def post(desk: Desk, cohort: Cohort, since: datetime, *, last: bool) -> None:
    """Post the leaderboard of what came in since, and tell everybody their own line in private."""
    weeks = _weeks(desk, cohort, since)
    desk.tell_channel(cohort, board(desk, cohort, weeks, last=last))
    for member in desk.present(cohort):
        week = weeks[member.user]
        line = screens.own_line(week, standings.points(week), standings.mean(week.scores))
        desk.tell(cohort, member.user, line)


def show(desk: Desk, cohort: Cohort) -> Reply:
    """Show the leaderboard as it stands now."""
    weeks = _weeks(desk, cohort, since_last(desk, cohort))
    return Reply((board(desk, cohort, weeks, last=False),))


def board(desk: Desk, cohort: Cohort, weeks: dict[UserId, Week], *, last: bool) -> Message:
    """Return the leaderboard of the members who are listed."""
    members = {m.user: m for m in desk.work.members.of(cohort.id) if not m.left and m.on_board}
    ranked = standings.rank([week for user, week in weeks.items() if user in members])
    return posts.leaderboard(desk.guide(cohort), ranked, last=last)


def progress(desk: Desk, cohort: Cohort, user: UserId) -> Reply:
    """Show somebody their own progress."""
    desk.member(cohort, user)
    week = _weeks(desk, cohort, since_last(desk, cohort))[user]
    so_far = total(desk, cohort, user)
    strong, weak = _criteria(desk, cohort, user)
    guide = desk.guide(cohort)
    known = cards.cards_of(desk, cohort.workspace, user, guide)
    practised = say_practice.cards(known, guide, desk.today(cohort))
    average = standings.mean(so_far.scores)
    return Reply((screens.progress(week, so_far, average, strong, weak, practised),))


def total(desk: Desk, cohort: Cohort, user: UserId) -> Week:
    """Return everything a member did since the cohort began."""
    return _weeks(desk, cohort, cohort.started_at)[user]


def since_last(desk: Desk, cohort: Cohort) -> datetime:
    """Return when the leaderboard was posted last: what came since counts for the next."""
    return desk.work.ledger.last(cohort.id, "leaderboard") or cohort.started_at


def _weeks(desk: Desk, cohort: Cohort, since: datetime) -> dict[UserId, Week]:
    """Return what every member who has not left did since an instant."""
    members = [m for m in desk.work.members.of(cohort.id) if not m.left]
    answers = [a for a in desk.work.answers.of(cohort.id, since) if a.status != "withdrawn"]
    # In a large cohort reading these takes longer than all the rest.
    everything = desk.work.answers.of(cohort.id)
    rated = _told_since(desk, cohort, since, everything)
    given = Counter(review.reviewer for review in rated)
    helpful = Counter(review.reviewer for review in rated if review.helpful)
    late = Counter(answer.author for answer in answers if answer.late)
    written = Counter(answer.author for answer in answers)
    scores = _scores(desk, cohort, rated, everything)
    days = _streaks(desk, cohort, members, everything)
    return {
        m.user: Week(
            user=m.user,
            name=m.name,
            answers=written[m.user],
            late=late[m.user],
            reviews=given[m.user],
            helpful=helpful[m.user],
            scores=scores.get(m.user, ()),
            streak=days[m.user],
        )
        for m in members
    }


def _told_since(
    desk: Desk, cohort: Cohort, since: datetime, answers: Sequence[Answer]
) -> list[Review]:
    """Return the reviews whose answer's result was told since an instant.

    When a rating was last changed does not matter: tapping an old review again must not make
    it count again.
    """
    told = {answer.id: answer.result_at for answer in answers}
    found = []
    for review in desk.work.reviews.rated_in(cohort.id):
        # Answers of somebody who was forgotten are gone; the reviews of them stay.
        at = told.get(review.answer, review.rated_at)
        if at is not None and at >= since:
            found.append(review)
    return found


def _scores(
    desk: Desk, cohort: Cohort, rated: Sequence[Review], answers: Sequence[Answer]
) -> dict[UserId, tuple[float, ...]]:
    """Return the score of each answer whose reviews came in, by author."""
    guide = desk.guide(cohort)
    prompts = {p.id: p.question for p in desk.work.prompts.of(cohort.id)}
    questions = {a.id: prompts[a.prompt] for a in answers}
    by_answer: defaultdict[tuple[UserId, AnswerId], list[Review]] = defaultdict(list)
    for review in rated:
        # Answers of somebody who was forgotten are gone; the reviews of them stay.
        if review.answer in questions:
            by_answer[review.author, review.answer].append(review)
    scores: defaultdict[UserId, list[float]] = defaultdict(list)
    for (author, answer), group in by_answer.items():
        result = judging.combine(group, guide.rubric(questions[answer]))
        assert result.score is not None, "each of them is rated"
        scores[author].append(result.score)
    return {author: tuple(values) for author, values in scores.items()}


def _streaks(
    desk: Desk, cohort: Cohort, members: Sequence[Member], answers: Sequence[Answer]
) -> dict[UserId, int]:
    prompts = desk.work.prompts.of(cohort.id)
    days = {prompt.id: prompt.day for prompt in prompts}
    asked = [prompt.day for prompt in prompts]
    answered: defaultdict[UserId, set[date]] = defaultdict(set)
    for answer in answers:
        if answer.status != "withdrawn" and not answer.late:
            answered[answer.author].add(days[answer.prompt])
    return {m.user: _streak(m, asked, answered[m.user]) for m in members}


def _streak(member: Member, asked: Sequence[date], answered: set[date]) -> int:
    away = frozenset(day for day in asked if member.away(day))
    return standings.streak(asked, frozenset(answered), away)


def _criteria(desk: Desk, cohort: Cohort, user: UserId) -> tuple[list[str], list[str]]:
    """Return which criteria reviewers saw most, and missed most, in somebody's answers."""
    guide = desk.guide(cohort)
    seen: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    own: list[Answer] = list(desk.work.answers.of(cohort.id, author=user))
    for answer in own:
        rubric = guide.rubric(answer.question)
        result = judging.combine(desk.work.reviews.of(answer.id), rubric)
        seen.update(words.inline(criterion.name) for criterion in result.seen)
        missed.update(words.inline(criterion.name) for criterion in result.missed)
    return _top(seen), _top(missed)


def _top(counts: Counter[str]) -> list[str]:
    return [name for name, _ in counts.most_common(_TOP_CRITERIA)]
