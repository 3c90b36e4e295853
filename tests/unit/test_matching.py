from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import FULL, LOST, Candidate, choose, is_few, spare, why
from bot.domain.pairing import Day
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


def test_who_was_asked_less_today_is_asked_first() -> None:
    assert always_first(someone("bo", today=1, recent=9, open=3, rated=1), someone("cy", today=2))


def test_of_two_asked_equally_often_today_the_one_asked_less_lately_comes_first() -> None:
    assert always_first(someone("bo", recent=1, open=3, rated=1), someone("cy", recent=2))


def test_of_two_asked_equally_often_the_one_with_fewer_open_comes_first() -> None:
    assert always_first(someone("bo", open=1, times=9), someone("cy", open=2))


@pytest.mark.parametrize(
    "hindered",
    [{"resting": True}, {"open": FULL}, {"asleep": True}, {"left": 0}],
    ids=["said not now", "has enough open", "sleeps", "was told enough"],
)
def test_who_has_no_room_today_is_asked_after_others_but_before_the_lost(
    hindered: dict[str, Any],
) -> None:
    without_room = someone("cy", rated=1, **hindered)

    assert always_first(someone("bo", today=4, recent=9, rated=1), without_room)
    assert always_first(without_room, someone("bo", lapses=LOST))


def test_who_has_yet_to_show_that_they_review_waits_for_that_before_more_is_asked() -> None:
    unheard = someone("cy", open=LOST)

    assert (unheard.unheard, unheard.lost) == (True, False)
    assert always_first(someone("bo", today=3, recent=9, rated=1), unheard)
    assert not someone("cy", open=LOST - 1).unheard
    assert not someone("cy", open=LOST, rated=1).unheard


def test_of_two_equally_busy_the_one_less_often_paired_comes_first() -> None:
    often_paired = someone("cy", times=2)

    assert always_first(someone("bo", times=1, last_at=at(9)), often_paired)


def test_of_two_equally_often_paired_the_one_longest_ago_comes_first() -> None:
    assert always_first(someone("bo", last_at=at(1)), someone("cy", last_at=at(2)))
    assert always_first(someone("bo"), someone("cy", last_at=at(-999)))


def test_whoever_the_author_reviews_today_is_not_asked_however_busy_the_others_are() -> None:
    busy, back = someone("bo", today=9, recent=9, times=9), someone("cy", reciprocal=True)
    crowd = [someone(who, today=20) for who in ("dora", "eli")]

    assert all(choose([back, busy, *crowd], 1, Random(seed)) == (busy,) for seed in range(5))
    assert back not in choose([back, busy, *crowd], 4, Random(1))


def test_whoever_the_author_reviews_today_is_asked_where_apart_is_not_asked_for() -> None:
    back, crowd = someone("cy", reciprocal=True), [someone(who, today=9) for who in ("a", "b", "d")]

    assert choose([back, *crowd], 1, Random(1), apart=False) == (back,)


def test_among_few_whoever_the_author_reviews_today_is_asked_before_the_overworked() -> None:
    back = someone("cy", reciprocal=True)

    assert always_first(back, someone("bo", today=3))
    assert always_first(someone("bo", today=1), back)


@pytest.mark.parametrize(("each", "others"), [(1, 2), (2, 4), (3, 6)])
def test_so_many_others_are_enough_to_keep_reviewers_apart(each: int, others: int) -> None:
    there = [someone(f"u{number}") for number in range(others)]

    assert not is_few(there, each)
    assert is_few(there[1:], each)
    assert is_few([*there[1:], someone("cy", lapses=LOST)], each)


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
    few = is_few(pool, 2)
    free = [c for c in pool if c.user not in asked and (few or not c.reciprocal)]

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

    few = is_few(pool, 2)
    if any(candidate.lost for candidate in chosen):
        assert all(candidate.lost or (candidate.reciprocal and not few) for candidate in left)
    assert few or not any(candidate.reciprocal for candidate in chosen)


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
@given(st.integers(min_value=3, max_value=12), st.integers(1, 3), SEEDS)
def test_over_many_answers_everybody_reviews_about_as_often_and_pairs_vary(
    members: int, wanted: int, seed: int
) -> None:
    wanted = min(wanted, members - 1)
    played = play(members, wanted, 3 * (members - 1), Random(seed))

    assert played.spread <= wanted + 1
    assert played.short == 0
    meetings = played.meetings
    assert max(meetings) <= 3 * wanted * 2 + 1
    assert min(meetings) > 0


@seldom
@given(st.integers(min_value=2, max_value=12), st.integers(1, 3), SEEDS)
def test_nobody_reviews_their_reviewer_on_the_same_day_where_enough_are_there(
    others: int, wanted: int, seed: int
) -> None:
    played = play(others + 1, wanted, 5, Random(seed))

    assert others < 2 * wanted or played.mutual == 0


def test_without_foresight_a_small_cohort_would_run_out_of_pairs() -> None:
    blind = [play(5, 2, 10, Random(seed), foresight=False).short for seed in range(10)]

    assert sum(blind) > 0
    assert sum(play(5, 2, 10, Random(seed)).short for seed in range(10)) == 0


@dataclass
class Played:
    """What came of some days on which everybody answered."""

    spread: int = 0
    short: int = 0
    mutual: int = 0
    meetings: tuple[int, ...] = ()


def play(members: int, wanted: int, days: int, rng: Random, *, foresight: bool = True) -> Played:
    """Let everybody answer every day, one after the other in any order."""
    names = [UserId(f"u{n:02}") for n in range(members)]
    recent: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    played = Played()
    for _ in range(days):
        today: set[tuple[UserId, UserId]] = set()
        for place, author in enumerate(order := rng.sample(names, members)):
            asked = Counter(reviewer for reviewer, _ in today)
            pool = [
                Candidate(
                    name, recent=recent[name], rated=1, times=pairs[name, author],
                    reciprocal=(author, name) in today, today=asked[name],
                )
                for name in names
                if name != author
            ]  # fmt: skip
            everybody, waiting = frozenset(names), frozenset(order[place + 1 :])
            day = Day(author, frozenset(today), everybody, waiting) if foresight else None
            chosen = choose(pool, wanted, rng, each=wanted, day=day)
            played.short += wanted - len(chosen)
            for one in chosen:
                played.mutual += (author, one.user) in today
                today.add((one.user, author))
                recent[one.user] += 1
                pairs[one.user, author] += 1
        played.spread = max(played.spread, max(recent.values()) - min(recent[n] for n in names))
    played.meetings = tuple(pairs[a, b] for a in names for b in names if a != b)
    return played


# --- why -------------------------------------------------------------------------------------


def test_the_reason_tells_what_is_true_of_whoever_is_asked() -> None:
    bo, cy = someone("bo", today=1, times=2), someone("cy", today=2, times=3)

    assert why(bo, [bo, cy], 1) == "least seldom"
    assert why(someone("bo", today=1), [bo, cy], 1) == "least new"
    assert why(cy, [bo, cy], 1) == "turn"
    assert why(cy, [bo, cy], 2) == "only"
