"""A coach as a process whose disk takes nothing more, and one that is stopped under load.

The limit on the size of files, which is the system's own, stands in for a full disk: what is
written fails, what is read does not, and it can be lifted while the process runs.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.slack_processes import (
    CHANNEL,
    RUNNING,
    loopmates,
    set_up,
    settings_for,
    slack_with,
    status,
)
from tests.servers.slack.interactions import Done

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process")

UNLIMITED = resource.RLIM_INFINITY


def limit(process: int, size: int) -> None:
    """Let no file of a process grow beyond a size."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, UNLIMITED))


async def test_a_full_disk_is_told_nothing_is_lost_and_it_goes_on_without_a_restart(
    tmp_path: Path,
) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack, "http")
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(slack, team)
            limit(process.process.pid, 1)
            refused = await team.command("U1", CHANNEL, "join")
            unready = await status(settings["PORT"], "/readyz")
            alive = await status(settings["PORT"], "/healthz")
            limit(process.process.pid, UNLIMITED)
            taken = await team.command("U1", CHANNEL, "join")
            log = process.log
            assert await process.told(signal.SIGTERM) == 0

    assert "try" in str(refused.ack).casefold()
    assert (unready, alive) == (503, 200)
    assert "DatabaseUnusable" in log
    assert "You are in" in str(taken.ack)
    with closing(sqlite3.connect(tmp_path / "loopmates.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("SELECT count(*) FROM members").fetchone() == (1,)


async def test_a_coach_that_is_stopped_under_load_ends_in_time_and_keeps_what_it_acknowledged(
    tmp_path: Path,
) -> None:
    async with (
        slack_with() as (slack, team),
        loopmates(tmp_path, settings_for(slack, "http")) as process,
    ):
        await process.until(RUNNING)
        await set_up(slack, team)
        practice = team.dm("U1")
        load = [asyncio.ensure_future(team.command("U1", CHANNEL, "help")) for _ in range(60)]
        for _ in range(20):
            team.say("U1", practice, "practice")
        await slack.until(lambda: len(team.messages(practice)) > 22)

        assert await process.told(signal.SIGTERM, within=10.0) == 0

        answers = await asyncio.gather(*load, return_exceptions=True)
        acknowledged = sum(isinstance(each, Done) and each.acked for each in answers)
        log = process.log
    assert "Traceback" not in log
    with closing(sqlite3.connect(tmp_path / "loopmates.db")) as file:
        (leased,) = file.execute("SELECT count(*) FROM outbox WHERE state = 'leased'").fetchone()
        (taken,) = file.execute("SELECT count(*) FROM inbox").fetchone()
        assert leased == 0
        assert taken >= acknowledged > 0
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
