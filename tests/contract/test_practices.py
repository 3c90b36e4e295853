"""Solo practice and its cards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Conflict
from bot.ids import PostKey, PracticeId, WorkspaceId
from tests.contract.conftest import AnyStore
from tests.factories import ANA, BO, ELSEWHERE, NOW, WORKSPACE, a_card, a_practice, after

ID = PracticeId("practice-1")


def test_a_practice_comes_back_as_it_was_saved(store: AnyStore) -> None:
    practice = a_practice(
        status="rated",
        said=(("m2", "first “ü”"), ("m1", "second")),
        hinted=True,
        rate_post=PostKey("rate"),
        score=5,
        ended_at=after(minutes=3),
    )

    store.call(lambda work: (work.practices.save(a_practice()), work.practices.save(practice)))

    assert store.call(lambda work: work.practices.get(WORKSPACE, ID)) == practice
    assert store.call(lambda work: work.practices.get(ELSEWHERE, ID)) is None


def test_a_user_has_one_open_practice_in_a_workspace(store: AnyStore) -> None:
    store.call(lambda work: work.practices.save(a_practice("first", status="answered")))

    with pytest.raises(Conflict):
        store.call(lambda work: work.practices.save(a_practice("second")))


def test_others_and_other_workspaces_are_not_in_the_way(store: AnyStore) -> None:
    practices = [a_practice("1"), a_practice("2", user=BO), a_practice("3", workspace=ELSEWHERE)]

    store.call(lambda work: [work.practices.save(practice) for practice in practices])

    assert store.call(lambda work: work.practices.open_of(WORKSPACE, ANA)) == practices[0]
    assert store.call(lambda work: work.practices.open_of(ELSEWHERE, ANA)) == practices[2]


def test_once_a_practice_has_ended_another_can_be_opened(store: AnyStore) -> None:
    over = replace(a_practice("first"), status="stopped", ended_at=NOW)
    store.call(lambda work: work.practices.save(a_practice("first")))

    store.call(lambda work: (work.practices.save(over), work.practices.save(a_practice("second"))))

    assert store.call(lambda work: work.practices.open_of(WORKSPACE, ANA)) == a_practice("second")


def test_where_somebody_is_at_a_practice_is_told_by_platform_newest_first(
    store: AnyStore,
) -> None:
    there = a_practice("b", workspace=ELSEWHERE, asked_at=after(minutes=1))
    over = a_practice("c", workspace=WorkspaceId("console:third"), status="rated")
    slack = a_practice("d", workspace=WorkspaceId("slack:T1"))
    alike = a_practice("e", workspace=WorkspaceId("console2:x"))
    practices = [a_practice("a"), there, over, slack, alike, a_practice("f", user=BO)]
    store.call(lambda work: [work.practices.save(each) for each in practices])

    assert store.call(lambda work: work.practices.homes("console", ANA)) == (ELSEWHERE, WORKSPACE)
    assert store.call(lambda work: work.practices.homes("discord", ANA)) == ()


def test_practices_come_oldest_first(store: AnyStore) -> None:
    old = a_practice("b", status="rated", asked_at=after(days=-1))
    store.call(lambda work: (work.practices.save(a_practice("a")), work.practices.save(old)))

    assert store.call(lambda work: work.practices.of(WORKSPACE, ANA)) == (old, a_practice("a"))
    assert store.call(lambda work: work.practices.of(ELSEWHERE, ANA)) == ()


def test_a_card_comes_back_as_it_was_saved_last(store: AnyStore) -> None:
    card = a_card(
        stability=0.1 + 0.2,
        difficulty=7.25,
        reviewed_at=NOW,
        state=2,
        score=3.5,
        due_at=after(days=3),
    )

    store.call(lambda work: (work.practices.save_card(a_card()), work.practices.save_card(card)))

    assert store.call(lambda work: work.practices.cards(WORKSPACE, ANA)) == (card,)


def test_cards_of_all_guides_belong_to_one_user_in_one_workspace(store: AnyStore) -> None:
    mine = [a_card("q1"), a_card("q2"), a_card("q1", guide="other")]
    others = [a_card("q1", user=BO), a_card("q1", workspace=ELSEWHERE)]
    store.call(lambda work: [work.practices.save_card(card) for card in (*mine, *others)])

    assert set(store.call(lambda work: work.practices.cards(WORKSPACE, ANA))) == set(mine)
