"""A cohort's own rules: who leads it, how far it has come, and its end."""

from __future__ import annotations

from bot.domain.cohorts import Rules
from tests.factories import ANA, BO, NOW, a_cohort, after


def test_those_who_organise_a_cohort_lead_it_and_nobody_else() -> None:
    cohort = a_cohort(organisers=frozenset({BO}))

    assert cohort.led_by(BO)
    assert not cohort.led_by(ANA)


def test_a_cohort_never_reckons_what_it_has_reckoned_before() -> None:
    cohort = a_cohort(reckoned_at=NOW)

    assert cohort.reckoned(after(hours=1)).reckoned_at == after(hours=1)
    assert cohort.reckoned(after(hours=-1)) == cohort


def test_a_cohort_at_its_end_is_as_it_was_but_over() -> None:
    cohort = a_cohort(rules=Rules(reviewers=3))

    ended = cohort.ended(after(days=49))

    assert (ended.status, ended.ended_at) == ("ended", after(days=49))
    assert (ended.id, ended.rules, ended.plan) == (cohort.id, cohort.rules, cohort.plan)
