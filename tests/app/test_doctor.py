"""The doctor: every fault gets its line and its cure, nothing is changed, nothing secret shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import chdir, closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.doctor import Check, examine
from app.settings import names

BOT = "xoxb-" + "1234567890-canary"
APP = "xapp-" + "1-A1-234-canary"


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[Path]:
    """Work in a folder of one's own."""
    with chdir(tmp_path):
        yield tmp_path


def wrong(env: dict[str, str]) -> list[Check]:
    """Return the checks that found something wrong."""
    return [check for check in examine(env, Path(".env")) if not check.ok]


def test_nothing_is_wrong_with_a_fresh_folder(here):
    checks = examine({}, Path(".env"))

    assert [check.name for check in checks] == [
        "python",
        "sqlite",
        "time zones",
        "settings",
        "guides",
        "database",
        "disk",
        "slack",
        "discord",
    ]
    assert all(check.ok and not check.cure for check in checks)
    assert list(here.iterdir()) == []


def test_each_wrong_setting_is_a_line_with_its_cure():
    checks = wrong({"PORT": "0", "LOOPMATES_LOG_LEVL": "INFO"})

    assert [check.name for check in checks] == ["PORT", "LOOPMATES_LOG_LEVL"]
    assert all(check.cure for check in checks)


def test_each_fault_in_a_guide_is_a_line_with_file_and_cure(here):
    (here / "mine.toml").write_text("company = 3\n", encoding="utf-8")

    checks = wrong({"LOOPMATES_GUIDES": str(here)})

    assert len(checks) > 1
    assert all("mine.toml" in check.found and check.cure for check in checks)


def test_a_file_that_is_no_database_is_found(here):
    (here / "notes.db").write_text("These are notes. " * 100, encoding="utf-8")

    (check,) = wrong({"DATABASE_URL": "sqlite:///notes.db"})

    assert check.name == "database"
    assert check.cure


def test_a_database_in_a_folder_that_is_missing_is_found():
    (check,) = wrong({"DATABASE_URL": "sqlite:///none/coach.db"})

    assert check.name == "database"
    assert "Create it" in check.cure


def test_a_database_without_tables_is_found(here):
    with closing(sqlite3.connect(here / "empty.db")) as connection:
        connection.execute("CREATE TABLE other (id)")

    (check,) = wrong({"DATABASE_URL": "sqlite:///empty.db"})

    assert "loopmates db upgrade" in check.cure


def test_the_report_masks_tokens_and_exits_with_1_only_if_something_is_wrong():
    env = dict.fromkeys(names().values()) | {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}

    well = CliRunner().invoke(cli, ["doctor", "--json"], env=env)
    ill = CliRunner().invoke(cli, ["doctor"], env=env | {"PORT": "0"})

    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert "canary" not in well.output + ill.output
    report = json.loads(well.stdout)
    assert report["version"]
    assert {"name": "slack", "ok": True, "found": "token *** set, Socket Mode", "cure": ""} in (
        report["checks"]
    )
    assert "problem PORT: " in ill.stdout


def test_a_database_is_made_checked_and_backed_up(here):
    def typed(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, words, env=dict.fromkeys(names().values()))
        return result.exit_code, result.output

    assert typed("db", "check")[0] == 1
    assert typed("db", "backup", "copy.db")[0] == 1
    assert typed("db", "upgrade")[0] == 0
    assert "up to date already" in typed("db", "upgrade")[1]
    assert "is sound and is up to date" in typed("db", "check")[1]
    assert typed("db", "backup", "copy.db")[0] == 0
    assert typed("db", "backup", "copy.db") == (1, typed("db", "backup", "copy.db")[1])
    assert (here / "copy.db").stat().st_size > 0
    assert wrong({}) == []
