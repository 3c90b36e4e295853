"""What is true of the embedded database only: its file, its settings, its owner."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection

from adapters.database.connect import open_store
from adapters.database.errors import (
    DatabaseBusy,
    DatabaseLocked,
    DatabaseUnusable,
    UnknownDatabase,
)
from adapters.database.store import DatabaseStore
from bot.errors import Conflict
from bot.ids import UserId
from bot.messages import Direct
from bot.ports.outgoing import Post
from bot.ports.storage import Due
from bot.ports.work import Work
from tests.factories import (
    ANA,
    BO,
    COHORT,
    NOW,
    WORKSPACE,
    a_member,
    a_message,
    a_post,
    a_practice,
    a_review,
    an_answer,
    words,
)


def _pragma(store: DatabaseStore, name: str) -> object:
    return store.direct(lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar())


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 0)])
def test_the_file_is_opened_the_safe_way(path: Path, durable: bool, synchronous: int) -> None:
    with open_store(f"sqlite:///{path}", durable=durable) as store:
        settings = {
            name: _pragma(store, name)
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "secure_delete")
        }
        assert _pragma(store, "synchronous") == synchronous

    assert settings == {
        "journal_mode": "wal",
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_what_was_committed_is_there_after_opening_again(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        store.call(lambda work: work.members.save(a_member()))

    with open_store(f"sqlite:///{path}") as store:
        assert store.call(lambda work: work.members.get(COHORT, ANA)) == a_member()


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new.db"

    open_store(f"sqlite:///{path}").close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_database_in_memory_needs_no_file(tmp_path: Path) -> None:
    with open_store("sqlite://") as store:
        store.call(lambda work: work.members.save(a_member()))
        assert store.call(lambda work: work.members.get(COHORT, ANA)) == a_member()

    assert list(tmp_path.iterdir()) == []


def test_closing_twice_is_harmless(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")

    store.close()
    store.close()


@pytest.mark.parametrize("threaded", [True, False])
def test_nothing_reaches_the_file_once_the_store_is_closed(path: Path, threaded: bool) -> None:
    store = open_store(f"sqlite:///{path}", threaded=threaded)
    store.close()

    with pytest.raises(RuntimeError):
        store.call(lambda work: work.members.save(a_member()))


async def test_a_store_without_a_thread_keeps_its_promises(path: Path) -> None:
    def conflict(work: Work) -> None:
        work.practices.save(a_practice("1"))
        work.practices.save(a_practice("2"))

    with open_store(f"sqlite:///{path}", durable=False, threaded=False) as store:
        await store.run(lambda work: work.members.save(a_member()))
        with pytest.raises(Conflict):
            await store.run(conflict)

        assert await store.run(lambda work: work.members.get(COHORT, ANA)) == a_member()
        assert await store.run(lambda work: work.practices.of(WORKSPACE, ANA)) == ()


def test_a_second_process_is_refused_and_told_who_has_the_file(path: Path) -> None:
    program = (
        "import sys; from adapters.database.connect import open_store\n"
        "from adapters.database.errors import DatabaseBusy\n"
        "try: open_store(sys.argv[1])\n"
        "except DatabaseBusy as fault: sys.exit(str(fault))\n"
    )

    with open_store(f"sqlite:///{path}"):
        second = subprocess.run(
            [sys.executable, "-c", program, f"sqlite:///{path}"],
            capture_output=True,
            text=True,
            check=False,
        )

    assert second.returncode == 1
    assert f"process {os.getpid()} on " in second.stderr
    assert "Stop that one first" in second.stderr


def test_the_same_process_cannot_open_a_file_twice_under_any_name(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)

    with open_store(f"sqlite:///{path}"), pytest.raises(DatabaseBusy):
        open_store(f"sqlite:///{link}")


def test_a_lock_file_left_behind_is_no_lock(path: Path) -> None:
    path.with_name(path.name + ".lock").write_text("process 1 on another-host, long ago")

    open_store(f"sqlite:///{path}").close()


def test_a_store_that_could_not_be_opened_gives_the_file_back(tmp_path: Path) -> None:
    path = tmp_path / "loopmates.db"
    path.write_text("this is no database, however long it may be" * 99)
    with pytest.raises(DatabaseUnusable, match="not an SQLite database"):
        open_store(f"sqlite:///{path}")
    path.unlink()

    open_store(f"sqlite:///{path}").close()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:secret@host/db",
        "mysql://secret@host/db",
        "loopmates.db",
        "",
        "sqlite://h/x",
    ],
)
def test_an_address_of_another_kind_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(UnknownDatabase) as refusal:
        open_store(url)

    assert "secret" not in str(refusal.value)
    assert "sqlite:///" in str(refusal.value)


def test_a_missing_directory_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="Create its directory"):
        open_store(f"sqlite:///{tmp_path}/missing/loopmates.db")


def test_a_lock_of_another_program_is_waited_for_then_told_and_nothing_is_kept(
    path: Path,
) -> None:
    with (
        open_store(f"sqlite:///{path}", busy_timeout_seconds=0.01) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as browser,
    ):
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match="Close whatever has it open"):
            store.call(lambda work: work.members.save(a_member()))
        browser.execute("ROLLBACK")

        assert store.call(lambda work: work.members.get(COHORT, ANA)) is None


def test_the_database_works_on_after_a_full_disk(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        store.direct(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1"))
        text = a_message(text="x" * 100_000)
        with pytest.raises(DatabaseUnusable, match="disk is full"):
            store.call(lambda work: work.answers.save(an_answer(heard=(text,))))
        store.direct(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 9999"))

        store.call(lambda work: work.answers.save(an_answer(heard=(text,))))


def test_no_update_is_lost_between_threads(path: Path) -> None:
    with open_store(f"sqlite:///{path}", durable=False) as store:

        def count(work: Work) -> None:
            member = work.members.get(COHORT, ANA) or a_member(name="0")
            work.members.save(a_member(name=str(int(member.name) + 1)))

        async def all_at_once() -> None:
            here = (store.run(count) for _ in range(50))
            there = (asyncio.to_thread(store.call, count) for _ in range(50))
            await asyncio.gather(*here, *there)

        asyncio.run(all_at_once())

        member = store.call(lambda work: work.members.get(COHORT, ANA))
        assert member is not None
        assert member.name == "100"


def test_a_moment_of_any_zone_comes_back_the_same_instant_in_utc(path: Path) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    at = datetime(2026, 12, 7, 23, 59, 59, 999_999, tzinfo=kathmandu)

    with open_store(f"sqlite:///{path}") as store:
        store.call(lambda work: work.agenda.set(Due(WORKSPACE, "cohort", COHORT, at)))
        found = store.call(lambda work: work.agenda.next_at())

    assert found == at
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(path: Path) -> None:
    naive = NOW.replace(tzinfo=None)

    with open_store(f"sqlite:///{path}") as store, pytest.raises(Exception, match="time zone"):
        store.call(lambda work: work.agenda.set(Due(WORKSPACE, "cohort", COHORT, naive)))


def test_no_byte_of_somebody_forgotten_is_left_in_any_file(path: Path) -> None:
    user, canary = UserId("U-canary-id"), "canary words"
    long = canary + " and many more" * 1000

    def live(work: Work) -> None:
        work.members.save(a_member(user, name="Canary Name"))
        work.answers.save(an_answer(author=user, heard=(a_message("m1", long),), read=long))
        work.reviews.save(a_review(author=BO, reviewer=user, answer="b"))
        work.practices.save(a_practice(user=user, said=(("m2", long),)))
        work.outbox.put(a_post("1", place=Direct(user)))
        work.outbox.put(a_post("2", act=Post(words("Canary Name leads"))))
        work.outbox.put(a_post("3", place=Direct(BO), act=Post(words(canary * 99, member=user))))
        work.agenda.set(Due(WORKSPACE, "practice", user, NOW))
        work.inbox.first(WORKSPACE, f"said:{user}", NOW)  # type: ignore[arg-type]

    with open_store(f"sqlite:///{path}") as store:
        store.call(live)
        (sent,) = store.call(lambda work: work.relay.claim(NOW, timedelta(minutes=1), 1))
        store.call(lambda work: work.relay.sent(sent, None, NOW))
        assert _bytes(path).count(b"anary") > 5

        store.call(lambda work: work.erasure.forget(WORKSPACE, user, UserId("forgotten-1")))

        assert _bytes(path).count(b"anary") == 0


def test_a_long_reader_is_not_waited_for_and_what_was_erased_goes_once_it_is_done(
    path: Path,
) -> None:
    tries: list[str] = []

    def watch(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(lambda sql: tries.append(sql) if _sweeps(sql) else None)

    with open_store(f"sqlite:///{path}", busy_timeout_seconds=3600) as store:
        store.call(lambda work: work.members.save(a_member(name="canary")))
        with closing(sqlite3.connect(path, isolation_level=None)) as backup:
            backup.execute("BEGIN")
            backup.execute("SELECT count(*) FROM members").fetchone()
            store.direct(watch)
            forget = store.run(lambda w: w.erasure.forget(WORKSPACE, ANA, UserId("forgotten-1")))
            asyncio.run(asyncio.wait_for(forget, timeout=5))
            for _ in range(199):
                store.call(lambda work: work.relay.next_at())
            assert len(tries) == 1
            assert b"canary" in _bytes(path)

        store.call(lambda work: work.relay.next_at())
        assert len(tries) == 2
        assert b"canary" not in _bytes(path)
        assert _pragma(store, "busy_timeout") == 3_600_000


def test_what_was_erased_while_somebody_was_reading_is_gone_once_the_store_is_closed(
    path: Path,
) -> None:
    store = open_store(f"sqlite:///{path}")
    store.call(lambda work: work.members.save(a_member(name="canary")))
    with closing(sqlite3.connect(path, isolation_level=None)) as idle:
        idle.execute("BEGIN")
        idle.execute("SELECT count(*) FROM members").fetchone()
        store.call(lambda work: work.erasure.forget(WORKSPACE, ANA, UserId("forgotten-1")))
        idle.execute("COMMIT")

        # As long as anybody has the file open, the log would stay.
        store.close()

        assert b"canary" not in _bytes(path)


def _sweeps(sql: str) -> bool:
    return "wal_checkpoint" in sql


def test_what_was_sent_is_not_kept_in_words(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        store.call(lambda work: work.outbox.put(a_post(act=Post(words("canary")))))
        (claimed,) = store.call(lambda work: work.relay.claim(NOW, timedelta(minutes=1), 1))
        store.call(lambda work: work.relay.sent(claimed, None, NOW))

    assert b"canary" not in path.read_bytes()


def _bytes(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())
