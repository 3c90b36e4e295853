"""The operator hears once of a place where the coach has cohorts and is not."""

from __future__ import annotations

import logging

import pytest

from app.absences import CURES, Absences
from bot.ids import WorkspaceId
from tests.services.clubs import Club
from tests.services.towns import Town

HERE, THERE = WorkspaceId("discord:1"), WorkspaceId("slack:T1")


async def test_each_absence_is_told_once_and_again_after_it_was_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    town, gone = Town(), {HERE, THERE}
    for workspace in (HERE, THERE, WorkspaceId("slack:T2")):
        Club(town, workspace=workspace).start()
    is_gone = {"discord": gone.__contains__, "slack": gone.__contains__}
    absences = Absences(town.store, town.coach, is_gone)

    over = [await absences.look(), await absences.look()]
    gone.remove(HERE)
    over.append(await absences.look())
    gone.add(HERE)
    over.append(await absences.look())

    assert over == [False, False, True, False]
    told = [vars(each) for each in caplog.records if each.levelno >= logging.WARNING]
    assert [(each["workspace"], each["count"]) for each in told] == [
        (HERE, 1),
        (THERE, 1),
        (HERE, 1),
    ]
    assert [each["cure"] for each in told[:2]] == [CURES["discord"], CURES["slack"]]


async def test_a_platform_that_is_not_connected_is_nobodys_absence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    town = Town()
    Club(town, workspace=HERE).start()

    assert not await Absences(town.store, town.coach, {"slack": lambda _: True}).look()
    assert caplog.records == []


async def test_a_platform_without_a_cure_of_its_own_is_told_of_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    town = Town()
    Club(town, workspace=WorkspaceId("teams:1")).start()

    await Absences(town.store, town.coach, {"teams": lambda _: True}).look()

    (told,) = [vars(each) for each in caplog.records if each.levelno >= logging.WARNING]
    assert (told["workspace"], bool(told["cure"])) == ("teams:1", True)
