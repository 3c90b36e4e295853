"""Solo practice in direct messages, and the bonus questions of location tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import courtesy, reads_as_command
from bot.domain import cadence, practice, syllabus
from bot.domain.cohorts import Cohort
from bot.domain.practice import Practice
from bot.domain.reviews import NUMBERS, Tap
from bot.errors import BadArgument, NotYours
from bot.ids import MessageId, PostKey, PracticeId, UserId, WorkspaceId
from bot.inbound import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    ShortcutUsed,
)
from bot.messages import NOTHING, Direct, Reply
from bot.services import cards
from bot.services.desk import Desk
from bot.voice import forms
from bot.voice import practice as say
from content.schema import Guide, Question

SCORES = ("1", "2", "3", "4", "5")
STEERING = ("stop", "done", "hint")
"""Words that, said alone, steer the practice under way instead of answering its question."""


def start(desk: Desk, event: CommandGiven | ButtonPressed, what: str | None) -> Reply:
    """Ask somebody a question in private: the one named, or the one that is due most."""
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    if what in STEERING:
        return steer(desk, current, what)
    guide, chosen = _choose(desk, event, what, current)
    return _ask_instead(desk, event, current, guide, chosen)


def steer(desk: Desk, current: Practice | None, word: str) -> Reply:
    """Obey one of the words that steer the practice under way."""
    if word == "done" and current is not None and current.status == "answered":
        # Whoever is done with answering has only to say how good it was.
        guide = desk.guides[current.guide]
        return Reply((say.rate(current, guide.question(current.question), guide),))
    return _hint(desk, current) if word == "hint" else _stop(desk, current)


def start_on(
    desk: Desk, event: ButtonPressed | ShortcutUsed, guide_key: str, question: str
) -> Reply:
    """Ask the very question that is named."""
    guide = desk.guides.get(guide_key)
    if guide is None or question not in {known.key for known in guide.questions}:
        raise NotYours
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    return _ask_instead(desk, event, current, guide, guide.question(question))


def press(desk: Desk, event: ButtonPressed, verb: str, key: str, value: str) -> Reply:
    """Act on a button of one practice: a hint, another question, stop, or a score."""
    found = _own(desk, event, PracticeId(key))
    if not found.open:
        return _over(desk, found)
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


def open_form(desk: Desk, event: ButtonPressed, key: PracticeId) -> Reply:
    """Open the form for an answer and its self-rating."""
    found = _own(desk, event, key)
    if not found.open:
        return _over(desk, found)
    question = desk.guides[found.guide].question(found.question)
    return Reply(form=forms.practice(found, question))


def take_form(desk: Desk, event: FormSubmitted, key: PracticeId) -> Reply:
    """Take in an answer and its self-rating."""
    found = _own(desk, event, key)
    if not found.open:
        return _over(desk, found)
    said, score = event.fields.get("text", "").strip(), event.fields.get("score", "")
    if score not in SCORES:
        return Reply(errors=(("score", "Choose a number from 1 to 5."),))
    if not said and not found.said:
        return Reply(errors=(("text", "Write your answer here; it is empty."),))
    answered = practice.say(found, f"form:{found.id}", said) if said else found
    _rate(desk, answered, int(score))
    return NOTHING


def take_again(
    desk: Desk, event: ShortcutUsed, guide: Guide, question: Question, first: str
) -> Reply:
    """Ask a question once more, beside what was said to it the first time."""
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    return _ask_instead(desk, event, current, guide, question, first)


def hear(desk: Desk, found: Practice, event: MessageSaid | MessageEdited) -> None:
    """Take in a message of an answer; after the first one, ask for a self-rating."""
    if not _belongs(desk, found, event):
        return
    after = replace(practice.say(found, event.message, event.text), heard_at=desk.now)
    desk.work.practices.save(_asked_to_rate(desk, after))


def settle(
    desk: Desk, found: Practice, seen: Sequence[tuple[MessageId, str]], *, only_new: bool
) -> None:
    """Bring an open practice into line with what its person wrote since, oldest first.

    Words that steer or score were meant for the moment in which they were said.  With
    `only_new` nothing is changed or taken away: what is known is younger than what was seen.
    """
    known = dict(found.said)
    after = found
    for message, text in seen:
        spoken = text.strip().strip(".!").casefold()
        word = spoken in STEERING or spoken in SCORES or courtesy(text) is not None
        word = word or reads_as_command(text, desk.guides)
        if known.get(message) == text or (message in known and only_new):
            continue
        if message in known or not word:
            after = practice.say(after, message, text)
    there = {str(message) for message, _ in seen} | {f"form:{found.id}"}
    for gone in sorted(known.keys() - there) if not only_new else ():
        after = practice.unsay(after, gone)
    if after != found:
        desk.work.practices.save(_asked_to_rate(desk, after))


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
            _ask(desk, cohort.workspace, member.user, guide, question, bonus=cohort)


def _belongs(desk: Desk, found: Practice, event: MessageSaid | MessageEdited) -> bool:
    """Tell whether a report of a message says something new about the answer under way."""
    known = event.message in dict(found.said)
    if isinstance(event, MessageSaid):
        # It may come after its own change or deletion, or a second time.
        gone = desk.work.answers.buried(event.workspace, event.channel, event.message)
        return not known and gone is None
    return known or event.said_at >= found.asked_at


def _own(desk: Desk, event: ButtonPressed | FormSubmitted, key: PracticeId) -> Practice:
    """Return a practice of the person's own, or refuse."""
    found = desk.work.practices.get(event.workspace, key)
    if found is None or found.user != event.by.id:
        raise NotYours
    return found


