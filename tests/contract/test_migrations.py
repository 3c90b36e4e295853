"""Migrations, backups, and databases of other versions."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from adapters.database import migrate
from adapters.database.backup import backup
from adapters.database.connect import open_store
from adapters.database.errors import (
    BackupRefused,
    DatabaseNotMigrated,
    DatabaseTooNew,
    DatabaseUnusable,
)
from adapters.database.files import is_sound
from adapters.database.outbox_tables import outbox
from bot.domain.members import Member
from bot.ports.work import Work
from tests.factories import ANA, COHORT, a_member

metadata = outbox.metadata


def _save(member: Member, work: Work) -> None:
    work.members.save(member)


def _set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])


def test_migrations_make_exactly_the_tables_the_program_uses(path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    with open_store(f"sqlite:///{path}") as store:
        assert store.direct(differences) == []


def test_migrations_make_every_partial_index_the_program_relies_on(path: Path) -> None:
    with closing(sqlite3.connect(path)) as migrated:
        rows = migrated.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        ).fetchall()

    assert {name: sql.partition(" WHERE ")[2] for name, sql in rows} == {
        str(index.name): str(index.dialect_options["sqlite"]["where"])
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }


def test_the_program_knows_every_step_there_is() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config())

    steps = [step.revision for step in script.walk_revisions()]

    assert tuple(reversed(steps)) == migrate.REVISIONS
    assert script.get_heads() == [migrate.NEWEST]


def test_a_new_database_is_brought_up_to_date_by_opening_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"

    open_store(url).close()

    assert migrate.check(url) == migrate.State(migrate.NEWEST)
    assert migrate.check(url).standing == "current"


def test_a_database_without_tables_is_refused_where_it_must_not_be_upgraded(
    tmp_path: Path,
) -> None:
    with pytest.raises(DatabaseNotMigrated, match="loopmates db upgrade"):
        open_store(f"sqlite:///{tmp_path}/new.db", upgrade=False)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    _set_revision(path, "9999")
    before = path.read_bytes()

    with pytest.raises(DatabaseTooNew, match="newer version"):
        open_store(f"sqlite:///{path}")

    assert path.read_bytes() == before
    assert migrate.check(f"sqlite:///{path}").standing == "newer"


def test_a_failed_migration_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE reviews (mine TEXT)")

    with pytest.raises(Exception, match="already exists"):
        open_store(f"sqlite:///{path}")

    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert names.fetchall() == [("reviews",)]


def test_checking_a_missing_file_says_so_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="no such file"):
        migrate.check(f"sqlite:///{tmp_path}/missing.db")

    assert list(tmp_path.iterdir()) == []


def test_checking_works_while_the_bot_is_running(path: Path) -> None:
    with open_store(f"sqlite:///{path}"):
        assert migrate.check(f"sqlite:///{path}").standing == "current"


def test_a_backup_made_while_the_bot_is_writing_is_whole(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    with open_store(f"sqlite:///{path}", durable=False) as store:
        store.call(lambda work: work.members.save(a_member()))
        busy = threading.Event()
        stop = threading.Event()

        def write() -> None:
            for number in itertools.count():
                member = a_member(f"U{number}")
                store.call(partial(_save, member))
                busy.set()
                if stop.is_set():
                    return

        writer = threading.Thread(target=write)
        writer.start()
        busy.wait(10)
        try:
            assert backup(f"sqlite:///{path}", target) == target
        finally:
            stop.set()
            writer.join()

    assert is_sound(target)
    with open_store(f"sqlite:///{target}") as copy:
        assert copy.call(lambda work: work.members.get(COHORT, ANA)) == a_member()


def test_a_backup_never_replaces_a_file(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("precious")

    with pytest.raises(BackupRefused, match="there is a file already"):
        backup(f"sqlite:///{path}", target)

    assert target.read_text() == "precious"


def test_a_backup_of_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable):
        backup(f"sqlite:///{tmp_path}/missing.db", tmp_path / "backup.db")

    assert list(tmp_path.iterdir()) == []


def test_a_backup_into_a_missing_directory_names_the_cure(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="Create the directory"):
        backup(f"sqlite:///{path}", tmp_path / "missing" / "backup.db")


def test_a_damaged_database_gives_no_backup(path: Path, tmp_path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    target = tmp_path / "backup.db"

    with pytest.raises(BackupRefused):
        backup(f"sqlite:///{path}", target)

    assert not target.exists()
    assert not target.with_name("backup.db.partial").exists()
