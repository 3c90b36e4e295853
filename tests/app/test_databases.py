"""The `db` commands: what an operator types, and what they read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from adapters.database.connect import open_store
from adapters.database.looking import standing
from app.cli import cli
from app.databases import prospects
from app.settings import names
from app.settings_reading import read
from tests.factories import ANA, COHORT, a_member
from tests.servers.postgres import PostgresServer

NOTHING = dict.fromkeys(names().values())

Typed = Callable[..., Result]


@pytest.fixture
def fresh(server: PostgresServer) -> Iterator[str]:
    """Return the URL of a server's database without tables."""
    with server.database() as url:
        yield url


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return the URL of a file with one member in it."""
    url = f"sqlite:///{tmp_path}/a.db"
    with open_store(url) as store:
        store.call(lambda work: work.members.save(a_member()))
    return url


def _typed(*words: str, url: str) -> Result:
    return CliRunner().invoke(cli, ["db", *words], env={**NOTHING, "DATABASE_URL": url})


def _holds_ana(url: str) -> bool:
    with open_store(url, upgrade=False) as store:
        return store.call(lambda work: work.members.get(COHORT, ANA)) == a_member()


def test_a_server_is_upgraded_and_checked_like_a_file(fresh: str) -> None:
    before = _typed("check", url=fresh)
    done = _typed("upgrade", url=fresh)
    again = _typed("upgrade", url=fresh)
    after = _typed("check", url=fresh)

    assert (before.exit_code, done.exit_code, again.exit_code, after.exit_code) == (1, 0, 0, 0)
    assert "holds no tables yet. Run: loopmates db upgrade." in before.stderr
    assert done.stdout.startswith("The database “loopmates_")
    assert "has been made" in done.stdout
    assert "was up to date already" in again.stdout
    assert "lets all its 0 rows be read and is up to date (schema" in after.stdout


def test_moving_prints_every_table_with_its_rows_and_checksum(file: str, fresh: str) -> None:
    moved = _typed("move", file, fresh, url=file)

    assert moved.exit_code == 0, moved.output
    lines = {line.split()[0]: line.split()[1:] for line in moved.stdout.splitlines()}
    assert lines["members"][0] == "1"
    assert lines["answers"][0] == "0"
    assert len(lines["members"][1]) == 16
    assert "Set DATABASE_URL to the server" in moved.stdout
    assert _holds_ana(fresh)


def test_a_move_goes_to_where_the_setting_points_so_that_no_password_is_typed(
    file: str, fresh: str
) -> None:
    assert _typed("move", file, url=fresh).exit_code == 0

    assert _holds_ana(fresh)


def test_a_move_to_where_something_is_ends_with_problem_and_cure(file: str, fresh: str) -> None:
    _typed("move", file, url=fresh)

    again = _typed("move", file, url=fresh)

    assert again.exit_code == 1
    assert "holds something already, in the table members. Give an empty database" in again.stderr


def test_a_backup_of_a_server_can_be_restored_to_a_file_and_to_a_server(
    file: str, fresh: str, server: PostgresServer, tmp_path: Path
) -> None:
    _typed("move", file, url=fresh)
    kept, other = str(tmp_path / "kept.db"), f"sqlite:///{tmp_path}/other.db"

    assert "holds the backup" in _typed("backup", kept, url=fresh).stdout
    assert "is as it was in" in _typed("restore", kept, url=other).stdout
    with server.database() as second:
        assert _typed("restore", kept, url=second).exit_code == 0
        assert _holds_ana(second)
    assert _holds_ana(other)


def test_restoring_says_where_what_was_there_before_is(file: str, tmp_path: Path) -> None:
    kept = str(tmp_path / "kept.db")
    _typed("backup", kept, url=file)

    restored = _typed("restore", kept, url=file)

    assert f"What was there before is in {tmp_path}/a.db.before-restore." in restored.stdout
    assert standing(f"sqlite:///{tmp_path}/a.db.before-restore").standing == "current"


@pytest.mark.parametrize("command", [["upgrade"], ["check"], ["backup", "x.db"], ["restore", "x"]])
def test_no_command_ever_tells_a_password(command: list[str], tmp_path: Path) -> None:
    url = "postgresql://coach:hush-hush@127.0.0.1:9/coaching"

    result = _typed(*command[:1], *(str(tmp_path / each) for each in command[1:]), url=url)

    assert result.exit_code == 1
    assert "hush" not in result.output + str(result.exception)


def test_a_server_without_tables_is_fine_for_a_first_start(fresh: str) -> None:
    settings = read({"DATABASE_URL": fresh})

    assert prospects(settings).ok
    assert "gets its tables at the first start" in prospects(settings).found


def test_a_url_that_names_no_database_is_a_wrong_call(file: str) -> None:
    assert _typed("move", file, "mysql://host/db", url=file).exit_code == 2


def test_a_server_of_the_setting_is_called_by_name_and_host(fresh: str) -> None:
    name = make_url(fresh).database

    assert f"The database “{name}” at 127.0.0.1:" in _typed("upgrade", url=fresh).stdout


def test_a_file_to_move_that_is_not_there_is_called_what_was_given(
    fresh: str, tmp_path: Path
) -> None:
    gone = f"sqlite:///{tmp_path}/gone.db"

    moved = _typed("move", gone, url=fresh)
    copied = _typed("backup", str(tmp_path / "copy.db"), url=gone)

    assert moved.exit_code == copied.exit_code == 1
    assert moved.output.endswith("there is no such file. Check SOURCE.\n")
    assert copied.output.endswith("Check DATABASE_URL, or start the coach first.\n")
