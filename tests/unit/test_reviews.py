from __future__ import annotations

from dataclasses import replace
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reviews import (
    NUMBERS,
    Rating,
    Review,
    Sheet,
    Status,
    Tap,
    fill,
    rating,
    tap,
)
from tests.unit.rubrics import (
    CLARITY,
    DEPTH,
    OTHERS,
    RUBRIC,
    VAGUE,
    at,
    off,
    often,
    on,
    replayed,
    review,
    sheet,
)

CRITERIA = tuple(criterion.emoji for criterion in RUBRIC.criteria)
EMOJIS = st.sampled_from([*NUMBERS, *CRITERIA, *OTHERS])
# Few instants, so that several reports often carry the same one.
TAPS = st.builds(Tap, EMOJIS, st.booleans(), st.integers(0, 6).map(at))
SCORES = st.integers(min_value=1, max_value=5)
SHEETS = st.builds(
    lambda a, b, c, flags, comment: sheet(a, b, c, *flags, comment=comment),
    SCORES,
    SCORES,
    SCORES,
    st.sets(st.just(VAGUE.key)),
    st.sampled_from(["", "Be brief."]),
)


@st.composite
def told(draw: st.DrawFn) -> list[Tap | tuple[int, Sheet]]:
    """Everything a platform tells of one reviewer: taps, and forms at different minutes."""
    minutes = draw(st.lists(st.integers(0, 6), unique=True, max_size=2))
    forms = [(minute, draw(SHEETS)) for minute in minutes]
    return [*draw(st.lists(TAPS, max_size=8)), *forms]


def take(known: Review, report: Tap | tuple[int, Sheet]) -> Review:
    if isinstance(report, Tap):
        return tap(known, report, RUBRIC)
    minute, form = report
    return fill(known, form, at(minute), RUBRIC)


def tapped(*reports: Tap, known: Review | None = None) -> Review:
    return reduce(take, reports, known or review())


def score(known: Review) -> float | None:
    said = rating(known, RUBRIC)
    return said.score if said else None


# --- taps ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("emoji", "number"), [("1️⃣", 1), ("2️⃣", 2), ("3️⃣", 3), ("4️⃣", 4), ("5️⃣", 5)])
def test_a_number_tapped_is_the_score(emoji: str, number: int) -> None:
    known = tapped(on(emoji))

    assert (score(known), known.status, known.rated_at) == (number, "rated", at(1))


def test_taking_the_number_back_leaves_the_review_asked() -> None:
    known = tapped(on("4️⃣"), off("4️⃣"))

    assert (score(known), known.status, known.rated_at) == (None, "asked", None)


def test_a_number_put_on_again_counts_again() -> None:
    known = tapped(on("4️⃣", 1), off("4️⃣", 2), on("4️⃣", 3))

    assert (score(known), known.rated_at) == (4, at(3))


def test_a_removal_that_arrives_before_its_tap_still_undoes_it() -> None:
    known = tapped(off("4️⃣", 2), on("4️⃣", 1))

    assert (score(known), known.status) == (None, "asked")


def test_of_several_numbers_the_one_tapped_last_counts() -> None:
    assert score(tapped(on("2️⃣", 1), on("5️⃣", 3), on("4️⃣", 2))) == 5
    assert score(tapped(on("5️⃣", 3), on("2️⃣", 4))) == 2


def test_of_several_numbers_the_one_before_counts_again_when_the_last_is_removed() -> None:
    assert score(tapped(on("2️⃣", 1), on("5️⃣", 3), off("5️⃣", 4))) == 2


def test_of_two_numbers_tapped_at_the_same_instant_the_higher_counts() -> None:
    assert score(tapped(on("2️⃣", 1), on("3️⃣", 1))) == 3
    assert score(tapped(on("3️⃣", 1), on("2️⃣", 1))) == 3


def test_of_tap_and_removal_at_the_same_instant_the_tap_counts() -> None:
    assert score(tapped(on("3️⃣", 1), off("3️⃣", 1))) == 3
    assert score(tapped(off("3️⃣", 1), on("3️⃣", 1))) == 3


def test_a_criterion_alone_is_no_rating() -> None:
    known = tapped(on(CLARITY.emoji))

    assert (score(known), known.status) == (None, "asked")


def test_a_criterion_tapped_is_met_until_it_is_taken_back() -> None:
    known = tapped(on("4️⃣"), on(CLARITY.emoji), on(DEPTH.emoji), off(DEPTH.emoji))

    assert rating(known, RUBRIC) == Rating(4.0, frozenset({CLARITY.key}))


@pytest.mark.parametrize("emoji", OTHERS)
def test_an_emoji_without_a_meaning_is_remembered_and_changes_nothing_else(emoji: str) -> None:
    known = tapped(on("4️⃣", 1))
    more = tap(known, on(emoji, 3), RUBRIC)

    assert more.taps == tuple(sorted((on("4️⃣", 1), on(emoji, 3)), key=lambda t: t.emoji))
    assert replace(more, taps=known.taps) == known


