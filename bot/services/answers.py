"""Answers: what members write in a prompt's thread, also what they change and delete.

Which messages count is derived from all of them each time, so the order of arrival and
repeats make no difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import answers
from bot.domain.answers import PRIVATE, Answer, Heard
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case
from bot.domain.members import CLOCKS_APART
from bot.domain.prompts import Prompt
from bot.errors import NotYours, TooLate
from bot.ids import AnswerId, DeliveryKey, MessageId, PostKey, PromptId, UserId
from bot.inbound import Author, ButtonPressed, FormSubmitted, MessageDeleted
from bot.messages import NOTHING, InChannel, Reply
from bot.ports.outgoing import Mark, Outgoing
from bot.services import guarantees, requests, reviews, second_takes
from bot.services.desk import Desk
from bot.voice import forms, posts, replies
from bot.voice import reviews as say


def hear(desk: Desk, prompt: Prompt, who: Author, heard: Heard) -> Reply:
    """Take in one message of a prompt's thread, new or changed."""
    if settle(desk, prompt, who, heard):
        return NOTHING
    return _hint_once(desk, desk.cohort(prompt.workspace, prompt.cohort), who)


def settle(desk: Desk, prompt: Prompt, who: Author, heard: Heard) -> bool:
    """Take in a message seen in a prompt's thread; tell whether a member wrote it."""
    cohort = desk.cohort(prompt.workspace, prompt.cohort)
    member = desk.work.members.get(cohort.id, who.id)
    if member is None or member.left:
        return False
    if who.name not in ("", member.name):
        desk.work.members.rename(cohort.workspace, who.id, who.name)
    buried = desk.work.answers.buried(prompt.workspace, heard.channel, heard.message)
    report = replace(heard, deleted_at=buried) if buried else heard
    stored = desk.work.answers.by(prompt.id, who.id)
    before = stored or _new(desk, prompt, who.id)
    known = any(part.message == report.message for part in before.heard)
    if known or report.said_at >= member.joined_at:
        # What somebody said before they joined, or before they were forgotten, is not an answer.
        _update(desk, cohort, prompt, stored, answers.hear(before, report))
    return True


def delete(desk: Desk, event: MessageDeleted) -> None:
    """Take in that a message is gone; one nobody heard of is remembered as gone."""
    found = desk.work.answers.with_message(event.workspace, event.channel, event.message)
    if found is None:
        desk.work.answers.bury(event.workspace, event.channel, event.message, event.at)
        return
    remove(desk, found, event.message, event.at)


def remove(desk: Desk, answer: Answer, message: MessageId, at: datetime) -> None:
    """Take in that a message of an answer is gone."""
    known = next(heard for heard in answer.heard if heard.message == message)
    cohort = desk.cohort(answer.workspace, answer.cohort)
    prompt = _prompt(desk, answer)
    _update(desk, cohort, prompt, answer, answers.hear(answer, replace(known, deleted_at=at)))


def ask_in_private(desk: Desk, event: ButtonPressed, prompt_id: PromptId) -> Reply:
    """Open the form for an answer that does not stand in the thread, with what it held before."""
    prompt = _own_prompt(desk, event, prompt_id)
    cohort = desk.cohort(prompt.workspace, prompt.cohort)
    question = desk.guide(cohort).question(prompt.question)
    stored = desk.work.answers.by(prompt.id, event.by.id)
    private = stored is not None and stored.private and stored.status != "withdrawn"
    said = stored.text(cohort.rules.pause_between_parts) if stored and private else ""
    return Reply(form=forms.answer(prompt.id, question.prompt, said))


def take_form(desk: Desk, event: FormSubmitted, prompt_id: PromptId) -> Reply:
    """Take in an answer by form; a later form replaces it while nobody has reviewed it."""
    prompt = _own_prompt(desk, event, prompt_id)
    said = event.fields.get("text", "").strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in said):
        return Reply(errors=(("text", "Write your answer here; it is empty."),))
    cohort = desk.cohort(prompt.workspace, prompt.cohort)
    stored = desk.work.answers.by(prompt.id, event.by.id)
    if stored is not None and not stored.private and stored.status != "withdrawn":
        raise TooLate("You have answered in the thread already; edit it there.")
    again = stored is not None and stored.status != "withdrawn"
    answer = replace(stored or _new(desk, prompt, event.by.id), private=True)
    message = MessageId(f"form:{prompt.id}:{event.by.id}")
    revised_at = _newest(desk, stored, message, event.at)
    heard = Heard(PRIVATE, message, said, event.at, revised_at, marked=True)
    _update(desk, cohort, prompt, stored, answers.hear(answer, heard))
    judged = again and stored is not None and stored.read is not None
    return Reply((replies.answered(again=again, judged=judged),))


