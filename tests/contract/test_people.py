"""Cohorts and members."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.domain.cohorts import Rules
from bot.errors import Conflict
from bot.ids import ChannelId, CohortId, UserId
from tests.contract.conftest import AnyStore
from tests.factories import (
    ANA,
    BO,
    CHANNEL,
    COHORT,
    CY,
    ELSEWHERE,
    NOW,
    TODAY,
    WORKSPACE,
    a_cohort,
    a_member,
    a_plan,
    after,
)


def test_a_cohort_comes_back_as_it_was_saved(store: AnyStore) -> None:
    cohort = a_cohort(
        organisers=frozenset({ANA, BO, UserId('odd "id" \\ ü')}),
        plan=a_plan(
            days=frozenset({1, 7}),
            skips=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
            post_at=time(8, 30, 15, 7),
        ),
        rules=Rules(reviewers=5, hide_authors=False, grace=timedelta(days=2, microseconds=3)),
        status="ended",
        ended_at=after(microseconds=1),
        reckoned_at=after(days=1),
        changed_at=after(days=2),
    )

    store.call(lambda work: work.cohorts.save(cohort))

    assert store.call(lambda work: work.cohorts.get(WORKSPACE, COHORT)) == cohort


def test_saving_a_cohort_again_replaces_it(store: AnyStore) -> None:
    paused = replace(a_cohort(), status="paused")

    store.call(lambda work: (work.cohorts.save(a_cohort()), work.cohorts.save(paused)))

    assert store.call(lambda work: work.cohorts.at(WORKSPACE, CHANNEL)) == paused


def test_a_cohort_is_not_found_from_another_workspace(store: AnyStore) -> None:
    store.call(lambda work: work.cohorts.save(a_cohort()))
    store.call(lambda work: work.members.save(a_member(workspace=ELSEWHERE)))

    assert store.call(lambda work: work.cohorts.get(ELSEWHERE, COHORT)) is None
    assert store.call(lambda work: work.cohorts.at(ELSEWHERE, CHANNEL)) is None
    assert store.call(lambda work: work.cohorts.led(ELSEWHERE, BO)) == ()
    assert store.call(lambda work: work.cohorts.of(ELSEWHERE, ANA)) == ()
    assert store.call(lambda work: work.cohorts.of(WORKSPACE, ANA)) == ()


def test_a_channel_has_at_most_one_cohort_that_has_not_ended(store: AnyStore) -> None:
    store.call(lambda work: work.cohorts.save(a_cohort("first", status="paused")))

    with pytest.raises(Conflict):
        store.call(lambda work: work.cohorts.save(a_cohort("second")))


def test_a_cohort_cannot_be_taken_up_again_beside_another_one(store: AnyStore) -> None:
    ended = a_cohort("first", status="ended", ended_at=NOW)
    store.call(lambda work: work.cohorts.save(ended))
    store.call(lambda work: work.cohorts.save(a_cohort("second")))

    with pytest.raises(Conflict):
        store.call(lambda work: work.cohorts.save(replace(ended, status="running")))


def test_the_same_channel_in_two_workspaces_is_two_channels(store: AnyStore) -> None:
    there = a_cohort("there", workspace=ELSEWHERE)
    store.call(lambda work: work.cohorts.save(a_cohort("here")))
    store.call(lambda work: work.cohorts.save(there))

    assert store.call(lambda work: work.cohorts.at(ELSEWHERE, CHANNEL)) == there


def test_a_channel_shows_its_running_cohort_before_ended_ones(store: AnyStore) -> None:
    running = a_cohort("old but running", started_at=after(days=-9))
    store.call(lambda work: work.cohorts.save(running))
    store.call(lambda work: work.cohorts.save(a_cohort("over", status="ended", ended_at=NOW)))

    assert store.call(lambda work: work.cohorts.at(WORKSPACE, CHANNEL)) == running


def test_a_channel_without_a_running_cohort_shows_the_one_that_ended_last(store: AnyStore) -> None:
    last = a_cohort("last", status="ended", ended_at=after(days=2))
    store.call(lambda work: work.cohorts.save(last))
    store.call(lambda work: work.cohorts.save(a_cohort("b", status="ended", ended_at=NOW)))

    assert store.call(lambda work: work.cohorts.at(WORKSPACE, CHANNEL)) == last
    assert store.call(lambda work: work.cohorts.at(WORKSPACE, ChannelId("other"))) is None


def test_the_cohorts_of_a_member_are_those_not_left_newest_first(store: AnyStore) -> None:
    cohorts, members = [], []
    for number, joined in enumerate([NOW, NOW, after(hours=-1), after(hours=2)]):
        cohort = CohortId(f"c{number}")
        channel = ChannelId(f"ch{number}")
        left = None if number == 0 else after(hours=1)
        member = a_member(cohort=cohort, joined_at=joined, left_at=left)
        kept = a_cohort(cohort, channel=channel, started_at=after(days=number))
        cohorts.append(kept)
        members.append(member)
    store.call(lambda work: [work.cohorts.save(each) for each in cohorts])
    store.call(lambda work: [work.members.save(each) for each in members])

    found = store.call(lambda work: work.cohorts.of(WORKSPACE, ANA))

    assert [cohort.id for cohort in found] == ["c3", "c0"]


def test_the_cohorts_somebody_leads_come_newest_first(store: AnyStore) -> None:
    cohorts = [
        a_cohort("a", channel=ChannelId("1"), organisers=frozenset({ANA})),
        a_cohort("b", channel=ChannelId("2"), organisers=frozenset({ANA, BO}), started_at=NOW),
        a_cohort("c", channel=ChannelId("3"), organisers=frozenset({UserId("U-an")})),
        a_cohort("d", channel=ChannelId("4"), organisers=frozenset({UserId("u-ana")})),
    ]
    store.call(lambda work: [work.cohorts.save(each) for each in cohorts])

    assert store.call(lambda work: work.cohorts.led(WORKSPACE, ANA)) == (cohorts[1], cohorts[0])
    assert store.call(lambda work: work.cohorts.led(WORKSPACE, UserId("U_ana"))) == ()


def test_all_cohorts_that_have_not_ended_are_alive(store: AnyStore) -> None:
    cohorts = [
        a_cohort("a"),
        a_cohort("b", workspace=ELSEWHERE, status="paused"),
        a_cohort("c", status="ended", ended_at=NOW),
    ]
    store.call(lambda work: [work.cohorts.save(each) for each in cohorts])

    assert store.call(lambda work: work.cohorts.alive()) == (cohorts[0], cohorts[1])


def test_a_member_comes_back_as_saved_also_after_leaving(store: AnyStore) -> None:
    member = a_member(
        name="Ana “Ü” 😀 <b>",
        left_at=after(hours=1),
        back_on=TODAY,
        away_from=date(2026, 12, 1),
        away_set_at=after(seconds=1),
        past=((date(2026, 11, 1), date(2026, 11, 3)),),
        on_board=False,
        track="toronto",
    )

    store.call(lambda work: (work.members.save(a_member()), work.members.save(member)))

    assert store.call(lambda work: work.members.get(COHORT, ANA)) == member


def test_members_come_by_the_time_they_joined_then_by_id(store: AnyStore) -> None:
    members = [a_member(CY), a_member(BO), a_member(ANA, joined_at=after(hours=1))]
    members.append(a_member("U-left", joined_at=after(hours=-1), left_at=NOW))
    store.call(lambda work: [work.members.save(each) for each in members])

    found = store.call(lambda work: work.members.of(COHORT))

    assert [member.user for member in found] == ["U-left", BO, CY, ANA]
    assert store.call(lambda work: work.members.of(CohortId("other"))) == ()


def test_a_new_name_counts_in_all_cohorts_of_the_workspace_only(store: AnyStore) -> None:
    places = [(COHORT, WORKSPACE), (CohortId("2"), WORKSPACE), (CohortId("3"), ELSEWHERE)]
    members = [a_member(cohort=cohort, workspace=workspace) for cohort, workspace in places]
    store.call(lambda work: [work.members.save(member) for member in members])

    store.call(lambda work: work.members.rename(WORKSPACE, ANA, "Anna"))

    found = store.call(lambda work: [work.members.get(cohort, ANA) for cohort, _ in places])
    assert [member and member.name for member in found] == ["Anna", "Anna", "Ana"]
