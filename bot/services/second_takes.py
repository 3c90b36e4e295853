"""Second takes: answer once more, after the result, for those who read the first.

Rule: only once, only while the cohort runs, and only beside an answer whose result was told.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import answers
from bot.domain.answers import PRIVATE, Answer, Heard
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case
from bot.errors import NotYours, TooLate
from bot.ids import AnswerId, MessageId
from bot.inbound import ButtonPressed, FormSubmitted
from bot.messages import Form, Reply
from bot.services import guarantees, requests, rereaders, results, reviews
from bot.services.desk import Desk
from bot.voice import second_takes as say


def open_form(desk: Desk, event: ButtonPressed, first: AnswerId) -> Reply:
    """Open the form, with the first take in it to be improved."""
    answer, cohort = _first(desk, event, first)
    return Reply(form=form(desk, cohort, answer))


def form(desk: Desk, cohort: Cohort, first: Answer) -> Form:
    """Return the form for a second take of an answer."""
    question = desk.guide(cohort).question(first.question)
    return say.form(first.id, question, rereaders.text_of(cohort, first))


def take_form(desk: Desk, event: FormSubmitted, key: AnswerId) -> Reply:
    """Take in a second take."""
    first, cohort = _first(desk, event, key)
    said = event.fields.get("text", "").strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in said):
        return Reply(errors=(("text", "Write your answer here; it is empty."),))
    if said.split() == rereaders.text_of(cohort, first).split():
        return Reply(errors=(("text", "This is your first take still. Change something first."),))
    stored = desk.work.answers.by(first.prompt, first.author, take=2)
    heard = Heard(PRIVATE, MessageId(f"again:{first.id}"), said, event.at, event.at, marked=True)
    new = replace(
        first,
        id=stored.id if stored else AnswerId(desk.new_id()),
        heard=(), status="collecting", private=True, late=False, read=None, edited=False,
        stage=0, allocated_at=None, result_at=None, self_score=None, due_at=None,
        take=2, first=first.id,
    )  # fmt: skip
    before = desk.work.reviews.of(stored.id) if stored else ()
    known = Case(stored, before) if stored else None
    guarantees.advance(desk, cohort, Case(answers.hear(new, heard), before), known)
    return Reply((say.thanks(),))


def withdraw_with(desk: Desk, cohort: Cohort, first: Answer) -> None:
    """Take a second take back, since its first take, which it quotes, was taken back."""
    second = desk.work.answers.by(first.prompt, first.author, take=2)
    if first.take == 1 and second is not None and second.status != "withdrawn":
        reviews.withdraw(desk, cohort, second, second)
        requests.unsay(desk, cohort, second)


def _first(
    desk: Desk, event: ButtonPressed | FormSubmitted, key: AnswerId
) -> tuple[Answer, Cohort]:
    """Return an answer of the person's that can have a second take, or refuse."""
    answer = desk.work.answers.get(event.workspace, key)
    if answer is None or answer.author != event.by.id:
        raise NotYours
    cohort = desk.cohort(event.workspace, answer.cohort)
    desk.member(cohort, event.by.id)
    if results.takes_another(desk, cohort, answer):
        return answer, cohort
    if cohort.status != "running":
        raise TooLate("This cohort does not run now; `practice` works at any time.")
    if answer.status != "done":
        raise TooLate("A second take comes after the result of the first.")
    raise TooLate("You have given your second take of this answer already.")
