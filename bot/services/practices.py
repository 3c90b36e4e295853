"""Solo practice in direct messages, and the bonus questions of location tracks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.domain import cadence, practice, syllabus
from bot.domain.cohorts import Cohort, Plan
from bot.domain.practice import Card, Practice
from bot.domain.reviews import NUMBERS, Tap
from bot.errors import BadArgument, NotYours
from bot.ids import PostKey, PracticeId, UserId, WorkspaceId
from bot.inbound import ButtonPressed, CommandGiven, MessageDeleted, MessageEdited, MessageSaid
from bot.messages import NOTHING, Direct, Reply
from bot.services.desk import Desk
from bot.voice import practice as say
from content.schema import Guide, Question

SCORES = ("1", "2", "3", "4", "5")
STEERING = ("stop", "done", "hint")
"""Words that, said alone, steer the practice under way instead of answering its question."""
NUDGE_AT = time(12, 0)
"""When somebody hears that questions are due again: at noon, once for all that are due."""


def start(desk: Desk, event: CommandGiven | ButtonPressed, what: str | None) -> Reply:
    """Ask somebody a question in private: the one named, or the one that is due most."""
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    if what in STEERING:
        return steer(desk, current, what)
    guide, chosen = _choose(desk, event, what, current)
    return _ask_instead(desk, event, current, guide, chosen)


def steer(desk: Desk, current: Practice | None, word: str) -> Reply:
    """Obey one of the words that steer the practice under way."""
    return _hint(desk, current) if word == "hint" else _stop(desk, current)


def start_on(desk: Desk, event: ButtonPressed, guide_key: str, question: str) -> Reply:
    """Ask the very question a button names."""
    guide = desk.guides.get(guide_key)
    if guide is None or question not in {known.key for known in guide.questions}:
        raise NotYours
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    return _ask_instead(desk, event, current, guide, guide.question(question))


def press(desk: Desk, event: ButtonPressed, verb: str, key: str, value: str) -> Reply:
    """Act on a button of one practice: a hint, another question, stop, or a score."""
    found = desk.work.practices.get(event.workspace, PracticeId(key))
    if found is None or found.user != event.by.id:
        raise NotYours
    if not found.open:
        return Reply((say.nothing_open(),))
    if verb == "hint":
        return _hint(desk, found)
    if verb == "stop":
        return _stop(desk, found)
    if verb == "another":
        return start(desk, event, None)
    if value not in SCORES:
        raise NotYours
    _rate(desk, found, int(value))
    return NOTHING


def hear(desk: Desk, found: Practice, event: MessageSaid | MessageEdited) -> None:
    """Take in a message of an answer; after the first one, ask for a self-rating."""
    if not _belongs(desk, found, event):
        return
    after = practice.say(found, event.message, event.text)
    if found.rate_post is None:
        guide = desk.guides[found.guide]
        question = guide.question(found.question)
        key = PostKey(desk.new_id())
        message = say.rate(after, question, guide)
        desk.post(
            Direct(found.user), message, workspace=found.workspace,
            subject=f"rate:{found.id}", key=key,
        )  # fmt: skip
        after = replace(after, rate_post=key)
    desk.work.practices.save(after)


def delete(desk: Desk, event: MessageDeleted) -> None:
    """Take in that a message of an open practice is gone."""
    found = desk.work.practices.open_of(event.workspace, event.by.id)
    if found is not None and event.message in dict(found.said):
        desk.work.practices.save(practice.unsay(found, event.message))


def tap(desk: Desk, workspace: WorkspaceId, key: PracticeId, user: UserId, report: Tap) -> None:
    """Take in a self-rating by reaction."""
    found = desk.work.practices.get(workspace, key)
    if found is None or found.user != user or not found.open:
        return
    if report.on and report.emoji in NUMBERS:
        _rate(desk, found, NUMBERS[report.emoji])


def offer_bonus(desk: Desk, cohort: Cohort, week: int) -> None:
    """Send members on a location track one of its questions at the start of each phase."""
    guide = desk.guide(cohort)
    phase = next((n for n, p in enumerate(guide.phases) if p.weeks[0] == week), None)
    for member in desk.present(cohort):
        if phase is None or member.track is None:
            continue
        questions = guide.location(member.track).questions
        if desk.work.practices.open_of(cohort.workspace, member.user) is None and questions:
            question = guide.question(questions[phase % len(questions)])
            _ask(desk, cohort.workspace, member.user, guide, question, bonus=True)


def decide(desk: Desk, workspace: WorkspaceId, user: UserId) -> None:
    """Tell somebody that questions are due again, unless they are at it or away."""
    cards = desk.work.practices.cards(workspace, user)
    due = [card for card in cards if card.due_at <= desk.now]
    plan, away = _plan_of(desk, workspace, user)
    busy = desk.work.practices.open_of(workspace, user) is not None
    if away or (due and busy):
        desk.schedule(workspace, "practice", user, _noon(plan, desk.now + timedelta(days=1)))
        return
    desk.work.agenda.clear(workspace, "practice", user)
    if due:
        desk.post(Direct(user), say.due(len(due)), workspace=workspace)
    _schedule(desk, workspace, user, after=desk.now)


def cards_of(desk: Desk, workspace: WorkspaceId, user: UserId, guide: Guide) -> dict[str, Card]:
    """Return somebody's cards of one guide by question."""
    cards = desk.work.practices.cards(workspace, user)
    return {card.question: card for card in cards if card.guide == guide.key}


