from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import FEW, LOST, Candidate, choose, spare
from bot.ids import UserId
from tests.unit.rubrics import at, often, seldom

NAMES = st.integers(0, 11).map(lambda n: UserId(f"u{n:02}"))
SMALL = st.integers(min_value=0, max_value=3)
CANDIDATES = st.builds(
    Candidate,
    user=NAMES,
    open=SMALL,
    recent=SMALL,
    lapses=SMALL,
    rated=SMALL,
    times=SMALL,
    last_at=st.none() | SMALL.map(at),
    reciprocal=st.booleans(),
)
POOLS = st.lists(CANDIDATES, max_size=12, unique_by=lambda candidate: candidate.user)
SEEDS = st.integers(min_value=0, max_value=2**32)


def someone(name: str, **known: Any) -> Candidate:
    return replace(Candidate(UserId(name)), **known)


def first(*pool: Candidate, seed: int = 1) -> str:
    """Return who of a pool is asked before the others."""
    return choose(pool, 1, Random(seed))[0].user


def always_first(better: Candidate, worse: Candidate) -> bool:
    """Tell whether one is asked before the other, whatever their names and the dice."""
    swapped = replace(better, user=worse.user), replace(worse, user=better.user)
    return all(
        first(worse, better, seed=seed) == better.user
        and first(*swapped, seed=seed) == swapped[0].user
        for seed in range(5)
    )


# --- what counts, in order -------------------------------------------------------------------


def test_who_has_fewer_open_reviews_is_asked_first() -> None:
    assert always_first(someone("bo", open=1, recent=9), someone("cy", open=2))


def test_of_two_with_equally_many_open_the_one_asked_less_lately_comes_first() -> None:
    assert always_first(someone("bo", recent=1, times=9), someone("cy", recent=2))


def test_of_two_equally_busy_the_one_less_often_paired_comes_first() -> None:
    often_paired = someone("cy", times=2)

    assert always_first(someone("bo", times=1, last_at=at(9)), often_paired)


def test_of_two_equally_often_paired_the_one_longest_ago_comes_first() -> None:
    assert always_first(someone("bo", last_at=at(1)), someone("cy", last_at=at(2)))
    assert always_first(someone("bo"), someone("cy", last_at=at(-999)))


def test_whoever_the_author_reviews_today_is_asked_after_others_however_busy_they_are() -> None:
    busy, back = someone("bo", open=9, recent=9, times=9), someone("cy", reciprocal=True)
    crowd = [someone(who, open=20) for who in ("dora", "eli")]

    assert all(choose([back, busy, *crowd], 1, Random(seed)) == (busy,) for seed in range(5))


def test_among_few_whoever_the_author_reviews_today_is_asked_before_the_overworked() -> None:
    back = someone("cy", reciprocal=True)

    assert always_first(back, someone("bo", open=3))
    assert always_first(someone("bo", open=1), back)


def test_whoever_lately_let_everything_lapse_is_asked_last_of_all() -> None:
    lost = someone("cy", lapses=LOST)

    assert (lost.lost, LOST) == (True, 2)
    assert always_first(someone("bo", open=9, recent=9, times=9, reciprocal=True), lost)


def test_one_lapse_or_one_review_given_lately_and_nobody_is_lost() -> None:
    assert not someone("bo", lapses=LOST - 1).lost
    assert not someone("bo", lapses=LOST + 1, rated=1).lost


def test_whoever_is_lost_is_asked_all_the_same_where_there_is_nobody_else() -> None:
    lost = [someone("bo", lapses=9), someone("cy", lapses=9)]

    assert set(choose(lost, 2, Random(1))) == set(lost)


def test_one_to_spare_is_asked_for_if_any_of_those_chosen_lately_let_one_lapse() -> None:
    assert spare([someone("bo"), someone("cy", lapses=1, rated=9)])
    assert not spare([someone("bo"), someone("cy", rated=1)])
    assert not spare([])


def test_equals_are_chosen_by_the_dice() -> None:
    pool = [someone(name) for name in ("bo", "cy", "dee", "eva")]

    assert {first(*pool, seed=seed) for seed in range(50)} == {"bo", "cy", "dee", "eva"}


# --- always ----------------------------------------------------------------------------------


@often
@given(POOLS, st.integers(0, 5), SEEDS, st.sets(NAMES))
def test_as_many_as_there_are_of_those_wanted_are_chosen_and_nobody_already_asked(
    pool: list[Candidate], wanted: int, seed: int, asked: set[UserId]
) -> None:
    chosen = choose(pool, wanted, Random(seed), asked=asked)
    free = [candidate for candidate in pool if candidate.user not in asked]

    assert len(chosen) == len({c.user for c in chosen}) == min(wanted, len(free))
    assert set(chosen) <= set(free)


@often
@given(POOLS, st.integers(0, 5), SEEDS, st.randoms(use_true_random=False))
def test_the_same_dice_choose_the_same_whatever_order_members_stand_in(
    pool: list[Candidate], wanted: int, seed: int, rng: Random
) -> None:
    shuffled = list(pool)
    rng.shuffle(shuffled)

    assert choose(shuffled, wanted, Random(seed)) == choose(pool, wanted, Random(seed))


@often
@given(POOLS, st.integers(1, 5), SEEDS)
def test_nobody_reviews_their_own_reviewer_and_nobody_lost_is_asked_while_there_is_another(
    pool: list[Candidate], wanted: int, seed: int
) -> None:
    chosen = choose(pool, wanted, Random(seed))
    left = [candidate for candidate in pool if candidate not in chosen]

    if any(candidate.lost for candidate in chosen):
        assert all(candidate.lost for candidate in left)
    strict = len(pool) > FEW
    if strict and any(candidate.reciprocal and not candidate.lost for candidate in chosen):
        assert all(candidate.reciprocal or candidate.lost for candidate in left)


@often
@given(POOLS, SEEDS)
def test_those_chosen_first_stay_chosen_when_more_are_wanted(
    pool: list[Candidate], seed: int
) -> None:
    ranked = choose(pool, len(pool), Random(seed))

    for wanted in range(len(pool)):
        assert choose(pool, wanted, Random(seed)) == ranked[:wanted]


# --- over weeks ------------------------------------------------------------------------------


@seldom
@given(st.integers(min_value=3, max_value=12), st.integers(1, 2), SEEDS)
def test_over_many_answers_everybody_reviews_about_as_often_and_pairs_vary(
    members: int, wanted: int, seed: int
) -> None:
    rng = Random(seed)
    names = [UserId(f"u{n:02}") for n in range(members)]
    reviews: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    days = 3 * (members - 1)

    for _ in range(days):
        today: set[tuple[str, str]] = set()
        for author in rng.sample(names, members):
            pool = [
                Candidate(
                    name,
                    open=sum(reviewer == name for reviewer, _ in today),
                    recent=reviews[name],
                    times=pairs[name, author],
                    reciprocal=(author, name) in today,
                )
                for name in names
                if name != author
            ]
            for chosen in choose(pool, wanted, rng):
                today.add((chosen.user, author))
                reviews[chosen.user] += 1
                pairs[chosen.user, author] += 1
        assert max(reviews[n] for n in names) - min(reviews[n] for n in names) <= 2 * wanted

    meetings = [pairs[a, b] for a in names for b in names if a != b]
    assert max(meetings) <= 3 * wanted * 3
    if members > wanted + 2:
        assert sum(count == 0 for count in meetings) <= len(meetings) / 4
