"""Prompts and answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.answers import Answer
from bot.errors import Conflict
from bot.ids import AnswerId, ChannelId, CohortId, MessageId, PromptId
from bot.ports.work import Work
from tests.contract.conftest import AnyStore
from tests.factories import (
    ANA,
    ANSWER,
    BO,
    CHANNEL,
    COHORT,
    CY,
    ELSEWHERE,
    NOW,
    PROMPT,
    WORKSPACE,
    a_message,
    a_prompt,
    after,
    an_answer,
)


def _save(store: AnyStore, *answers: Answer) -> None:
    store.call(lambda work: [work.answers.save(answer) for answer in answers])


def _with_message(store: AnyStore, message: str) -> Answer | None:
    return store.call(
        lambda work: work.answers.with_message(WORKSPACE, CHANNEL, MessageId(message))
    )


def test_a_prompt_comes_back_as_it_was_added(store: AnyStore) -> None:
    store.call(lambda work: work.prompts.add(a_prompt()))

    assert store.call(lambda work: work.prompts.get(WORKSPACE, PROMPT)) == a_prompt()
    assert store.call(lambda work: work.prompts.get(ELSEWHERE, PROMPT)) is None


def test_prompts_come_oldest_first(store: AnyStore) -> None:
    late = a_prompt("late", asked_at=after(days=1), day=date(2026, 12, 8), number=2)
    store.call(lambda work: (work.prompts.add(late), work.prompts.add(a_prompt())))

    assert store.call(lambda work: work.prompts.of(COHORT)) == (a_prompt(), late)


@pytest.mark.parametrize("same", ["day", "question", "id"])
def test_a_cohort_has_one_prompt_a_day_and_asks_no_question_twice(
    store: AnyStore, same: str
) -> None:
    first = a_prompt()
    other = a_prompt("prompt-2", day=date(2026, 12, 8), number=2)
    second = replace(other, **{same: getattr(first, same)})
    store.call(lambda work: work.prompts.add(first))

    with pytest.raises(Conflict):
        store.call(lambda work: work.prompts.add(second))


def test_another_cohort_may_ask_the_same_on_the_same_day(store: AnyStore) -> None:
    other = a_prompt("prompt-2", cohort=CohortId("cohort-2"), question=a_prompt().question)

    store.call(lambda work: (work.prompts.add(a_prompt()), work.prompts.add(other)))

    assert store.call(lambda work: work.prompts.get(WORKSPACE, other.id)) == other


def test_an_answer_comes_back_as_it_was_saved(store: AnyStore) -> None:
    answer = an_answer(
        heard=(
            a_message("m1", "Ünicode 😀\n\0 and “quotes”", deleted_at=after(hours=1), files=2),
            a_message("m2", said_at=after(microseconds=1), revised_at=after(days=1), marked=True),
        ),
        status="done",
        private=True,
        late=True,
        read="what was read",
        edited=True,
        stage=3,
        allocated_at=after(minutes=10),
        result_at=after(days=1),
        self_score=4,
        due_at=after(days=2),
    )

    _save(store, answer)

    assert store.call(lambda work: work.answers.get(WORKSPACE, ANSWER)) == answer
    assert store.call(lambda work: work.answers.get(ELSEWHERE, ANSWER)) is None
    assert store.call(lambda work: work.answers.by(PROMPT, ANA)) == answer
    assert store.call(lambda work: work.answers.by(PROMPT, BO)) is None


def test_an_answer_is_found_by_any_message_heard_for_it(store: AnyStore) -> None:
    answer = an_answer(heard=(a_message("m1", deleted_at=NOW), a_message("m2")))
    _save(store, answer)

    assert _with_message(store, "m1") == _with_message(store, "m2") == answer
    assert _with_message(store, "m3") is None


def test_the_same_message_id_elsewhere_is_another_message(store: AnyStore) -> None:
    _save(store, an_answer(heard=(a_message("m1"),)))

    other = ChannelId("other")
    found = store.call(lambda work: work.answers.with_message(WORKSPACE, other, MessageId("m1")))
    assert found is None
    found = store.call(lambda work: work.answers.with_message(ELSEWHERE, CHANNEL, MessageId("m1")))
    assert found is None


def test_messages_heard_later_are_found_and_dropped_ones_are_not(store: AnyStore) -> None:
    _save(store, an_answer(heard=(a_message("m1"), a_message("m2"))))
    changed = an_answer(heard=(a_message("m2"), a_message("m3")))

    _save(store, changed)

    assert _with_message(store, "m1") is None
    assert _with_message(store, "m2") == _with_message(store, "m3") == changed


def test_an_answer_read_and_saved_in_one_call_keeps_its_messages(store: AnyStore) -> None:
    _save(store, an_answer(heard=(a_message("m1"),)))

    def hear(work: Work) -> None:
        answer = work.answers.get(WORKSPACE, ANSWER)
        assert answer is not None
        work.answers.save(replace(answer, heard=(*answer.heard, a_message("m2"))))
        work.answers.save(replace(answer, heard=(*answer.heard, a_message("m3"))))

    store.call(hear)

    assert _with_message(store, "m1") == _with_message(store, "m3")
    assert _with_message(store, "m2") is None


def test_an_author_has_one_answer_to_a_prompt(store: AnyStore) -> None:
    _save(store, an_answer("first"))

    with pytest.raises(Conflict):
        _save(store, an_answer("second"))


def test_a_message_belongs_to_one_answer(store: AnyStore) -> None:
    _save(store, an_answer("first", heard=(a_message("m1"),)))

    with pytest.raises(Conflict):
        _save(store, an_answer("second", author=BO, heard=(a_message("m1"),)))


def test_answers_to_a_prompt_come_by_author(store: AnyStore) -> None:
    answers = [an_answer("1", author=CY), an_answer("2", author=ANA), an_answer("3", author=BO)]
    _save(store, *answers, an_answer("4", prompt=PromptId("other")))

    found = store.call(lambda work: work.answers.to(PROMPT))

    assert [answer.author for answer in found] == [ANA, BO, CY]


def test_answers_of_a_cohort_come_by_their_first_message(store: AnyStore) -> None:
    said = {"1": after(hours=2), "2": after(hours=1), "3": NOW, "4": after(hours=1)}
    for name, at in said.items():
        heard = (a_message(f"m{name}", said_at=at), a_message(f"n{name}", said_at=after(days=1)))
        author = BO if name == "2" else ANA
        status = "withdrawn" if name == "1" else "done"
        _save(
            store,
            an_answer(name, prompt=PromptId(name), author=author, heard=heard, status=status),
        )
    _save(store, an_answer("empty", prompt=PromptId("empty")))
    _save(store, an_answer("other", cohort=CohortId("other"), prompt=PromptId("other")))

    def ids(**given: object) -> list[AnswerId]:
        found = store.call(lambda work: work.answers.of(COHORT, **given))  # type: ignore[arg-type]
        return [answer.id for answer in found]

    assert ids() == ["empty", "3", "2", "4", "1"]
    assert ids(since=after(hours=1)) == ["2", "4", "1"]
    assert ids(author=ANA) == ["empty", "3", "4", "1"]
    assert ids(since=after(hours=1), author=ANA) == ["4", "1"]


def test_a_message_deleted_before_it_was_heard_is_remembered(store: AnyStore) -> None:
    message = MessageId("m1")
    store.call(lambda work: work.answers.bury(WORKSPACE, CHANNEL, message, after(hours=1)))

    assert store.call(lambda work: work.answers.buried(WORKSPACE, CHANNEL, message)) == after(
        hours=1
    )
    assert store.call(lambda work: work.answers.buried(ELSEWHERE, CHANNEL, message)) is None
    assert store.call(lambda work: work.answers.buried(WORKSPACE, CHANNEL, MessageId("2"))) is None


def test_of_several_reports_of_a_deletion_the_earliest_time_stays(store: AnyStore) -> None:
    message = MessageId("m1")
    times = [after(hours=1), NOW, after(hours=2)]
    store.call(lambda work: [work.answers.bury(WORKSPACE, CHANNEL, message, at) for at in times])

    assert store.call(lambda work: work.answers.buried(WORKSPACE, CHANNEL, message)) == NOW


def test_a_second_take_stands_beside_the_first_and_is_not_counted(store: AnyStore) -> None:
    first = an_answer("first")
    second = an_answer("second", take=2, first=first.id)
    store.call(lambda work: [work.answers.save(each) for each in (second, first)])

    assert store.call(lambda work: work.answers.by(PROMPT, ANA)) == first
    assert store.call(lambda work: work.answers.by(PROMPT, ANA, take=2)) == second
    assert store.call(lambda work: work.answers.to(PROMPT)) == (first, second)
    assert store.call(lambda work: work.answers.count(PROMPT)) == 1
