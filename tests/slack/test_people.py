"""The directory: asked seldom, never in the way, and never older than it says."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.slack.people import People, shown_name
from bot.ids import UserId
from tests.slack.couriers import ANA, IMPATIENT, Scene, scene

BO = UserId("U2")


async def _people(stage: Scene, size: int = 5_000) -> People:
    courier = await stage.courier()
    return People(courier.calls, stage.clock, size, IMPATIENT)


async def test_a_name_is_asked_once_an_hour() -> None:
    async with scene() as stage:
        people = await _people(stage)

        assert [await people.name(ANA) for _ in range(3)] == ["Ana Ito"] * 3
        stage.clock.pass_(timedelta(minutes=59))
        await people.name(ANA)
        assert len(stage.slack.calls) == 1
        stage.clock.pass_(timedelta(minutes=1))
        await people.name(ANA)

        assert len(stage.slack.calls) == 2


async def test_whether_an_account_is_closed_is_asked_every_ten_minutes() -> None:
    async with scene() as stage:
        people = await _people(stage)

        assert not await people.closed(ANA)
        stage.team.deactivate("U1")
        stage.clock.pass_(timedelta(minutes=9))
        assert not await people.closed(ANA)
        stage.clock.pass_(timedelta(minutes=1))

        assert await people.closed(ANA)
        assert await people.name(ANA) == "Ana Ito"
        assert len(stage.slack.calls) == 2


async def test_many_who_ask_at_once_ask_slack_once() -> None:
    async with scene() as stage:
        people = await _people(stage)

        names = await asyncio.gather(*(people.name(ANA) for _ in range(20)))

        assert set(names) == {"Ana Ito"}
        assert len(stage.slack.calls) == 1


@pytest.mark.parametrize("fault", ["reset", "stall", "fail", "http", "rate_limit"])
async def test_a_failed_look_up_is_an_unknown_name_and_not_repeated_at_once(fault: str) -> None:
    async with scene() as stage:
        people = await _people(stage)
        faults = stage.slack.faults
        if fault == "fail":
            faults.fail("users.info", "internal_error", times=3)
        elif fault == "http":
            faults.http("users.info", 500, times=3)
        elif fault == "rate_limit":
            faults.rate_limit("users.info", retry_after=60, times=3)
        else:
            getattr(faults, fault)("users.info", times=3)

        assert await people.name(ANA) == ""
        assert not await people.closed(ANA)
        assert not await people.is_bot(ANA)
        faults.clear()
        assert await people.name(ANA) == ""
        stage.clock.pass_(timedelta(minutes=1))

        assert await people.name(ANA) == "Ana Ito"


async def test_an_old_name_is_better_than_none() -> None:
    async with scene() as stage:
        people = await _people(stage)
        await people.name(ANA)
        stage.clock.pass_(timedelta(days=1))
        stage.slack.faults.fail("users.info", "internal_error")

        assert await people.name(ANA) == "Ana Ito"
        assert people.cached_name(ANA) == "Ana Ito"


async def test_nobody_by_that_id_has_no_name_and_is_not_asked_for_again() -> None:
    async with scene() as stage:
        people = await _people(stage)

        for _ in range(3):
            assert await people.name(UserId("U404")) == ""

        assert len(stage.slack.calls) == 1


async def test_a_cached_name_asks_nobody() -> None:
    async with scene() as stage:
        people = await _people(stage)

        assert people.cached_name(ANA) == ""
        assert not people.knows(ANA)
        await people.name(ANA)

        assert (people.cached_name(ANA), people.knows(ANA)) == ("Ana Ito", True)


async def test_what_an_event_shows_is_known_without_asking() -> None:
    async with scene() as stage:
        people = await _people(stage)

        people.learn({"id": "U1", "deleted": True, "profile": {"display_name": "Ana the Gone"}})

        assert await people.closed(ANA)
        assert await people.name(ANA) == "Ana the Gone"
        assert stage.slack.calls == []


async def test_a_rename_takes_effect_at_once() -> None:
    async with scene() as stage:
        people = await _people(stage)
        await people.name(ANA)

        people.renamed(ANA, "Ana Maria")

        assert await people.name(ANA) == "Ana Maria"


async def test_only_so_many_are_remembered_and_those_needed_last() -> None:
    async with scene() as stage:
        people = await _people(stage, size=2)

        for user in (ANA, BO, ANA, UserId("U3")):
            await people.name(user)

        assert [people.knows(user) for user in (ANA, BO, UserId("U3"))] == [True, False, True]


async def test_bots_and_closed_accounts_are_known_to_be_absent_once_looked_up() -> None:
    async with scene() as stage:
        people = await _people(stage)
        stage.team.add_user("U9", "robot", bot=True)
        stage.team.deactivate("U2")
        everybody = [ANA, BO, UserId("U9"), UserId("USLACKBOT")]
        assert [people.known_absent(user) for user in everybody] == [False, False, False, True]

        for user in everybody[:3]:
            await people.name(user)

        assert [people.known_absent(user) for user in everybody] == [False, True, True, True]
        assert await people.is_bot(UserId("U9"))


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"display_name": "Ana", "real_name": "Ana Ito"}, "name": "ana"}, "Ana"),
        ({"profile": {"display_name": " ", "real_name": "Ana Ito"}, "name": "ana"}, "Ana Ito"),
        ({"real_name": "Ana Ito", "name": "ana"}, "Ana Ito"),
        ({"name": "ana"}, "ana"),
        ({"profile": None, "name": None}, ""),
        ({"profile": [], "name": 7}, ""),
        ({}, ""),
    ],
)
def test_the_name_is_the_one_slack_shows(user: dict[str, object], name: str) -> None:
    assert shown_name(user) == name


@pytest.mark.parametrize("answer", ['{"ok": true}', '{"ok": true, "user": []}', "[]", ""])
async def test_an_odd_answer_about_a_person_is_no_error(answer: str) -> None:
    async with scene() as stage:
        people = await _people(stage)
        stage.slack.faults.http("users.info", 200, answer)

        assert await people.name(ANA) == ""
