"""Which service takes in what somebody did: by kind of event, and by what a button says.

Rule: nothing is decided here; whoever may not do a thing is refused by the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, assert_never

from bot.commands import courtesy, reads_as_command
from bot.domain.answers import Heard
from bot.domain.prompts import Prompt
from bot.domain.reviews import Tap
from bot.ids import AnswerId, CohortId, MessageId, PracticeId, PromptId, ReviewId
from bot.inbound import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ReactionsCleared,
    ShortcutUsed,
)
from bot.messages import NOTHING, Reply
from bot.services import (
    answers,
    asking,
    calibrations,
    cohorts,
    forms,
    handing,
    members,
    overviews,
    people,
    practices,
    reviews,
    second_takes,
    shortcuts,
)
from bot.services.desk import Desk


def take(desk: Desk, event: Inbound) -> Reply:
    """Take in what somebody did.

    Raises:
        CoachError: If it is refused; its sentence is for whoever did it.
    """
    match event:
        case MessageSaid() | MessageEdited():
            return _hear(desk, event)
        case MessageDeleted():
            answers.delete(desk, event)
            practices.delete(desk, event)
            return NOTHING
        case Reacted():
            _tap(desk, event)
            return NOTHING
        case ReactionsCleared():
            _clear(desk, event)
            return NOTHING
        case CommandGiven():
            return asking.answer(desk, event)
        case ButtonPressed():
            return _press(desk, event)
        case FormSubmitted():
            return _submit(desk, event)
        case ShortcutUsed():
            return shortcuts.use(desk, event)
        case MembershipChanged():
            return _come_or_go(desk, event)
        case _:
            assert_never(event)


def concerns(desk: Desk, event: Inbound) -> bool:
    """Tell whether an event is about anything of ours; of the rest nothing is kept at all.

    A post whose receipt is not known yet is none of ours yet: what people do with it then is
    read again as soon as it is known.
    """
    work = desk.work
    match event:
        case MessageSaid() | MessageEdited():
            return event.direct or _prompt_of(desk, event) is not None
        case Reacted() | ReactionsCleared():
            return work.outbox.posted(event.workspace, event.channel, event.message) is not None
        case MessageDeleted():
            if work.cohorts.at(event.workspace, event.channel) is not None:
                return True
            # Where a thread is a channel of its own, it is called like the post it began with.
            root = MessageId(event.channel)
            if work.outbox.posted(event.workspace, event.channel, root) is not None:
                return True
            return work.practices.open_of(event.workspace, event.by.id) is not None
        case MembershipChanged():
            return not event.present
    return True


def _prompt_of(desk: Desk, event: MessageSaid | MessageEdited) -> Prompt | None:
    """Return the prompt in whose thread a message stands."""
    if event.thread is None:
        return None
    posted = desk.work.outbox.posted(event.workspace, event.channel, event.thread)
    kind, _, key = (posted.subject if posted else "").partition(":")
    return desk.work.prompts.get(event.workspace, PromptId(key)) if kind == "prompt" else None


def _hear(desk: Desk, event: MessageSaid | MessageEdited) -> Reply:
    if event.direct:
        return _hear_direct(desk, event)
    prompt = _prompt_of(desk, event)
    return answers.hear(desk, prompt, event.by, _heard(event)) if prompt else NOTHING


def _heard(event: MessageSaid | MessageEdited) -> Heard:
    if isinstance(event, MessageSaid):
        return Heard(
            event.channel, event.message, event.text, event.at, event.at, files=event.files
        )
    # A change is newer than the message, even within one tick of the platform's clock.
    revised_at = max(event.at, event.said_at + timedelta.resolution)
    return Heard(event.channel, event.message, event.text, event.said_at, revised_at)


def _hear_direct(desk: Desk, event: MessageSaid | MessageEdited) -> Reply:
    """In private, a command is a command; anything else belongs to the practice under way."""
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    # A change of an old message is never a word to obey.
    said = event.text.strip().strip(".!").casefold() if isinstance(event, MessageSaid) else ""
    if said in practices.STEERING:
        return practices.steer(desk, current, said)
    answered = current is not None and current.status == "answered"
    if isinstance(event, MessageSaid) and current and answered and said in practices.SCORES:
        return practices.press(desk, _pressed(event), "rate", current.id, said)
    if current is not None and not _is_for_us(desk, event):
        practices.hear(desk, current, event)
        return NOTHING
    if isinstance(event, MessageEdited):
        return NOTHING
    command = CommandGiven(
        workspace=event.workspace, by=event.by, at=event.at, key=event.key,
        channel=None, text=event.text,
    )  # fmt: skip
    return asking.answer(desk, command)


def _is_for_us(desk: Desk, event: MessageSaid | MessageEdited) -> bool:
    """Tell whether what was written during a practice is no answer."""
    polite = isinstance(event, MessageSaid) and courtesy(event.text) is not None
    return polite or reads_as_command(event.text, desk.guides)


def _pressed(event: MessageSaid) -> ButtonPressed:
    """Return a score that was typed as the button it stands for."""
    return ButtonPressed(
        workspace=event.workspace, by=event.by, at=event.at, key=event.key, channel=None, action=""
    )


def _tap(desk: Desk, event: Reacted) -> None:
    posted = desk.work.outbox.posted(event.workspace, event.channel, event.message)
    kind, _, key = (posted.subject if posted else "").partition(":")
    who, report = event.by.id, Tap(event.emoji, event.added, event.at)
    if kind == "review":
        reviews.tap(desk, event.workspace, ReviewId(key), who, report)
    elif kind == "rate":
        practices.tap(desk, event.workspace, PracticeId(key), who, report)
    elif kind == "self":
        reviews.judge_oneself(desk, event.workspace, AnswerId(key), who, report)


def _clear(desk: Desk, event: ReactionsCleared) -> None:
    """Take off every tap that a moderator has taken off for everybody."""
    posted = desk.work.outbox.posted(event.workspace, event.channel, event.message)
    kind, _, key = (posted.subject if posted else "").partition(":")
    if kind == "review":
        reviews.clear(desk, event.workspace, ReviewId(key), event.emoji, event.at)
    elif kind == "self":
        reviews.clear_self_score(desk, event.workspace, AnswerId(key), event.emoji)


def _press(desk: Desk, event: ButtonPressed) -> Reply:
    verb, _, rest = event.action.partition(":")
    press = PRESSES.get(verb)
    return press(desk, event, rest) if press else NOTHING


def _submit(desk: Desk, event: FormSubmitted) -> Reply:
    verb, _, key = event.action.partition(":")
    submit = SUBMITS.get(verb)
    return submit(desk, event, key) if submit else NOTHING


def _join(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    cohort = desk.cohort(event.workspace, CohortId(key))
    return members.join(desk, cohort, event.by, event.at, None)


def _in_cohort(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    cohort, _, words = key.partition(":")
    return asking.answer_in(desk, _said(event, words), CohortId(cohort))


def _leave(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    cohort = desk.cohort(event.workspace, CohortId(key))
    desk.member(cohort, event.by.id)
    return overviews.ask_to_leave(desk, cohort)


def _practise(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    guide, _, question = key.partition(":")
    return practices.start_on(desk, event, guide, question)


def _of_practice(verb: str) -> Press:
    def press(desk: Desk, event: ButtonPressed, key: str) -> Reply:
        practice, _, value = key.partition(":")
        return practices.press(desk, event, verb, practice, value)

    return press


def _open(verb: str) -> Press:
    return lambda desk, event, key: forms.open_(desk, event, verb, CohortId(key))


Press = Callable[[Desk, ButtonPressed, str], Reply]
Submit = Callable[[Desk, FormSubmitted, str], Reply]

PRESSES: Final[Mapping[str, Press]] = {
    "again": lambda desk, event, key: second_takes.open_form(desk, event, AnswerId(key)),
    "answer": lambda desk, event, key: answers.ask_in_private(desk, event, PromptId(key)),
    "bar": calibrations.press,
    "forgetme": lambda desk, event, _: people.forget(desk, event.workspace, event.by.id, sure=True),
    "helped": lambda desk, event, key: reviews.mark_helpful(
        desk, event, ReviewId(key), helpful=True
    ),
    "helpful": lambda desk, event, key: reviews.mark_all(desk, event, AnswerId(key), helpful=True),
    "in": _in_cohort,
    "invite": lambda desk, event, key: cohorts.invite_again(desk, event, CohortId(key)),
    "join": _join,
    "leave": _leave,
    "model": calibrations.open_form,
    "pass": handing.pass_on,
    "pause": lambda desk, event, key: overviews.ask_to_pause(desk, event, CohortId(key)),
    "practise": _practise,
    "return": lambda desk, event, key: handing.ask_why(desk, event, ReviewId(key)),
    "review": lambda desk, event, key: reviews.open_form(desk, event, ReviewId(key)),
    "say": lambda desk, event, words: asking.answer(desk, _said(event, words)),
    "unhelpful": lambda desk, event, key: reviews.mark_all(
        desk, event, AnswerId(key), helpful=False
    ),
    "why": lambda desk, event, key: handing.why(desk, event, ReviewId(key)),
    "write": lambda desk, event, key: practices.open_form(desk, event, PracticeId(key)),
    **{verb: _of_practice(verb) for verb in ("another", "hint", "rate", "stop")},
    **{verb: _open(verb) for verb in ("away", "mine", "settings", "shift", "skip")},
}
"""What each button does, by the first word of its action; the rest is given to it."""

SUBMITS: Final[Mapping[str, Submit]] = {
    "again": lambda desk, event, key: second_takes.take_form(desk, event, AnswerId(key)),
    "answer": lambda desk, event, key: answers.take_form(desk, event, PromptId(key)),
    "away": lambda desk, event, key: forms.go_away(desk, event, CohortId(key)),
    "mine": lambda desk, event, key: forms.change_own(desk, event, CohortId(key)),
    "model": calibrations.take_form,
    "return": lambda desk, event, key: handing.give_back(desk, event, ReviewId(key)),
    "review": lambda desk, event, key: reviews.take_form(desk, event, ReviewId(key)),
    "settings": lambda desk, event, key: forms.change_settings(desk, event, CohortId(key)),
    "setup": lambda desk, event, _: forms.set_up(desk, event),
    "shift": lambda desk, event, key: forms.shift(desk, event, CohortId(key)),
    "skip": lambda desk, event, key: forms.skip(desk, event, CohortId(key)),
    "write": lambda desk, event, key: practices.take_form(desk, event, PracticeId(key)),
}
"""What each form does, likewise."""


def _said(event: ButtonPressed, words: str) -> CommandGiven:
    """Return what a button says in somebody's place."""
    return CommandGiven(
        workspace=event.workspace, by=event.by, at=event.at, key=event.key,
        channel=event.channel, text=words,
    )  # fmt: skip


def _come_or_go(desk: Desk, event: MembershipChanged) -> Reply:
    """Leaving the channel ends the membership; entering it starts none, `join` does."""
    for cohort in desk.work.cohorts.of(event.workspace, event.by.id):
        if not event.present and event.channel in (None, cohort.channel):
            members.leave(desk, cohort, event.by.id, event.at)
    return NOTHING
