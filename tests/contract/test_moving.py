"""From a file to a server and back: all of it or nothing, and nothing is ever replaced."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from adapters.database import copying, migrate
from adapters.database.backup import backup
from adapters.database.connect import open_store
from adapters.database.copying import TABLES, read_back
from adapters.database.errors import (
    BackupRefused,
    CopyRefused,
    DatabaseBusy,
    DatabaseNotMigrated,
    DatabaseTooNew,
    DatabaseUnusable,
    RestoreRefused,
)
from adapters.database.looking import looking, standing
from adapters.database.moving import move
from adapters.database.restoring import restore
from tests.contract.rows import ROWS, fill
from tests.factories import ANA, COHORT, a_member, a_post
from tests.servers.postgres import PostgresServer


@pytest.fixture
def file(path: Path) -> str:
    """Return the URL of a file with rows in every table."""
    url = f"sqlite:///{path}"
    with open_store(url, durable=False) as store:
        store.direct(fill)
    return url


def _contents(url: str) -> tuple[copying.Copied, ...]:
    with looking(url) as connection:
        return read_back(connection)


def _is_empty(url: str) -> bool:
    return all(each.rows == 0 for each in _contents(url))


def test_all_that_is_moved_reads_the_same_on_the_server(file: str, url: str) -> None:
    moved = move(file, url)

    assert moved == _contents(url) == _contents(file)
    assert [each.rows for each in moved] == [ROWS] * len(TABLES)


def test_a_server_without_tables_gets_them(file: str, server: PostgresServer) -> None:
    with server.database() as fresh:
        move(file, fresh)

        assert standing(fresh).standing == "current"
        assert _contents(fresh) == _contents(file)


def test_what_comes_after_a_move_is_numbered_behind_what_was_moved(file: str, url: str) -> None:
    move(file, url)

    with open_store(url) as store:
        store.call(lambda work: work.outbox.put(a_post()))
        numbers = store.direct(lambda c: list(c.execute(text("SELECT id FROM outbox")).scalars()))

    assert sorted(numbers) == list(range(1, ROWS + 2))


def test_the_file_is_left_as_it_was(file: str, url: str) -> None:
    before = _contents(file)
    move(file, url)

    assert _contents(file) == before
    open_store(file).close()


def test_nothing_is_moved_while_a_process_has_the_file(file: str, url: str) -> None:
    with open_store(file), pytest.raises(DatabaseBusy, match="Stop that one first"):
        move(file, url)

    assert _is_empty(url)


def test_nothing_is_moved_into_a_database_that_holds_something(file: str, url: str) -> None:
    with open_store(url) as store:
        store.call(lambda work: work.members.save(a_member()))
    before = _contents(url)

    with pytest.raises(CopyRefused, match=r"in the table members\. Give an empty database"):
        move(file, url)

    assert _contents(url) == before


def test_a_value_that_a_server_cannot_keep_is_refused_without_being_told(
    file: str, path: Path, url: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE members SET name = ? WHERE name LIKE '%1'", ["secret\0name"])

    with pytest.raises(CopyRefused, match="in the table members cannot be stored") as refused:
        move(file, url)

    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert _is_empty(url)


def test_a_server_that_changes_what_it_is_given_is_found_out(file: str, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.score := NEW.score + 1; RETURN NEW; END';
            CREATE TRIGGER meddle BEFORE INSERT ON cards FOR EACH ROW EXECUTE FUNCTION meddle()
            """
        )
    try:
        with pytest.raises(CopyRefused, match="the table cards does not read the same"):
            move(file, url)
    finally:
        with psycopg.connect(url) as connection:
            connection.execute("DROP FUNCTION meddle CASCADE")

    assert _is_empty(url)


def test_a_move_that_is_cut_off_leaves_nothing_behind(file: str, server: PostgresServer) -> None:
    with server.database() as fresh:
        with psycopg.connect(fresh, autocommit=True) as other:
            over = threading.Event()
            cut = threading.Thread(target=_cut_off, args=[other, over])
            cut.start()
            try:
                with pytest.raises(DatabaseUnusable, match="ended the connection"):
                    move(file, fresh)
            finally:
                over.set()
                cut.join()
            names = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            left = names.fetchall()
        assert left == []


