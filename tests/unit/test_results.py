from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.results import Mirror, Result, combine, mirror
from bot.domain.reviews import (
    NUMBERS,
    Review,
    Tap,
    tap,
)
from bot.domain.scoring import Estimate
from tests.unit.rubrics import (
    CLARITY,
    DEPTH,
    IMPACT,
    RUBRIC,
    VAGUE,
    at,
    filled,
    judged,
    often,
    review,
    sheet,
)

EMOJIS = st.sampled_from([*NUMBERS, *(criterion.emoji for criterion in RUBRIC.criteria)])
TAPS = st.builds(Tap, EMOJIS, st.booleans(), st.integers(0, 6).map(at))
SCORES = st.integers(min_value=1, max_value=5)
FORMS = st.builds(
    lambda a, b, c, flags, comment: filled(sheet(a, b, c, *flags, comment=comment)),
    SCORES,
    SCORES,
    SCORES,
    st.sets(st.just(VAGUE.key)),
    st.sampled_from(["", "Be brief."]),
)


def tapped(*reports: Tap) -> Review:
    known = review()
    for report in reports:
        known = tap(known, report, RUBRIC)
    return known


def test_without_a_rating_there_is_a_result_without_a_score() -> None:
    assert combine([review()], RUBRIC).score is None
    assert combine([], RUBRIC).n == 0


def test_the_result_is_the_mean_over_those_who_rated() -> None:
    result = combine([judged("5️⃣"), judged("2️⃣"), review()], RUBRIC)

    assert (result.score, result.n) == (3.5, 2)


def test_a_rating_of_a_text_taken_back_does_not_count_for_the_next_one() -> None:
    old = replace(judged("1️⃣"), status="withdrawn")

    assert (combine([old, judged("5️⃣")], RUBRIC).score, combine([old], RUBRIC).n) == (5.0, 0)


def test_a_criterion_that_was_tapped_was_seen_and_its_neighbours_were_missed() -> None:
    result = combine([judged("4️⃣", CLARITY.emoji), judged("3️⃣", CLARITY.emoji)], RUBRIC)

    assert (result.seen, result.missed) == ((CLARITY,), (DEPTH, IMPACT))


def test_where_no_criterion_was_tapped_the_score_stands_for_all() -> None:
    assert combine([judged("4️⃣")], RUBRIC).seen == RUBRIC.criteria
    assert combine([judged("2️⃣")], RUBRIC).missed == RUBRIC.criteria
    middle = combine([judged("3️⃣")], RUBRIC)
    assert (middle.seen, middle.missed) == ((), ())


def test_a_form_says_of_each_criterion_how_clearly_it_was_seen() -> None:
    result = combine([filled(sheet(4, 3, 2))], RUBRIC)

    assert (result.seen, result.missed) == ((CLARITY,), (IMPACT,))


def test_forms_and_taps_are_weighed_alike() -> None:
    # Clarity: (3 + 5) / 2 is seen; depth: (3 + 2) / 2 is missed; impact: (5 + 2) / 2 is neither.
    result = combine([filled(sheet(3, 3, 5)), judged("4️⃣", CLARITY.emoji)], RUBRIC)
    less = combine([filled(sheet(2, 4, 5)), judged("4️⃣", CLARITY.emoji)], RUBRIC)

    assert (result.seen, result.missed) == ((CLARITY,), (DEPTH,))
    assert (less.seen, less.missed) == ((), ())


def test_red_flags_come_with_how_many_named_them() -> None:
    forms = [filled(sheet(2, 2, 2, VAGUE.key)), filled(sheet(2, 2, 2, VAGUE.key, "unknown"))]

    assert combine([*forms, judged("2️⃣")], RUBRIC).flags == ((VAGUE, 2),)
    assert combine([filled(sheet(2, 2, 2))], RUBRIC).flags == ()


