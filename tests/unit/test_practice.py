from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.practice import Card, Practice, choose, learn, rate, say, stop, unsay
from bot.ids import PostKey, PracticeId
from tests.unit.rubrics import AUTHOR, START, WORKSPACE, at, often

DAY = timedelta(days=1)
LONGEST = 14 * DAY
SCORES = st.floats(min_value=1, max_value=5)
HISTORIES = st.lists(st.tuples(SCORES, st.integers(0, 20), st.booleans()), max_size=6)


def practice() -> Practice:
    return Practice(PracticeId("x1"), WORKSPACE, AUTHOR, "acme", "why-us", START, PostKey("p1"))


def card(question: str = "why-us", due: float = 0, score: float = 3.0) -> Card:
    return Card(WORKSPACE, AUTHOR, "acme", question, due_at=at(due), score=score)


def learned(history: list[tuple[float, int, bool]]) -> Card:
    """Return a card after (score, days since the last time, sure) in order."""
    known, now = card(), START
    for score, days, sure in history:
        now += days * DAY
        known = learn(known, score, now, sure=sure)
    return known


# --- one practice ----------------------------------------------------------------------------


def test_messages_make_up_the_answer_in_the_order_they_came() -> None:
    answered = say(say(practice(), "m1", "One."), "m2", "Two.")

    assert (answered.text, answered.status, answered.open) == ("One.\n\nTwo.", "answered", True)


def test_an_edited_message_keeps_its_place() -> None:
    answered = say(say(say(practice(), "m1", "Teh."), "m2", "Two."), "m1", "The.")

    assert answered.text == "The.\n\nTwo."


def test_a_practice_whose_every_message_was_deleted_is_asked_again() -> None:
    answered = say(say(practice(), "m1", "One."), "m2", "Two.")

    assert unsay(answered, "m1").text == "Two."
    assert unsay(answered, "m1").status == "answered"
    assert unsay(unsay(answered, "m1"), "m2") == practice()


def test_deleting_a_message_nobody_heard_changes_nothing() -> None:
    assert unsay(practice(), "m9") == practice()


def test_a_rating_or_a_stop_ends_it() -> None:
    rated, stopped = rate(practice(), 4, at(5)), stop(practice(), at(6))

    assert (rated.status, rated.score, rated.ended_at, rated.open) == ("rated", 4, at(5), False)
    assert (stopped.status, stopped.score, stopped.ended_at) == ("stopped", None, at(6))
    assert not stopped.open


# --- when it comes back ----------------------------------------------------------------------


@often
@given(HISTORIES, SCORES, SCORES, st.integers(0, 20))
def test_the_better_it_went_the_later_it_comes_back(
    history: list[tuple[float, int, bool]], one: float, other: float, days: int
) -> None:
    known = learned(history)
    now = (known.reviewed_at or START) + days * DAY
    worse, better = sorted((one, other))

    assert learn(known, worse, now).due_at <= learn(known, better, now).due_at


@often
@given(HISTORIES, SCORES, st.booleans())
def test_it_comes_back_after_now_and_within_two_weeks(
    history: list[tuple[float, int, bool]], score: float, sure: bool
) -> None:
    known = learned(history)
    now = (known.reviewed_at or START) + DAY
    after = learn(known, score, now, sure=sure)

    assert now < after.due_at <= now + LONGEST + DAY
    assert (after.reviewed_at, after.score) == (now, score)


@often
@given(HISTORIES)
def test_the_same_history_always_leads_to_the_same_card(
    history: list[tuple[float, int, bool]],
) -> None:
    assert learned(history) == learned(history)


def test_a_card_that_goes_well_each_time_comes_back_less_and_less_often() -> None:
    known, spans = card(), []
    for _ in range(3):
        known = learn(known, 4, known.due_at)
        assert known.reviewed_at is not None
        spans.append(known.due_at - known.reviewed_at)

    assert spans == sorted(spans)
    assert spans[0] < spans[-1] <= LONGEST


def grades(*scores: float, sure: bool = True) -> list[float | None]:
    return [learn(card(), score, START, sure=sure).stability for score in scores]


@pytest.mark.parametrize(("below", "edge"), [(1.99, 2.0), (3.0, 3.01), (4.25, 4.26)])
def test_scores_either_side_of_a_bound_are_remembered_differently(
    below: float, edge: float
) -> None:
    one, other = grades(below, edge)

    assert one is not None
    assert other is not None
    assert one < other


def test_scores_between_two_bounds_are_remembered_alike() -> None:
    for alike in ((1.0, 1.99), (2.0, 3.0), (3.01, 4.25), (4.26, 5.0)):
        assert len(set(grades(*alike))) == 1


def test_an_excellent_score_of_which_nobody_is_sure_counts_as_good() -> None:
    assert grades(5.0, sure=False) == grades(4.0)
    assert grades(2.0, sure=False) == grades(2.0)


# --- which one comes next --------------------------------------------------------------------


def chosen(*cards: Card, avoid: str | None = None, now: float = 0) -> str | None:
    by_question = {known.question: known for known in cards}
    return choose(["a", "b", "c"], by_question, at(now), avoid)


def test_what_has_been_due_longest_comes_first() -> None:
    assert chosen(card("b", due=-1), card("c", due=-2)) == "c"


def test_a_question_due_this_very_instant_is_due() -> None:
    assert chosen(card("c", due=0)) == "c"
    assert chosen(card("c", due=0.1)) == "a"


def test_of_several_due_at_once_the_first_by_name_comes() -> None:
    assert chosen(card("c", due=-1), card("b", due=-1)) == "b"


def test_where_none_is_due_the_next_never_practised_comes_in_the_guides_order() -> None:
    assert chosen() == "a"
    assert chosen(card("a", due=9)) == "b"


def test_where_all_were_practised_and_none_is_due_the_weakest_comes() -> None:
    assert chosen(card("a", 9, 3), card("b", 9, 2), card("c", 9, 4)) == "b"
    assert chosen(card("a", 9, 2), card("b", 8, 2), card("c", 9, 4)) == "b"


def test_the_question_practised_just_before_comes_only_if_there_is_no_other() -> None:
    assert chosen(card("c", due=-9), avoid="c") == "a"
    assert choose(["a"], {}, START, avoid="a") == "a"
    assert choose([], {}, START, avoid="a") is None


@often
@given(
    st.lists(st.sampled_from("abcdef"), unique=True),
    st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.integers(-5, 5), SCORES)),
    st.none() | st.sampled_from("abcdefg"),
)
def test_something_of_the_pool_is_chosen_whenever_there_is_anything(
    pool: list[str], known: dict[str, tuple[int, float]], avoid: str | None
) -> None:
    cards = {key: replace(card(key), due_at=at(due), score=s) for key, (due, s) in known.items()}
    picked = choose(pool, cards, START, avoid)

    assert (picked in pool) if pool else picked is None
    assert picked != avoid or pool == [avoid] or not pool