def learned(desk: Desk, workspace: WorkspaceId, user: UserId, guide: Guide, question: str,
            score: float) -> Card:  # fmt: skip
    """Remember a performance and note when the question is due again."""
    cards = cards_of(desk, workspace, user, guide)
    card = cards.get(question) or Card(workspace, user, guide.key, question, due_at=desk.now)
    after = practice.learn(card, score, desk.now)
    desk.work.practices.save_card(after)
    _schedule(desk, workspace, user, after=desk.now)
    return after


def _belongs(desk: Desk, found: Practice, event: MessageSaid | MessageEdited) -> bool:
    """Tell whether a report of a message says something new about the answer under way."""
    known = event.message in dict(found.said)
    if isinstance(event, MessageSaid):
        # It may come after its own change or deletion, or a second time.
        gone = desk.work.answers.buried(event.workspace, event.channel, event.message)
        return not known and gone is None
    return known or event.said_at >= found.asked_at


def _ask(desk: Desk, workspace: WorkspaceId, user: UserId, guide: Guide, question: Question,
         *, bonus: bool) -> None:  # fmt: skip
    asked = Practice(
        id=PracticeId(desk.new_id()),
        workspace=workspace,
        user=user,
        guide=guide.key,
        question=question.key,
        asked_at=desk.now,
        post=PostKey(desk.new_id()),
    )
    desk.work.practices.save(asked)
    message = say.question(asked, question, guide, bonus=bonus)
    subject = f"practice:{asked.id}"
    desk.post(Direct(user), message, workspace=workspace, subject=subject, key=asked.post)


def _ask_instead(
    desk: Desk,
    event: CommandGiven | ButtonPressed,
    current: Practice | None,
    guide: Guide,
    question: Question,
) -> Reply:
    """Ask a question in place of the one under way; say where, to somebody elsewhere."""
    if current is not None:
        desk.work.practices.save(practice.stop(current, desk.now))
    _ask(desk, event.workspace, event.by.id, guide, question, bonus=False)
    return Reply((say.sent(),)) if event.channel is not None else NOTHING