def test_the_rating_changed_last_when_a_criterion_was_added_to_it() -> None:
    assert tapped(on("4️⃣", 1), on(CLARITY.emoji, 3)).rated_at == at(3)
    assert tapped(on(CLARITY.emoji, 3), on("4️⃣", 1)).rated_at == at(3)


@pytest.mark.parametrize("status", ["lapsed", "released"])
def test_a_rating_that_comes_all_the_same_counts(status: Status) -> None:
    known = tapped(on("4️⃣"), known=replace(review(), status=status))

    assert known.status == "rated"


def test_a_withdrawn_review_stays_withdrawn_whatever_is_tapped() -> None:
    known = tapped(on("4️⃣"), known=replace(review(), status="withdrawn"))

    assert (known.status, known.rated_at) == ("withdrawn", None)


def test_a_rating_taken_back_when_the_lease_is_over_leaves_the_review_lapsed() -> None:
    late = replace(review(lease=60), status="lapsed")

    assert tapped(on("4️⃣", 61), off("4️⃣", 62), known=late).status == "lapsed"
    assert tapped(on("4️⃣", 61), off("4️⃣", 62), known=review(lease=62)).status == "lapsed"
    assert tapped(on("4️⃣", 61), off("4️⃣", 62), known=review(lease=63)).status == "asked"


# --- forms ---------------------------------------------------------------------------------


def test_a_forms_score_is_the_mean_of_its_criteria() -> None:
    known = fill(review(), sheet(5, 4, 2), at(3), RUBRIC)

    assert score(known) == pytest.approx(11 / 3)
    assert (known.status, known.rated_at) == ("rated", at(3))


def test_a_form_outweighs_taps_whichever_comes_last() -> None:
    first = fill(tapped(on("1️⃣", 1)), sheet(5, 5, 5), at(3), RUBRIC)
    last = tap(fill(review(), sheet(5, 5, 5), at(3), RUBRIC), on("1️⃣", 4), RUBRIC)

    assert (score(first), score(last)) == (5, 5)


def test_the_newest_form_counts() -> None:
    forms: list[tuple[int, Sheet]] = [(3, sheet(5, 5, 5)), (2, sheet(1, 1, 1))]

    assert score(reduce(take, forms, review())) == 5
    assert score(reduce(take, reversed(forms), review())) == 5


def test_taps_taken_back_do_not_take_back_the_form() -> None:
    known = fill(tapped(on("1️⃣", 1)), sheet(5, 5, 5), at(2), RUBRIC)

    assert tap(known, off("1️⃣", 3), RUBRIC).status == "rated"


def test_a_form_without_scores_leaves_the_taps_to_count() -> None:
    known = fill(tapped(on("3️⃣", 1)), Sheet({}, comment="Nice."), at(2), RUBRIC)

    assert score(known) == 3


# --- any order, any number of times ----------------------------------------------------------


@often
@given(told(), st.randoms(use_true_random=False))
def test_the_review_is_the_same_in_whatever_order_and_however_often_it_is_told(
    reports: list[Tap | tuple[int, Sheet]], rng: Random
) -> None:
    assert reduce(take, replayed(reports, rng), review()) == reduce(take, reports, review())


@often
@given(told(), st.randoms(use_true_random=False))
def test_a_review_told_of_after_its_lease_is_the_same_in_whatever_order(
    reports: list[Tap | tuple[int, Sheet]], rng: Random
) -> None:
    lapsed = replace(review(lease=-1), status="lapsed")

    assert reduce(take, replayed(reports, rng), lapsed) == reduce(take, reports, lapsed)


@often
@given(st.lists(TAPS, max_size=10))
def test_the_score_is_the_number_put_on_last_of_those_still_there(reports: list[Tap]) -> None:
    latest = {
        emoji: max((t.at, t.on) for t in reports if t.emoji == emoji)
        for emoji in NUMBERS
        if any(t.emoji == emoji for t in reports)
    }
    there = sorted((moment, NUMBERS[emoji]) for emoji, (moment, is_on) in latest.items() if is_on)

    assert score(tapped(*reports)) == (there[-1][1] if there else None)


@often
@given(told())
def test_a_review_is_rated_exactly_if_it_has_a_score_from_one_to_five(
    reports: list[Tap | tuple[int, Sheet]],
) -> None:
    known = reduce(take, reports, review())
    said = score(known)

    assert (known.status == "rated") == (said is not None) == (known.rated_at is not None)
    assert said is None or 1 <= said <= 5
    assert known.status in {"rated", "asked"}


@often
@given(st.lists(TAPS, max_size=8), EMOJIS)
def test_what_is_put_on_and_taken_off_again_leaves_no_trace_in_the_rating(
    reports: list[Tap], emoji: str
) -> None:
    before = tapped(*reports, off(emoji, 7))
    after = tapped(on(emoji, 8), off(emoji, 9), known=before)

    assert rating(after, RUBRIC) == rating(before, RUBRIC)
