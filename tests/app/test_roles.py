"""What a process does: read, checked against what is there, and nothing beyond it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.database.connect import open_store
from adapters.database.errors import DatabaseFault
from adapters.database.store import DatabaseStore
from app import roles, wiring
from app.absences import Absences
from app.cli import cli
from app.gaps import Gaps
from app.groups import Groups
from app.measuring import Meter
from app.outside import Outside
from app.pulse import Pulse
from app.settings import Settings, names
from app.settings_problems import SettingsError
from app.settings_reading import read
from app.shifts import Shifts
from app.sides import Sides
from app.speaking import hinted
from bot.services.coach import Coach
from tests.app.lending import Machine

SLACK = {"SLACK_BOT_TOKEN": "xoxb-" + "1234567890-abcdef"}
BY_SOCKET = SLACK | {"SLACK_APP_TOKEN": "xapp-" + "1-A1-234-abcdef"}
BY_WEB = SLACK | {"SLACK_SIGNING_SECRET": "ab" * 16}
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "abcdefghijklmnopqrstuvwxyz0123"
DISCORD = {"DISCORD_TOKEN": TOKEN}
NOTHING = dict.fromkeys(names().values())
POSTGRES = {"DATABASE_URL": "postgresql://coach@db/coach"}


def given(env: dict[str, str], of: str | None = None) -> Settings:
    return read({**env} if of is None else {**env, "LOOPMATES_ROLES": of})


def refusal(settings: Settings) -> str:
    """Return why these settings are refused."""
    with pytest.raises(SettingsError) as caught:
        roles.check(settings)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("slack", "slack"),
        ("web,slack", "slack,web"),
        (" Scheduler ,discord\nslack web,web", "slack,discord,web,scheduler"),
    ],
)
def test_roles_are_read_in_any_order_and_case_each_once(written: str, meant: str) -> None:
    assert given({}, written).roles == meant


def test_without_roles_a_process_does_everything() -> None:
    assert roles.of(given({})) == {"slack", "discord", "web", "scheduler"}


@pytest.mark.parametrize(
    ("written", "words"),
    [("slack,sheduler", "Perhaps scheduler was meant"), ("bot", "slack, discord, web and")],
)
def test_an_unknown_role_is_refused_with_those_there_are(written: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        given({}, written)


@pytest.mark.parametrize(
    ("env", "of", "left"),
    [
        (BY_SOCKET, "slack", "scheduler"),
        (BY_SOCKET, "web,scheduler", "slack"),
        (BY_WEB, "slack,scheduler", "web"),
        (DISCORD | BY_SOCKET, "slack,scheduler", "discord"),
    ],
)
def test_a_file_is_for_one_process_that_does_everything(
    env: dict[str, str], of: str, left: str
) -> None:
    said = refusal(given(env, of))

    assert said.startswith(f"LOOPMATES_ROLES: {left} would be done by nobody")
    assert "PostgreSQL" in said
    roles.check(given(env | POSTGRES, of))


@pytest.mark.parametrize(
    ("env", "of"),
    [
        (BY_SOCKET, "slack,scheduler"),
        (BY_WEB, "slack,web,scheduler"),
        (DISCORD, "discord,scheduler"),
        (DISCORD | BY_SOCKET, roles.ALL),
    ],
)
def test_on_a_file_what_nothing_is_there_for_may_be_left_out(env: dict[str, str], of: str) -> None:
    roles.check(given(env, of))


@pytest.mark.parametrize(
    ("env", "of", "cure"),
    [
        (DISCORD, "slack", "SLACK_BOT_TOKEN"),
        (BY_WEB, "discord", "DISCORD_TOKEN"),
        ({}, "slack,discord", "SLACK_BOT_TOKEN"),
    ],
)
def test_a_process_that_could_do_nothing_is_refused_with_the_token_it_lacks(
    env: dict[str, str], of: str, cure: str
) -> None:
    assert f"Set {cure} for this process" in refusal(given(env | POSTGRES, of))


def test_a_role_without_its_token_beside_one_that_works_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "app.roles"):
        roles.check(given(BY_SOCKET | POSTGRES, "slack,discord"))
        roles.check(given(POSTGRES, "scheduler"))
        roles.check(given(BY_SOCKET | POSTGRES))

    assert [vars(each)["problem"] for each in caplog.records] == ["discord"]


def test_web_is_logged_as_idle_only_where_it_is_all_there_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "app.roles"):
        roles.check(given(DISCORD | POSTGRES, "discord,web"))
        roles.check(given(BY_SOCKET | POSTGRES, "web"))

    assert [vars(each)["problem"] for each in caplog.records] == ["web"]


def test_a_fault_names_the_option_where_that_was_used(tmp_path: Path) -> None:
    env = {**NOTHING, **BY_SOCKET, "DATABASE_URL": f"sqlite:///{tmp_path}/a.db"}

    by_option = CliRunner().invoke(cli, ["run", "--roles", "slack"], env=env)
    by_setting = CliRunner().invoke(cli, ["run"], env={**env, "LOOPMATES_ROLES": "slack"})

    assert by_option.exit_code == by_setting.exit_code == 1
    assert "error: --roles: scheduler would be done by nobody" in by_option.output
    assert "leave --roles out" in by_option.output
    assert "error: LOOPMATES_ROLES: scheduler would be done by nobody" in by_setting.output


def looked_at(env: dict[str, str], *options: str) -> tuple[int, str]:
    """Return what the doctor says of roles, and its exit code."""
    ran = CliRunner().invoke(cli, ["doctor", "--offline", *options], env={**NOTHING, **env})
    lines = ran.output.splitlines()
    return ran.exit_code, "\n".join(each for each in lines if "roles" in each.casefold())


@pytest.mark.parametrize(
    ("env", "of", "said"),
    [
        (BY_WEB, "slack,scheduler", "This process speaks in Slack and decides what is due"),
        (BY_WEB, "slack,scheduler", "web would be done by nobody if this were the only process"),
        (BY_SOCKET, "slack", "speaks in Slack and hears it by Socket Mode"),
        (DISCORD | BY_WEB, "scheduler", "slack, discord and web would be done by nobody"),
        (DISCORD, "discord,web", "speaks and hears in Discord and tells on port 8080 how it is"),
        (BY_WEB, "web", "hears Slack's web requests on port 8080"),
    ],
)
def test_the_doctor_says_what_a_process_would_do_and_leave_to_others(
    env: dict[str, str], of: str, said: str
) -> None:
    code, lines = looked_at(env | POSTGRES, "--roles", of)

    assert said in lines
    assert code == 0


@pytest.mark.parametrize(
    ("env", "of", "said", "cure"),
    [
        (POSTGRES, "discord,scheduler", "discord has nothing to work with", "Set DISCORD_TOKEN"),
        (POSTGRES, "slack", "slack has no token to work with", "Set SLACK_BOT_TOKEN"),
        (DISCORD, "discord", "scheduler would be done by nobody: a database in", "PostgreSQL"),
    ],
)
def test_the_doctor_finds_what_a_role_lacks(
    env: dict[str, str], of: str, said: str, cure: str
) -> None:
    code, lines = looked_at(env | {"LOOPMATES_ROLES": of})

    assert said in lines
    assert cure in lines
    assert "--roles" not in lines
    assert code == 1


def test_the_doctor_finds_a_terminal_on_a_database_of_several() -> None:
    ran = CliRunner().invoke(cli, ["doctor", "--offline"], env={**NOTHING, **POSTGRES})

    assert ran.exit_code == 1
    assert "problem DATABASE_URL: There is no token" in ran.output


@pytest.mark.parametrize(
    ("env", "of", "page"),
    [
        (BY_WEB, None, True),
        (BY_SOCKET, None, False),
        (BY_SOCKET | {"PORT": "80"}, None, True),
        (BY_SOCKET, "slack,scheduler", False),
        (BY_SOCKET | {"PORT": "80"}, "slack,scheduler", False),
        (BY_SOCKET, "web", True),
        (BY_WEB, "slack", False),
        (BY_WEB, "web", True),
    ],
)
def test_a_port_is_listened_on_by_the_role_for_it_and_where_it_is_asked_for(
    env: dict[str, str], of: str | None, page: bool
) -> None:
    assert roles.has_page(given(env, of)) is page


@pytest.fixture
async def database() -> AsyncIterator[DatabaseStore]:
    with open_store("sqlite://") as store:
        yield store


def jobs(database: DatabaseStore, settings: Settings) -> list[str]:
    """Return what a process does by the clock."""
    outside = Outside(wiring.now, wiring.new_id, random.Random, asyncio.sleep, wiring.stopwatch())
    store, coach, sides = Groups(database), Coach({}, wiring.new_id, random.Random(1)), Sides()
    shifts = Shifts(
        settings,
        database,
        store,
        coach,
        outside,
        sides,
        None,
        Meter(),
        Pulse(outside.passed),
        Absences(store, coach, sides.gone),
        Gaps(outside.clock),
    )
    return [job.name for job in shifts.jobs(shifts.reconciler(), asyncio.Event())]


SPEAKING, DECIDING = ["settle", "nightly", "closed", "delivery"], ["sweep", "tidy"]


@pytest.mark.parametrize(
    ("env", "of", "done"),
    [
        (BY_WEB, "slack", SPEAKING),
        (DISCORD, "discord", SPEAKING),
        (BY_WEB, "web", ["settle", "closed"]),
        (BY_SOCKET, "web", []),
        (BY_WEB, "scheduler", DECIDING),
        (BY_WEB, "discord,scheduler", DECIDING),
        (BY_WEB, None, [*SPEAKING, *DECIDING]),
    ],
)
async def test_a_process_does_by_the_clock_what_its_roles_say(
    database: DatabaseStore, env: dict[str, str], of: str | None, done: list[str]
) -> None:
    assert sorted(jobs(database, given(env | POSTGRES, of))) == sorted(done)


class Bells:
    """A database that gives hints, and breaks off after so many."""

    def __init__(self, *before: int) -> None:
        self._before = list(before)

    async def hints(self) -> AsyncIterator[None]:
        for _ in range(self._before.pop(0)):
            yield
        if self._before:
            raise DatabaseFault
        await asyncio.Event().wait()


async def test_every_hint_is_passed_on_and_a_database_that_is_gone_is_asked_ever_later() -> None:
    machine, hints = Machine(), list[float]()

    def hint() -> None:
        hints.append(machine.seconds)

    listening = asyncio.create_task(hinted(Bells(2, 0, 0, 0, 1, 3), hint, machine.wait))

    await machine.run(600)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert [round(each - hints[0]) for each in hints] == [0, 0, 15, *(3 * [16])]


def test_a_file_needs_no_place_for_several(tmp_path: Path) -> None:
    assert not read({"DATABASE_URL": f"sqlite:///{tmp_path}/a.db"}).shared


def test_a_terminal_does_not_play_on_a_database_that_others_work_on() -> None:
    with pytest.raises(SettingsError, match="needs its own database"):
        wiring.run(given(POSTGRES))