def _cut_off(other: psycopg.Connection[tuple[object, ...]], over: threading.Event) -> None:
    """End the move's connection as soon as it makes tables; it tries again once."""
    busy = (
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND a.datname = current_database()"
    )
    while not over.is_set():
        other.execute(busy)


@pytest.mark.parametrize("how", ["server to file", "file to file"])
def test_only_a_file_is_moved_and_only_to_a_server(how: str, file: str, url: str) -> None:
    source, target = (url, file) if how == "server to file" else (file, file)

    with pytest.raises(CopyRefused, match="the backup is a file"):
        move(source, target)


def test_a_file_of_an_older_version_is_to_be_upgraded_first(path: Path, url: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")

    with pytest.raises(DatabaseNotMigrated, match="db upgrade"):
        move(f"sqlite:///{path}", url)


def test_a_missing_file_is_not_made_by_moving_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="no such file"):
        move(f"sqlite:///{tmp_path}/missing.db", url)

    assert list(tmp_path.iterdir()) == []


def test_a_server_of_a_newer_version_is_refused(file: str, server: PostgresServer) -> None:
    with server.database() as newer:
        open_store(newer).close()
        with psycopg.connect(newer) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")

        with pytest.raises(DatabaseTooNew):
            move(file, newer)


def test_a_backup_of_a_server_is_a_file_with_all_of_it(url: str, tmp_path: Path) -> None:
    with open_store(url) as store:
        store.direct(fill)
        target = backup(url, tmp_path / "backup.db")

    assert _contents(f"sqlite:///{target}") == _contents(url)
    assert [each.name for each in tmp_path.iterdir()] == ["backup.db"]
    assert target.stat().st_mode & 0o077 == 0


def test_a_backup_of_a_server_is_of_one_instant(url: str) -> None:
    with looking(url) as connection:
        connection.execute(text("SELECT 1"))
        with open_store(url) as store:
            store.call(lambda work: work.members.save(a_member()))

        assert connection.execute(text("SELECT count(*) FROM members")).scalar() == 0


def test_a_backup_of_a_server_without_tables_leaves_nothing(
    server: PostgresServer, tmp_path: Path
) -> None:
    with server.database() as fresh, pytest.raises(DatabaseNotMigrated):
        backup(fresh, tmp_path / "backup.db")

    assert list(tmp_path.iterdir()) == []


def test_a_backup_comes_back_in_place_of_what_was_there(
    file: str, path: Path, tmp_path: Path
) -> None:
    kept = backup(file, tmp_path / "backup.db")
    with open_store(file) as store:
        store.call(lambda work: work.members.save(a_member()))
    later = _contents(file)

    before = restore(file, kept)

    assert before == path.with_name("loopmates.db.before-restore")
    assert _contents(file) == _contents(f"sqlite:///{kept}")
    assert _contents(f"sqlite:///{before}") == later
    open_store(file).close()


def test_what_only_the_log_of_a_killed_process_holds_is_kept_too(
    file: str, path: Path, tmp_path: Path
) -> None:
    kept = backup(file, tmp_path / "backup.db")
    left = tmp_path / "left"
    left.mkdir()
    with open_store(file) as store:
        store.call(lambda work: work.members.save(a_member()))
        killed = [
            (left / each.name, each.read_bytes()) for each in path.parent.glob(f"{path.name}*")
        ]
    for each, content in killed:
        each.write_bytes(content)
    assert (left / f"{path.name}-wal").stat().st_size > 0

    before = restore(f"sqlite:///{left}/{path.name}", kept)

    with open_store(f"sqlite:///{before}") as store:
        assert store.call(lambda work: work.members.get(COHORT, ANA)) == a_member()
    assert _contents(f"sqlite:///{left}/{path.name}") == _contents(f"sqlite:///{kept}")


