from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import second_takes
from bot.domain.cohorts import Rules
from bot.domain.matching import Candidate
from bot.domain.reviews import Review
from bot.domain.second_takes import compare
from bot.ids import UserId
from tests.unit.rubrics import (
    CLARITY,
    DEPTH,
    IMPACT,
    RUBRIC,
    answer,
    filled,
    judged,
    often,
    review,
    sheet,
)

BO, CY, DI = UserId("bo"), UserId("cy"), UserId("di")
SCORES = st.integers(1, 5)
FORMS = st.builds(lambda a, b, c: filled(sheet(a, b, c)), SCORES, SCORES, SCORES)


def _moved(first: list[Review], second: list[Review]) -> dict[str, tuple[int, int, float | None]]:
    moves = compare(first, second, RUBRIC).moves
    return {move.criterion.key: (move.better, move.worse, move.by) for move in moves}


def test_forms_say_which_criteria_moved_and_by_how_much() -> None:
    first = [filled(sheet(2, 3, 4)), filled(sheet(2, 3, 4), reviewer="cy")]
    second = [filled(sheet(4, 3, 3)), filled(sheet(3, 3, 4), reviewer="cy")]

    assert _moved(first, second) == {
        CLARITY.key: (2, 0, 1.5),
        DEPTH.key: (0, 0, 0.0),
        IMPACT.key: (0, 1, -0.5),
    }


def test_a_tap_says_that_it_became_better_and_not_by_how_much() -> None:
    moved = _moved([judged("3️⃣", CLARITY.emoji)], [judged("4️⃣", DEPTH.emoji)])

    assert moved[DEPTH.key] == (1, 0, None)
    assert moved[CLARITY.key] == (0, 0, None), "untapped, it is as before and no worse"


def test_only_those_who_rated_both_are_compared() -> None:
    moved = compare(
        [judged("1️⃣"), judged("3️⃣", reviewer="cy")],
        [judged("4️⃣", reviewer="cy"), judged("5️⃣", reviewer="di")],
        RUBRIC,
    )

    assert (moved.n, moved.before, moved.after) == (1, 3.0, 4.0)


def test_without_anybody_who_rated_both_nothing_is_said_to_have_moved() -> None:
    moved = compare([judged("1️⃣")], [judged("5️⃣", reviewer="cy")], RUBRIC)

    assert (moved.n, moved.before, moved.moves, moved.to_try) == (0, None, (), None)


def test_what_is_still_weakest_is_tried_next_and_nothing_if_all_is_clear() -> None:
    weak = compare([filled(sheet(2, 2, 2))], [filled(sheet(4, 3, 5))], RUBRIC)
    tapped = compare([filled(sheet(2, 4, 4))], [judged("4️⃣", DEPTH.emoji)], RUBRIC)
    clear = compare([filled(sheet(2, 2, 2))], [filled(sheet(4, 4, 5))], RUBRIC)

    assert (weak.to_try, tapped.to_try, clear.to_try) == (DEPTH, CLARITY, None)


@often
@given(FORMS, FORMS)
def test_turned_round_everything_moves_the_other_way(first: Review, second: Review) -> None:
    there, back = _moved([first], [second]), _moved([second], [first])

    for key, (better, worse, by) in there.items():
        assert by is not None
        assert back[key] == (worse, better, -by)


def test_only_an_answer_whose_result_was_told_has_a_second_take_and_only_one() -> None:
    first = replace(answer(), status="done")
    second = replace(first, take=2, first=first.id)
    withdrawn = replace(second, status="withdrawn")

    assert second_takes.possible(first, None)
    assert second_takes.possible(first, withdrawn)
    assert not second_takes.possible(first, second)
    assert not second_takes.possible(second, None)
    assert not second_takes.possible(replace(first, status="in_review"), None)


def _candidates(*users: UserId) -> list[Candidate]:
    return [Candidate(user) for user in users]


def test_those_who_rated_the_first_are_asked_and_others_once_none_of_them_is_left() -> None:
    everybody = _candidates(BO, CY, DI)

    at_first = second_takes.pool(everybody, frozenset({BO, CY}), ())
    later = second_takes.pool(everybody, frozenset({BO, CY}), {BO, CY})

    assert [each.user for each in at_first] == [BO, CY]
    assert [each.user for each in later] == [BO, CY, DI]


def test_nobody_is_added_to_those_who_rated_the_first_while_one_of_them_is_there() -> None:
    rules, raters = Rules(reviewers=2), frozenset({BO, CY})

    def wanted(*here: UserId, second: tuple[Review, ...] = ()) -> int:
        return second_takes.wanted(rules, _candidates(*here), raters, second).reviewers

    assert wanted(BO, CY, DI) == 2
    assert wanted(BO, DI) == 1
    assert wanted(DI) == 2
    assert wanted(CY, DI, second=(judged("4️⃣"),)) == 2, "whoever rated it and left has done so"
    assert wanted(CY, DI, second=(review(),)) == 1
