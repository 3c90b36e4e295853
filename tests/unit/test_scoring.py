"""What a fit promises for any ratings; what it is worth is in `test_scoring_cohorts.py`."""

from __future__ import annotations

import subprocess
import sys
from math import isfinite, nan
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import scoring
from bot.domain.scoring import (
    FEWEST_EACH,
    FEWEST_REVIEWERS,
    Estimate,
    Fit,
    Rating,
    Reviewer,
    fit,
    suspicion,
)
from tests.unit.rubrics import often

SCORES = st.floats(1, 5) | st.integers(1, 5).map(float)
RATINGS = st.lists(
    st.builds(
        Rating,
        answer=st.integers(0, 12).map("a{}".format),
        reviewer=st.integers(0, 10).map("r{}".format),
        score=SCORES,
    ),
    max_size=120,
)


def one(*scores: float) -> Estimate:
    """Return what is said of an answer with these scores, beside nothing else."""
    return fit([Rating("a", f"r{place}", score) for place, score in enumerate(scores)]).scores["a"]


def everybody(reviewers: int, each: int, seed: int = 1) -> list[Rating]:
    """Return `each` ratings by each of some reviewers, three an answer or so."""
    dice = Random(seed)
    answers = max(1, reviewers * each // 3)
    return [
        Rating(f"a{answer}", f"r{reviewer}", dice.randint(1, 5))
        for reviewer in range(reviewers)
        for answer in dice.sample(range(answers), each)
    ]


def true_to(quality: dict[str, float], reviewer: str, **seen: float) -> list[Rating]:
    """Return one reviewer's ratings, with a bias and a gain but without noise."""
    bias, gain = seen.get("bias", 0.0), seen.get("gain", 1.0)
    return [
        Rating(answer, reviewer, min(5, max(1, 3 + bias + gain * (value - 3))))
        for answer, value in quality.items()
    ]


# --- any ratings -----------------------------------------------------------------------------


@often
@given(RATINGS)
def test_every_number_is_one_and_every_estimate_is_from_1_to_5(ratings: list[Rating]) -> None:
    found = fit(ratings)

    assert set(found.scores) == {rating.answer for rating in ratings}
    assert set(found.reviewers) == {rating.reviewer for rating in ratings}
    for estimate in found.scores.values():
        assert 1 <= estimate.mean <= 5
        assert 0 < estimate.sd < 2
    for reviewer in found.reviewers.values():
        assert isfinite(reviewer.bias)
        assert isfinite(reviewer.gain)
        assert 0 < reviewer.noise < 3
        assert 0 <= suspicion(reviewer) <= 1


@often
@given(RATINGS, st.randoms(use_true_random=False))
def test_the_order_of_ratings_makes_no_difference_at_all(ratings: list[Rating], dice: Random):
    shuffled = list(ratings)
    dice.shuffle(shuffled)

    assert fit(shuffled) == fit(ratings)


@often
@given(RATINGS)
def test_n_counts_each_reviewer_of_an_answer_once(ratings: list[Rating]) -> None:
    found = fit(ratings)
    pairs = {(rating.answer, rating.reviewer) for rating in ratings}

    for answer, estimate in found.scores.items():
        assert estimate.n == sum(pair[0] == answer for pair in pairs)
    for name, reviewer in found.reviewers.items():
        assert reviewer.n == sum(pair[1] == name for pair in pairs)


@often
@given(RATINGS, st.floats(0, 1))
def test_one_more_good_rating_never_makes_an_answer_worse_among_few(
    ratings: list[Rating], short: float
) -> None:
    few = [Rating(r.answer, f"r{int(r.reviewer[1:]) % 6}", r.score) for r in ratings]
    before = fit([*few, Rating("new", "r0", 5 - short)])
    after = fit([*few, Rating("new", "r0", 5 - short), Rating("new", "new", 5)])

    assert after.scores["new"].mean >= before.scores["new"].mean - 0.02


# --- edges -----------------------------------------------------------------------------------


def test_of_nothing_nothing_is_said():
    assert fit([]) == Fit({}, {}, "mean")
    assert not fit([]).confident


def test_a_single_rating_is_believed_in_part():
    best, worst = one(5), one(1)

    assert 4.4 < best.mean < 4.8
    assert 1.2 < worst.mean < 1.6
    assert best.n == worst.n == 1
    assert best.sd > 0.6


def test_three_alike_are_believed_more_than_one_and_are_surer():
    assert one(5, 5, 5).mean > one(5).mean + 0.2
    assert one(5, 5, 5).sd < one(5).sd
    assert one(5, 5, 5).n == 3


def test_one_reviewer_of_everything_tells_answers_apart():
    found = fit([Rating(f"a{score}", "r", score) for score in range(1, 6)])

    means = [found.scores[f"a{score}"].mean for score in range(1, 6)]
    assert means == sorted(means)
    assert 0.5 < means[-1] - means[0] < 4
    assert found.kind == "mean"


@pytest.mark.parametrize("score", [1.0, 3.0, 5.0])
def test_where_all_scores_are_equal_every_answer_is_worth_about_that(score):
    same = [Rating(r.answer, r.reviewer, score) for r in everybody(12, 12)]

    found = fit(same)

    assert all(abs(estimate.mean - score) < 0.1 for estimate in found.scores.values())
    assert all(0 < estimate.sd < 0.7 for estimate in found.scores.values())


def test_two_ratings_by_the_same_reviewer_are_one_with_their_mean():
    twice = [Rating("a", "r", 5), Rating("a", "r", 2), Rating("b", "r", 3)]

    assert fit(twice) == fit([Rating("a", "r", 3.5), Rating("b", "r", 3)])


@pytest.mark.parametrize("score", [0.99, 5.01, -1, 0, nan, float("inf")])
def test_a_score_outside_1_to_5_is_refused(score):
    with pytest.raises(ValueError, match="from 1 to 5"):
        Rating("a", "r", score)
    with pytest.raises(ValueError, match="from 1 to 5"):
        fit([Rating("a", "r", 3)], {"b": score})


def test_groups_that_never_met_are_both_estimated():
    here, there = everybody(8, 9, seed=1), everybody(8, 9, seed=2)
    far = [Rating(f"far-{r.answer}", f"far-{r.reviewer}", r.score) for r in there]

    found = fit([*here, *far])

    assert len(found.scores) == len({r.answer for r in (*here, *far)})
    assert found.confident


# --- few data --------------------------------------------------------------------------------


def test_reviewers_are_told_apart_from_eight_on_and_from_more_than_six_ratings_each():
    assert fit(everybody(FEWEST_REVIEWERS, FEWEST_EACH + 1)).kind == "model"
    assert fit(everybody(FEWEST_REVIEWERS - 1, 30)).kind == "mean"
    assert fit(everybody(30, FEWEST_EACH)).kind == "mean"
    assert (FEWEST_REVIEWERS, FEWEST_EACH) == (8, 6)


def test_among_few_no_reviewer_weighs_more_than_another():
    quality = {f"a{n}": 1.5 + n % 4 for n in range(40)}
    honest = [r for name in "pqr" for r in true_to(quality, name)]
    kind = [Rating(answer, "nice", 5) for answer in quality]
    two = [Rating("x", "p", 2), Rating("x", "nice", 5)]
    swapped = [Rating("x", "p", 5), Rating("x", "nice", 2)]

    one_way, other_way = fit([*honest, *kind, *two]), fit([*honest, *kind, *swapped])

    assert one_way.scores["x"].mean == pytest.approx(other_way.scores["x"].mean)
    assert suspicion(one_way.reviewers["nice"]) > suspicion(one_way.reviewers["p"])


# --- what is found ---------------------------------------------------------------------------


def test_bias_and_gain_of_reviewers_are_found():
    dice = Random(7)
    quality = {f"a{n}": dice.uniform(2, 4) for n in range(60)}
    plain = [r for name in "abcdefgh" for r in true_to(quality, name)]
    odd = true_to(quality, "kind", bias=0.8) + true_to(quality, "timid", gain=0.3)

    found = fit([*plain, *odd]).reviewers

    assert found["kind"].bias - found["a"].bias == pytest.approx(0.8, abs=0.15)
    assert found["kind"].gain == pytest.approx(found["a"].gain, abs=0.15)
    assert found["timid"].gain < found["a"].gain - 0.4


def test_whoever_gives_everybody_a_five_does_not_lift_an_answer():
    dice = Random(7)
    quality = {f"a{n}": dice.uniform(2, 4) for n in range(60)}
    honest = [r for name in "abcdefgh" for r in true_to(quality, name)]
    blind = [Rating(answer, "nice", 5) for answer in quality]
    weak = [Rating("weak", name, 2) for name in "ab"]

    found = fit([*honest, *blind, *weak, Rating("weak", "nice", 5)])

    assert found.scores["weak"].mean < 2.4
    assert found.reviewers["nice"].gain < 0.3


def test_model_answers_show_that_everybody_is_kind():
    dice = Random(3)
    quality = {f"a{n}": dice.uniform(2, 4) for n in range(40)}
    models = {"weak": 1.5, "solid": 3.0, "strong": 4.2}
    ratings = [r for name in "abcdefgh" for r in true_to(quality | models, name, bias=0.7)]

    alone, helped = fit(ratings), fit(ratings, models)

    def high(found: Fit) -> float:
        return sum(found.scores[answer].mean - quality[answer] for answer in quality) / 40

    assert high(alone) > 0.5
    assert abs(high(helped)) < 0.1
    assert not set(models) & set(helped.scores)
    assert helped.reviewers["a"].bias > 0.6


def test_among_few_model_answers_do_not_draw_other_answers_to_them():
    ratings = [Rating(f"a{n}", name, 4) for n in range(3) for name in "abc"]
    models = [Rating(f"weak{n}", name, 1) for n in range(9) for name in "abc"]
    known = {rating.answer: 1.5 for rating in models}

    found = fit([*ratings, *models], known)

    assert found.scores["a0"].mean > fit([*ratings, *models]).scores["a0"].mean + 0.01


def test_what_is_known_of_an_answer_leaves_less_to_noise():
    dice = Random(5)
    known = {f"m{n}": dice.uniform(2, 4) for n in range(30)}

    found = fit(true_to(known, "a"), known)

    assert found.reviewers["a"].noise < 0.3


def test_what_would_be_above_5_is_5():
    dice = Random(7)
    quality = {f"a{n}": dice.uniform(2, 4) for n in range(60)}
    timid = [r for name in "abcd" for r in true_to(quality, name, gain=0.5)]
    usual = [r for name in "efgh" for r in true_to(quality, name, gain=1.5)]

    found = fit([*timid, *usual, *(Rating("best", name, 5) for name in "abcd")])

    assert found.scores["best"].mean == 5


def test_a_reference_score_for_an_answer_nobody_rated_changes_nothing():
    ratings = everybody(9, 9)

    assert fit(ratings, {"unseen": 4.0}) == fit(ratings)


def test_where_only_model_answers_were_rated_there_are_reviewers_and_no_scores():
    found = fit([Rating("solid", "a", 4)], {"solid": 3.0})

    assert found.scores == {}
    assert found.reviewers["a"].bias > 0


# --- suspicion -------------------------------------------------------------------------------


def test_noise_makes_suspicious_and_gain_the_contrary_and_bias_nothing():
    usual = Reviewer(bias=0, gain=1, noise=0.7, n=30)

    assert suspicion(Reviewer(0, 1, 1.4, 30)) > suspicion(usual)
    assert suspicion(Reviewer(0, 0.2, 0.5, 30)) > scoring.SUSPICIOUS > suspicion(usual)
    assert suspicion(Reviewer(-2, 1, 0.7, 30)) == suspicion(usual)
    assert suspicion(Reviewer(0, 1, 1, 30)) == 0.5
    assert suspicion(Reviewer(0, -0.4, 0.5, 30)) == suspicion(Reviewer(0, 0, 0.5, 30)) == 1


# --- what it costs while nobody asks ---------------------------------------------------------


def test_numpy_is_loaded_with_the_first_fit_and_not_before():
    lines = (
        "import sys, app.cli, app.wiring",
        "from bot.domain.scoring import Rating, fit",
        "fit([])",
        "assert 'numpy' not in sys.modules",
        "fit([Rating('a', 'r', 3)])",
        "assert 'numpy' in sys.modules",
    )

    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
