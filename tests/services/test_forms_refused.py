"""Forms that ask for what cannot be, though each of their fields can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.ids import DeliveryKey, UserId
from bot.inbound import Author, FormSubmitted
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import Town


def test_a_cohort_is_set_up_in_a_channel_and_nowhere_else() -> None:
    club = Club(Town())
    event = FormSubmitted(
        workspace=club.workspace, by=Author(UserId(OLGA), OLGA), at=club.town.now,
        key=DeliveryKey("alone"), channel=None, action="setup", fields={"guide": "mini"},
    )  # fmt: skip

    reply = club.town.take(event)

    assert reply.messages
    assert club.town.call(lambda work: work.cohorts.alive()) == ()


def test_days_on_which_everything_is_skipped_are_said_at_their_field_and_in_words() -> None:
    club = a_club()
    mondays = frozenset(date(2026, 12, 7) + timedelta(weeks=week) for week in range(70))
    skipping = replace(club.cohort, plan=replace(club.cohort.plan, skips=mondays))
    club.town.call(lambda work: work.cohorts.save(skipping))
    form = club.press(OLGA, f"settings:{club.cohort.id}").form
    assert form is not None
    fields = {field.name: field.value for field in form.fields}

    reply = club.submit(OLGA, f"settings:{club.cohort.id}", **{**fields, "days": "mon"})
    (said,) = club.command(OLGA, "settings days=mon").messages

    assert [name for name, _ in reply.errors] == ["days"]
    assert "no post at all" in repr(said)
    assert club.cohort.plan.days == frozenset({1, 2, 3, 4, 5})