def _rate(desk: Desk, found: Practice, score: int) -> None:
    desk.work.practices.save(practice.rate(found, score, desk.now))
    guide = desk.guides[found.guide]
    card = learned(desk, found.workspace, found.user, guide, found.question, score)
    plan, _ = _plan_of(desk, found.workspace, found.user)
    cards = cards_of(desk, found.workspace, found.user, guide).values()
    due_now = sum(other.due_at <= desk.now for other in cards)
    due_on = cadence.local_day(plan.zone, card.due_at)
    desk.post(Direct(found.user), say.rated(score, due_on, due_now), workspace=found.workspace)


def _choose(
    desk: Desk, event: CommandGiven | ButtonPressed, what: str | None, current: Practice | None
) -> tuple[Guide, Question]:
    """Return what to ask: the question named, or the one that is due most."""
    guide, track = _guide_of(desk, event.workspace, event.by.id)
    if what is not None and what in {question.key for question in guide.questions}:
        return guide, guide.question(what)
    round_ = what if what in {known.key for known in guide.rounds} else None
    if what not in (None, "weakest") and round_ is None:
        rounds = ", ".join(known.key for known in guide.rounds)
        raise BadArgument(f"I cannot practise “{what[:30]}”.", f"Try weakest, or {rounds}."[:120])
    cards = cards_of(desk, event.workspace, event.by.id, guide)
    if what == "weakest" and cards:
        weakest = min(cards.values(), key=lambda card: (card.score, card.due_at))
        return guide, guide.question(weakest.question)
    pool = syllabus.practice_pool(guide, track, round_)
    chosen = practice.choose(pool, cards, desk.now, current.question if current else None)
    if chosen is None:
        raise BadArgument("This guide has no question for that.", "Try `practice` alone.")
    return guide, guide.question(chosen)


def _hint(desk: Desk, current: Practice | None) -> Reply:
    if current is None:
        return Reply((say.nothing_open(),))
    guide = desk.guides[current.guide]
    desk.work.practices.save(replace(current, hinted=True))
    return Reply((say.hint(guide.question(current.question), guide),))


def _stop(desk: Desk, current: Practice | None) -> Reply:
    if current is None:
        return Reply((say.nothing_open(),))
    desk.work.practices.save(practice.stop(current, desk.now))
    return Reply((say.stopped(),))


def _guide_of(desk: Desk, workspace: WorkspaceId, user: UserId) -> tuple[Guide, str | None]:
    """Return the guide somebody prepares by and their track; without a cohort the first guide."""
    for cohort in desk.work.cohorts.of(workspace, user):
        member = desk.work.members.get(cohort.id, user)
        return desk.guide(cohort), member.track if member else None
    return next(iter(desk.guides.values())), None


def _plan_of(desk: Desk, workspace: WorkspaceId, user: UserId) -> tuple[Plan, bool]:
    """Return whose clock somebody lives by, and whether they are away."""
    for cohort in desk.work.cohorts.of(workspace, user):
        member = desk.work.members.get(cohort.id, user)
        return cohort.plan, member is not None and member.away(desk.today(cohort))
    return Plan(desk.zone, cadence.local_day(desk.zone, desk.now), weeks=1), False


def _schedule(desk: Desk, workspace: WorkspaceId, user: UserId, after: datetime) -> None:
    """Note when to tell somebody of what will be due: at the first noon after it is."""
    cards = desk.work.practices.cards(workspace, user)
    coming = [card.due_at for card in cards if card.due_at > after]
    if coming:
        plan, _ = _plan_of(desk, workspace, user)
        desk.schedule(workspace, "practice", user, _noon(plan, min(coming)))


def _noon(plan: Plan, at: datetime) -> datetime:
    """Return the first noon not before `at`; where that is somebody's night, its end."""
    day = cadence.local_day(plan.zone, at)
    noon = cadence.instant(plan.zone, day, NUDGE_AT)
    if noon < at:
        noon = cadence.instant(plan.zone, day + timedelta(days=1), NUDGE_AT)
    return cadence.considerate(plan, noon)
