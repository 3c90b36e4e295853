"""Reviews, and the figures by which reviewers are chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.reviews import Review, Sheet, Tap
from bot.errors import Conflict
from bot.ids import AnswerId, CohortId, ReviewId
from bot.ports.storage import Asked, Load, Pairing
from tests.contract.conftest import AnyStore
from tests.factories import ANA, ANSWER, BO, COHORT, CY, ELSEWHERE, NOW, WORKSPACE, a_review, after

OTHER = CohortId("cohort-2")


def _save(store: AnyStore, *reviews: Review) -> None:
    store.call(lambda work: [work.reviews.save(review) for review in reviews])


def _asked(name: str, hours: float, **given: object) -> Review:
    return a_review(name, answer=AnswerId(f"to {name}"), asked_at=after(hours=hours), **given)


def test_a_review_comes_back_as_it_was_saved(store: AnyStore) -> None:
    review = a_review(
        stage=3,
        status="rated",
        taps=(Tap("3️⃣", on=True, at=NOW), Tap("🧭", on=False, at=after(microseconds=1))),
        sheet=Sheet({"depth": 4, "scope": 1}, frozenset({"vague", "blame"}), "“Gut” 😀", NOW),
        reminded_at=after(hours=18),
        rated_at=after(hours=19),
        helpful=False,
    )

    _save(store, a_review(), review)

    assert store.call(lambda work: work.reviews.get(WORKSPACE, review.id)) == review
    assert store.call(lambda work: work.reviews.get(ELSEWHERE, review.id)) is None


def test_a_review_that_nobody_called_helpful_or_not_says_neither(store: AnyStore) -> None:
    _save(store, a_review())

    found = store.call(lambda work: work.reviews.get(WORKSPACE, ReviewId("review-1")))
    assert found is not None
    assert found.helpful is None


def test_a_reviewer_is_asked_once_for_each_answer(store: AnyStore) -> None:
    _save(store, a_review("first"))

    with pytest.raises(Conflict):
        _save(store, a_review("second"))


def test_reviews_of_an_answer_come_in_the_order_they_were_asked(store: AnyStore) -> None:
    late = a_review("a", reviewer=CY, asked_at=after(hours=1))
    _save(store, late, a_review("c", reviewer=BO), a_review("b", reviewer=ANA), _asked("d", 0))

    found = store.call(lambda work: work.reviews.of(ANSWER))

    assert [review.id for review in found] == ["b", "c", "a"]


def test_open_reviews_are_those_asked_over_all_cohorts_of_the_workspace(store: AnyStore) -> None:
    _save(
        store,
        _asked("late", 2),
        _asked("early", 1, cohort=OTHER),
        _asked("rated", 0, status="rated", rated_at=NOW),
        _asked("lapsed", 0, status="lapsed"),
        _asked("another's", 0, reviewer=CY),
        _asked("elsewhere", 0, workspace=ELSEWHERE),
    )

    found = store.call(lambda work: work.reviews.open_for(WORKSPACE, BO))

    assert [review.id for review in found] == ["early", "late"]


def test_everything_a_member_was_asked_in_a_cohort_comes_oldest_first(store: AnyStore) -> None:
    _save(
        store,
        _asked("late", 2, status="withdrawn"),
        _asked("early", 1),
        _asked("other cohort", 0, cohort=OTHER),
        _asked("another's", 0, reviewer=CY),
    )

    found = store.call(lambda work: work.reviews.by(COHORT, BO))

    assert [review.id for review in found] == ["early", "late"]


def test_ratings_are_found_from_an_instant_on_and_before_another(store: AnyStore) -> None:
    for hours in (3, 1, 2):
        _save(store, _asked(f"{hours}", 0, status="rated", rated_at=after(hours=hours)))
    _save(store, _asked("unrated", 0), _asked("other", 0, cohort=OTHER, rated_at=after(hours=1)))

    def rated(**given: object) -> list[str]:
        found = store.call(lambda work: work.reviews.rated_in(COHORT, **given))  # type: ignore[arg-type]
        return [review.id for review in found]

    assert rated() == ["1", "2", "3"]
    assert rated(since=after(hours=1), until=after(hours=3)) == ["1", "2"]
    assert rated(since=after(hours=1, microseconds=1)) == ["2", "3"]
    assert rated(until=after(hours=3, microseconds=1)) == ["1", "2", "3"]


def test_the_load_counts_what_is_open_and_what_became_of_recent_ones(store: AnyStore) -> None:
    _save(
        store,
        _asked("old and open", -9),
        _asked("old and lapsed", -9, status="lapsed"),
        _asked("open", 1),
        _asked("lapsed", 0, status="lapsed"),
        _asked("rated", 2, status="rated", rated_at=NOW),
        _asked("released", 2, status="released"),
        _asked("passed", 2, status="passed"),
        _asked("cy's", -9, reviewer=CY, status="rated"),
        _asked("other cohort", 1, cohort=OTHER),
    )

    loads = store.call(lambda work: work.reviews.loads(COHORT, NOW))

    assert loads == (
        Load(BO, open=2, recent=4, lapses=1, rated=1),
        Load(CY, open=0, recent=0, lapses=0, rated=0),
    )


def test_pairings_tell_how_often_and_when_last(store: AnyStore) -> None:
    _save(
        store,
        _asked("1", 1),
        _asked("2", 5, status="withdrawn"),
        _asked("3", 3),
        _asked("4", 0, reviewer=CY),
        _asked("5", 0, author=CY),
        _asked("6", 0, cohort=OTHER),
    )

    pairings = store.call(lambda work: work.reviews.pairings(COHORT, ANA))

    assert pairings == (Pairing(BO, 3, after(hours=5)), Pairing(CY, 1, NOW))
    assert pairings[0].last_at.utcoffset() == timedelta(0)


def test_what_was_asked_counts_from_an_instant_on_with_what_became_of_it(store: AnyStore) -> None:
    _save(
        store,
        _asked("2", 1, author=ANA, status="passed", because="busy"),
        _asked("1", 0, author=ANA),
        _asked("3", -1, author=CY),
        _asked("4", 1, author=CY, cohort=OTHER),
    )

    since_now = store.call(lambda work: work.reviews.asked_since(COHORT, NOW))
    before = store.call(lambda work: work.reviews.asked_since(COHORT, after(days=-1)))

    assert since_now == (Asked(BO, ANA, "asked", ""), Asked(BO, ANA, "passed", "busy"))
    assert before == (Asked(BO, CY, "asked", ""), *since_now)