def test_comments_come_with_the_review_they_stand_in_and_empty_ones_do_not_come() -> None:
    first = filled(sheet(3, 3, 3, comment="Shorter."), reviewer="bo")
    silent = filled(sheet(3, 3, 3), reviewer="cy")

    assert combine([first, silent, judged("3️⃣")], RUBRIC).comments == ((first.id, "Shorter."),)


def test_one_thing_is_to_be_tried_what_was_missed_most() -> None:
    missed = combine([filled(sheet(2, 4, 1, VAGUE.key))], RUBRIC)

    assert missed.to_try == IMPACT
    assert missed.missed == (IMPACT, CLARITY), "weakest first"


def test_where_nothing_was_missed_a_red_flag_is_the_thing_then_the_weakest_then_nothing() -> None:
    flagged = combine([filled(sheet(4, 3, 4, VAGUE.key))], RUBRIC)
    between = combine([filled(sheet(4, 3, 4))], RUBRIC)
    clear = combine([filled(sheet(4, 4, 5))], RUBRIC)

    assert (flagged.to_try, between.to_try, clear.to_try) == (VAGUE, DEPTH, None)


def test_the_score_is_the_estimate_where_there_is_one_and_nothing_else_changes() -> None:
    told = combine([judged("5️⃣"), judged("2️⃣")], RUBRIC, Estimate(3.2, 0.4, 2), drawn=True)
    plain = combine([judged("5️⃣"), judged("2️⃣")], RUBRIC, drawn=True)

    assert (told.score, told.sd, told.drawn) == (3.2, 0.4, True)
    assert (plain.score, plain.sd, plain.drawn) == (3.5, None, False)
    assert (told.seen, told.missed, told.n) == (plain.seen, plain.missed, plain.n)


def _mirror(*results: tuple[str, Result]) -> Mirror | None:
    return mirror([(question, RUBRIC, result) for question, result in results])


def test_the_mirror_shows_what_came_up_in_most_answers_and_in_which() -> None:
    weak = combine([filled(sheet(4, 2, 4))], RUBRIC)
    both = combine([filled(sheet(2, 2, 4))], RUBRIC)

    seen = _mirror(("Why us?", weak), ("Why you?", both), ("Why now?", both))

    assert seen == Mirror(DEPTH, DEPTH, ("Why us?", "Why you?", "Why now?"), 3)


def test_a_red_flag_counts_for_more_than_a_criterion_missed_as_often() -> None:
    flagged = combine([filled(sheet(2, 4, 4, VAGUE.key))], RUBRIC)

    seen = _mirror(("Why us?", flagged), ("Why you?", flagged))

    assert seen is not None
    assert (seen.what, seen.to_try.key) == (VAGUE, VAGUE.criterion)


def test_with_one_review_or_nothing_missed_there_is_no_mirror() -> None:
    weak, clear = combine([judged("1️⃣")], RUBRIC), combine([judged("5️⃣")], RUBRIC)

    assert _mirror(("Why us?", weak)) is None
    assert _mirror(("Why us?", clear), ("Why you?", clear)) is None


@often
@given(st.lists(st.lists(TAPS, max_size=4).map(lambda taps: tapped(*taps)), max_size=5))
def test_a_result_counts_those_who_rated_and_never_calls_a_criterion_both(
    known: list[Review],
) -> None:
    result = combine(known, RUBRIC)

    assert result.n == sum(r.status == "rated" for r in known)
    assert (result.score is None) == (result.n == 0)
    assert result.score is None or 1 <= result.score <= 5
    assert not {c.key for c in result.seen} & {c.key for c in result.missed}


@often
@given(st.lists(FORMS, min_size=1, max_size=5))
def test_the_order_of_reviews_changes_only_the_order_of_comments(known: list[Review]) -> None:
    result, turned = combine(known, RUBRIC), combine(known[::-1], RUBRIC)

    assert (turned.seen, turned.missed, turned.flags) == (result.seen, result.missed, result.flags)
    assert turned.score == pytest.approx(result.score)
    assert turned.comments == result.comments[::-1]