def _over(desk: Desk, found: Practice) -> Reply:
    """Tell that a practice is over, and which one goes on instead."""
    current = desk.work.practices.open_of(found.workspace, found.user)
    if current is None:
        return Reply((say.nothing_open(),))
    return Reply((say.over(desk.guides[current.guide].question(current.question).prompt),))


def _ask(desk: Desk, workspace: WorkspaceId, user: UserId, guide: Guide, question: Question,
         *, bonus: Cohort | None = None, first: str = "") -> None:  # fmt: skip
    """Ask a question in private; a `bonus` nobody asked for, so it counts as its cohort's word."""
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
    message = say.question(asked, question, guide, bonus=bonus is not None)
    message = say.second_take(message, first) if first else message
    subject = f"practice:{asked.id}"
    desk.post(Direct(user), message, bonus, workspace=workspace, subject=subject, key=asked.post)


def _asked_to_rate(desk: Desk, found: Practice) -> Practice:
    """Ask for a self-rating after the first message of an answer."""
    if found.rate_post is not None or not found.said:
        return found
    guide = desk.guides[found.guide]
    key = PostKey(desk.new_id())
    message = say.rate(found, guide.question(found.question), guide)
    subject = f"rate:{found.id}"
    desk.post(Direct(found.user), message, workspace=found.workspace, subject=subject, key=key)
    return replace(found, rate_post=key)


def _ask_instead(
    desk: Desk,
    event: CommandGiven | ButtonPressed | ShortcutUsed,
    current: Practice | None,
    guide: Guide,
    question: Question,
    first: str = "",
) -> Reply:
    """Ask a question in place of the one under way; say where, to somebody elsewhere."""
    if current is not None:
        desk.work.practices.save(practice.stop(current, desk.now))
    _ask(desk, event.workspace, event.by.id, guide, question, first=first)
    direct = event.direct if isinstance(event, ShortcutUsed) else event.channel is None
    return NOTHING if direct else Reply((say.sent(),))


def _rate(desk: Desk, found: Practice, score: int) -> None:
    desk.work.practices.save(practice.rate(found, score, desk.now))
    guide = desk.guides[found.guide]
    _show_rating(desk, found, score)
    card = cards.learned(desk, found.workspace, found.user, guide, found.question, score)
    plan, _ = cards.plan_of(desk, found.workspace, found.user)
    others = cards.cards_of(desk, found.workspace, found.user, guide).values()
    due_now = sum(other.due_at <= desk.now for other in others)
    due_on = cadence.local_day(plan.zone, card.due_at)
    desk.post(Direct(found.user), say.rated(score, due_on, due_now), workspace=found.workspace)


def _show_rating(desk: Desk, found: Practice, score: int) -> None:
    """Let the message that asked for a rating say what was given; it needs no buttons any more."""
    if found.rate_post is None or desk.work.outbox.retract(found.rate_post):
        return
    asked = desk.guides[found.guide].question(found.question)
    message = say.rating_given(found, score, asked)
    place, where = Direct(found.user), found.workspace
    desk.change(None, place, found.rate_post, message, workspace=where)


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
    learned = cards.cards_of(desk, event.workspace, event.by.id, guide)
    if what == "weakest" and learned:
        weakest = min(learned.values(), key=lambda card: (card.score, card.due_at))
        return guide, guide.question(weakest.question)
    pool = syllabus.practice_pool(guide, track, round_)
    chosen = practice.choose(pool, learned, desk.now, current.question if current else None)
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