def _newest(desk: Desk, stored: Answer | None, message: MessageId, at: datetime) -> datetime:
    """Return when a form was sent; later than one that a clock far ahead has dated."""
    told = [part.revised_at for part in stored.heard if part.message == message] if stored else []
    ahead = [moment for moment in told if moment > desk.now + CLOCKS_APART]
    return max(ahead) + timedelta.resolution if ahead else at


def _update(
    desk: Desk, cohort: Cohort, prompt: Prompt, stored: Answer | None, after: Answer
) -> None:
    """Bring an answer and all that follows from it into line with its messages."""
    if after == stored:
        return
    pause = cohort.rules.pause_between_parts
    parts = after.parts(pause)
    if not parts:
        reviews.withdraw(desk, cohort, after, stored)
        second_takes.withdraw_with(desk, cohort, after)
        return
    after = replace(after, late=parts[0].said_at > prompt.closes_at)
    if after.status == "withdrawn":
        after = _afresh(after)
    after = _mark(desk, cohort, after)
    if (
        stored is not None
        and after.status in ("in_review", "done")
        and after.text(pause) != stored.text(pause)
    ):
        after = _changed_in_review(desk, cohort, prompt, after)
    before = desk.work.reviews.of(after.id) if stored else ()
    guarantees.advance(desk, cohort, Case(after, before), Case(stored, before) if stored else None)


def _mark(desk: Desk, cohort: Cohort, answer: Answer) -> Answer:
    """Show on every message that counts that it does, once."""
    emoji = posts.LATE if answer.late else posts.COUNTED
    counting = {part.message for part in answer.parts(cohort.rules.pause_between_parts)}
    heard = []
    for part in answer.heard:
        if part.message in counting and not part.marked:
            _put_mark(desk, cohort, part, emoji)
            heard.append(replace(part, marked=True))
        else:
            heard.append(part)
    return replace(answer, heard=tuple(heard))


def _put_mark(desk: Desk, cohort: Cohort, part: Heard, emoji: str) -> None:
    desk.work.outbox.put(
        Outgoing(
            key=PostKey(desk.new_id()),
            workspace=cohort.workspace,
            place=InChannel(cohort.channel),
            act=Mark(part.channel, part.message, emoji),
            at=desk.now,
        )
    )


def _changed_in_review(desk: Desk, cohort: Cohort, prompt: Prompt, answer: Answer) -> Answer:
    """Let reviewers read the new text, unless somebody has judged the old one."""
    if answer.read is None:
        requests.show_again(desk, cohort, answer)
        return answer
    if not answer.edited:
        question = desk.guide(cohort).question(prompt.question)
        desk.tell(cohort, answer.author, say.kept(question))
    return replace(answer, edited=True)


def _afresh(answer: Answer) -> Answer:
    """Return an answer that was withdrawn as one that nobody has read yet."""
    return replace(
        answer,
        status="collecting",
        read=None,
        edited=False,
        stage=0,
        allocated_at=None,
        result_at=None,
        self_score=None,
    )


def _new(desk: Desk, prompt: Prompt, author: UserId) -> Answer:
    return Answer(
        id=AnswerId(desk.new_id()),
        workspace=prompt.workspace,
        cohort=prompt.cohort,
        prompt=prompt.id,
        question=prompt.question,
        author=author,
    )


def _hint_once(desk: Desk, cohort: Cohort, who: Author) -> Reply:
    key = DeliveryKey(f"hint:{cohort.id}:{who.id}")
    if not desk.work.inbox.first(cohort.workspace, key, desk.now):
        return NOTHING
    return Reply((replies.hint_to_join(cohort),))


def _prompt(desk: Desk, answer: Answer) -> Prompt:
    prompt = desk.work.prompts.get(answer.workspace, answer.prompt)
    assert prompt is not None, "an answer has a prompt"
    return prompt


def _own_prompt(desk: Desk, event: ButtonPressed | FormSubmitted, prompt_id: PromptId) -> Prompt:
    """Return a prompt of a cohort the person belongs to, or refuse."""
    prompt = desk.work.prompts.get(event.workspace, prompt_id)
    if prompt is None:
        raise NotYours
    desk.member(desk.cohort(event.workspace, prompt.cohort), event.by.id)
    return prompt