def test_nothing_is_restored_while_a_process_has_the_file(
    file: str, path: Path, tmp_path: Path
) -> None:
    kept = backup(file, tmp_path / "backup.db")

    with open_store(file), pytest.raises(DatabaseBusy):
        restore(file, kept)

    assert not path.with_name("loopmates.db.before-restore").exists()


def test_a_second_restore_does_not_replace_what_the_first_has_kept(
    file: str, tmp_path: Path
) -> None:
    kept = backup(file, tmp_path / "backup.db")
    restore(file, kept)

    with pytest.raises(RestoreRefused, match="Move it away"):
        restore(file, kept)


def test_a_backup_can_be_restored_where_there_is_nothing_yet(file: str, tmp_path: Path) -> None:
    kept = backup(file, tmp_path / "backup.db")
    new = f"sqlite:///{tmp_path}/new.db"

    assert restore(new, kept) is None
    assert _contents(new) == _contents(file)


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_what_is_no_backup_is_refused(
    content: bytes, file: str, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "backup.db").write_bytes(content)
    before = path.read_bytes()

    with pytest.raises(RestoreRefused):
        restore(file, tmp_path / "backup.db")

    assert path.read_bytes() == before


def test_a_backup_of_a_newer_version_is_refused(file: str, tmp_path: Path) -> None:
    kept = backup(file, tmp_path / "backup.db")
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DatabaseTooNew):
        restore(file, kept)


def test_a_backup_is_put_back_into_an_empty_server(file: str, url: str, tmp_path: Path) -> None:
    kept = backup(file, tmp_path / "backup.db")

    restore(url, kept)

    assert _contents(url) == _contents(file)
    with pytest.raises(CopyRefused, match="holds something already"):
        restore(url, kept)


def test_nothing_is_put_into_a_server_while_a_process_works_with_it(
    file: str, url: str, tmp_path: Path
) -> None:
    kept = backup(file, tmp_path / "backup.db")

    with open_store(url) as running:
        running.server_time()
        for put in (lambda: restore(url, kept), lambda: move(file, url)):
            with pytest.raises(CopyRefused, match=r"a process of Loopmates is working.* Stop all"):
                put()

    assert _is_empty(url)
    restore(url, kept)
    assert _contents(url) == _contents(file)


def test_nothing_is_moved_if_a_process_starts_meanwhile(file: str, url: str) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(url) as somebody, psycopg.connect(url, autocommit=True) as looking_on:
        somebody.execute("LOCK TABLE members IN ROW EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as mover:
            moving = mover.submit(move, file, url)
            while looking_on.execute(waiting).fetchone() != (1,):
                pass
            with open_store(url) as started:
                assert started.call(lambda work: work.cohorts.alive()) == ()
                somebody.rollback()
                with pytest.raises(CopyRefused, match="a process of Loopmates is working"):
                    moving.result()

    assert _is_empty(url)
    move(file, url)


def test_a_backup_of_an_older_version_is_upgraded_on_its_way_into_a_server(
    url: str, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    _make_old(old)

    restore(url, old)

    assert _is_empty(url)
    assert standing(f"sqlite:///{old}").revision == "0001"


def _make_old(path: Path) -> None:
    from alembic import command  # noqa: PLC0415

    def first_step(connection: Connection) -> None:
        config = migrate.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")

    with open_store(f"sqlite:///{path}") as store:
        store.direct(first_step)


def test_a_backup_is_never_the_database_itself(file: str, path: Path) -> None:
    with pytest.raises(RestoreRefused, match="the database itself"):
        restore(file, path)


def test_a_backup_of_a_server_never_replaces_a_file(url: str, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("precious")

    with pytest.raises(BackupRefused, match="there is a file already"):
        backup(url, tmp_path / "precious.txt")


def test_whoever_looks_cannot_write(url: str) -> None:
    with (
        pytest.raises(DatabaseUnusable, match="read-only"),
        looking(url) as connection,
    ):
        connection.execute(text("DELETE FROM members"))
