"""All memberships of one person: bot.ports.Members.by."""

from __future__ import annotations

from bot.ids import UserId
from tests.contract.conftest import AnyStore
from tests.factories import ANA, BO, ELSEWHERE, WORKSPACE, a_member, after


def test_all_memberships_of_a_person_are_found_also_ended_ones(store: AnyStore) -> None:
    first, second = a_member(cohort="c2"), a_member(cohort="c1", joined_at=after(days=1))
    left = a_member(cohort="c3", joined_at=after(days=2), left_at=after(days=3))
    others = [a_member(BO, cohort="c1"), a_member(cohort="c4", workspace=ELSEWHERE)]

    def save(work):
        for member in (left, second, first, *others):
            work.members.save(member)

    store.call(save)

    assert store.call(lambda work: work.members.by(WORKSPACE, ANA)) == (first, second, left)
    assert store.call(lambda work: work.members.by(WORKSPACE, UserId("nobody"))) == ()
