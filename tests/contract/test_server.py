"""What is true of a server only: its order of words, its many users, and what it refuses."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, aclosing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url, text

from adapters.database import migrate
from adapters.database.address import parse
from adapters.database.connect import open_store
from adapters.database.connections import Overtaken
from adapters.database.errors import DatabaseFault
from adapters.database.faults import fault_of
from adapters.database.outbox_tables import leases
from adapters.database.postgres import PostgresStore, engine_of, examine
from adapters.database.store import DatabaseStore
from adapters.database.sweeping import Sweeper
from bot.ids import UserId, WorkspaceId
from bot.messages import Direct
from bot.ports.outgoing import Post
from bot.ports.storage import Due
from bot.ports.work import Work
from tests.factories import (
    BO,
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
from tests.servers.postgres import PostgresServer, Process, postgres


@pytest.fixture
def store(url: str) -> Iterator[DatabaseStore]:
    with open_store(url) as store:
        yield store


def test_every_word_is_compared_byte_by_byte_whatever_language_the_server_speaks(
    store: DatabaseStore,
) -> None:
    by_language = text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'alembic_version' "
        "AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
    )

    assert store.direct(lambda c: c.execute(by_language).fetchall()) == []


def test_migrations_make_exactly_the_tables_the_program_uses(store: DatabaseStore) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), leases.metadata))

    assert store.direct(differences) == []


def test_no_words_of_members_get_into_the_statistics_of_the_server(store: DatabaseStore) -> None:
    def live(work: Work) -> None:
        for number in range(20):
            user = UserId(f"U{number}")
            work.members.save(a_member(user, name="canary"))
            message = a_message("m1", "canary")
            work.answers.save(an_answer(author=user, heard=(message,), read="canary"))
            work.practices.save(a_practice(user=user, said=(("m2", "canary"),)))
            work.outbox.put(a_post(f"{number}", act=Post(words("canary"))))

    store.call(live)
    with psycopg.connect(_url(store), autocommit=True) as connection:
        connection.execute("ANALYZE")
        kept = connection.execute("SELECT pg_stats::text FROM pg_stats").fetchall()

    assert len(kept) > 30
    assert "canary" not in str(kept)


def _url(store: DatabaseStore) -> str:
    return str(store.direct(lambda c: c.engine.url.render_as_string(hide_password=False))).replace(
        "+psycopg", ""
    )


def test_several_processes_may_make_the_tables_at_the_same_time(server: PostgresServer) -> None:
    with server.database() as url, ThreadPoolExecutor(4) as processes:
        opened = [processes.submit(open_store, url) for _ in range(4)]

        for each in opened:
            each.result().close()

        with open_store(url, upgrade=False) as store:
            assert store.direct(migrate.state_of).standing == "current"


def test_several_who_decide_take_different_entries(url: str) -> None:
    for subject in "ab":
        _set(url, subject)
    first_has_it, both_have = threading.Event(), threading.Barrier(2)
    taken = []

    def decide(work: Work) -> None:
        (due,) = work.agenda.due(NOW, 1)
        taken.append(due.subject)
        first_has_it.set()
        if len(taken) <= 2:
            both_have.wait(20)
        work.agenda.clear(due.workspace, due.kind, due.subject)

    with open_store(url) as one, open_store(url) as two, ThreadPoolExecutor(2) as processes:
        jobs = [processes.submit(one.call, decide)]
        first_has_it.wait(20)
        jobs.append(processes.submit(two.call, decide))
        for job in jobs:
            job.result()

        assert taken[:2] == ["a", "b"]
        assert one.call(lambda work: work.agenda.next_at()) is None


def _set(url: str, subject: str) -> None:
    due = Due(WorkspaceId("console:here"), "cohort", subject, NOW)
    with open_store(url) as store:
        store.call(lambda work: work.agenda.set(due))


def test_all_that_is_due_is_decided_once_however_many_decide(url: str) -> None:
    dues = [Due(WORKSPACE, "cohort", f"{number:03}", NOW) for number in range(60)]
    with open_store(url) as store:
        store.call(lambda work: [work.agenda.set(due) for due in dues])
    decided: list[str] = []

    def decide(work: Work) -> str | None:
        found = work.agenda.due(NOW, 1)
        for due in found:
            work.agenda.set(Due(due.workspace, due.kind, due.subject, NOW + timedelta(days=1)))
        return found[0].subject if found else None

    def sweep(store: DatabaseStore) -> None:
        while subject := store.call(decide):
            decided.append(subject)

    with ExitStack() as opened, ThreadPoolExecutor(3) as processes:
        stores = [opened.enter_context(open_store(url)) for _ in range(3)]
        for job in [processes.submit(sweep, store) for store in stores]:
            job.result()
        while stores[0].call(decide):
            pass

    assert len(decided) == len(set(decided))


async def test_another_process_hears_that_there_is_something_to_send_and_one_s_own_does_not(
    url: str,
) -> None:
    with open_store(url) as one, open_store(url) as two:
        async with aclosing(one.hints()) as ours, aclosing(two.hints()) as theirs:
            await anext(ours)
            await anext(theirs)
            await one.run(lambda work: work.outbox.put(a_post()))
            async with asyncio.timeout(20):
                await anext(theirs)
            own = asyncio.ensure_future(anext(ours))
            await two.run(lambda work: work.outbox.put(a_post("2")))
            async with asyncio.timeout(20):
                await own

            await one.run(lambda work: work.outbox.put(a_post("3")))
            async with asyncio.timeout(20):
                await anext(theirs)
            again = asyncio.ensure_future(anext(ours))
            await asyncio.sleep(0)
            assert not again.done()
            again.cancel()


@pytest.fixture(scope="module")
def own() -> Iterator[tuple[PostgresServer, Process]]:
    """Return a server whose files can be read, and which has little room."""
    settings = {"max_connections": "5", "superuser_reserved_connections": "0"}
    with postgres(**settings, max_wal_senders="0", reserved_connections="0") as server:
        if server.process is None:
            pytest.skip("the server is somebody else's")
        yield server, server.process


def _bytes(process: Process) -> bytes:
    """Return all that is in the files of tables; the server's log is no such file."""
    with psycopg.connect(process.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    files = sorted(Path(process.folder / "data" / "base").rglob("*"))
    return b"".join(each.read_bytes() for each in files if each.is_file())


def test_no_byte_of_somebody_forgotten_is_left_in_the_files_of_tables(
    own: tuple[PostgresServer, Process],
) -> None:
    server, process = own
    user, canary = UserId("U-canary-id"), "canary words"
    long = "".join(f"{canary} {number}" for number in range(2000))

    def live(work: Work) -> None:
        work.members.save(a_member(user, name="Canary Name"))
        work.answers.save(an_answer(author=user, heard=(a_message("m1", canary),), read=long))
        work.reviews.save(a_review(author=BO, reviewer=user, answer="b"))
        work.practices.save(a_practice(user=user, said=(("m2", canary),)))
        work.outbox.put(a_post("1", place=Direct(user)))
        work.outbox.put(a_post("2", act=Post(words("Canary Name leads"))))
        work.outbox.put(a_post("3", place=Direct(BO), act=Post(words(canary, member=user))))
        work.members.save(a_member(BO, name="Bo"))

    with server.database() as url:
        with open_store(url) as store:
            store.call(live)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")
        assert _bytes(process).count(b"anary") > 5

        with open_store(url) as store:
            store.call(lambda work: work.erasure.forget(WORKSPACE, user, UserId("forgotten-1")))

        assert _bytes(process).count(b"anary") == 0


def _opening(url: str) -> str:
    with pytest.raises(DatabaseFault) as fault:
        open_store(url).close()
    return str(fault.value)


def test_a_server_without_room_says_how_to_make_some(own: tuple[PostgresServer, Process]) -> None:
    server, _ = own
    with ExitStack() as full:
        for _ in range(5):
            full.enter_context(psycopg.connect(server.url))

        said = _opening(server.url)

    assert "no connection left" in said
    assert "run fewer processes" in said


def test_a_database_that_is_not_there_is_called_missing(server: PostgresServer) -> None:
    said = _opening(server.named("nowhere"))

    assert said.startswith("the database “nowhere” at 127.0.0.1:")
    assert "there is no such database. Create it, or check DATABASE_URL." in said


def test_a_user_without_rights_is_told_what_is_missing(server: PostgresServer) -> None:
    with server.database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE ROLE poor LOGIN")
        try:
            said = _opening(make_url(url).set(username="poor").render_as_string(False))
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("DROP ROLE poor")

    assert "this user may not do that" in said


def test_a_user_who_is_not_known_is_not_let_in(server: PostgresServer) -> None:
    url = make_url(server.url).set(username="stranger", password="hush-hush")

    said = _opening(url.render_as_string(hide_password=False))

    assert "does not let this user in" in said
    assert "hush" not in said
    assert "stranger" not in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('password authentication failed for user "coach"', "does not let this user in. Check"),
        ('no pg_hba.conf entry for host "::1", user "coach"', "does not let this user in. Check"),
        ('permission denied for database "coach"', "does not let this user in. Check"),
        ('too many connections for role "coach"', "no connection left. Allow more"),
        ("remaining connection slots are reserved", "no connection left. Allow more"),
        ("the database system is starting up", "is starting or stopping. Wait"),
    ],
)
def test_why_a_server_lets_nobody_in_is_told_without_names(words: str, told: str) -> None:
    refused = psycopg.OperationalError(f'connection to server at "::1" failed: FATAL:  {words}')

    said = str(fault_of(refused, "the database “x” at y"))

    assert told in said
    assert "coach" not in said


def test_a_server_that_is_not_there_says_so_with_a_cure() -> None:
    said = _opening("postgresql://user:hush-hush@127.0.0.1:9/nowhere")

    assert "cannot be reached" in said
    assert "Check that it runs" in said
    assert "hush" not in said


def test_a_driver_that_is_not_installed_is_named_with_the_command_that_installs_it() -> None:
    script = """
import sys
sys.modules["psycopg"] = None
from adapters.database.connect import open_store
open_store("postgresql://coach:hush-hush@127.0.0.1/coaching")
"""

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert "pip install 'loopmates[postgres]'" in ended.stderr.splitlines()[-1]
    assert "hush" not in ended.stderr.splitlines()[-1]


def test_sweeping_that_cannot_be_done_now_harms_nobody() -> None:
    nowhere = engine_of(parse("postgresql://127.0.0.1:9/x"), busy_timeout_seconds=1)
    sweeper = Sweeper(nowhere, every_seconds=0)
    for _ in range(3):
        sweeper.sweep()

    sweeper.close()
    sweeper.sweep()


def test_a_server_that_only_reads_is_refused_at_once(server: PostgresServer, template: str) -> None:
    with server.database(template) as url:
        name = make_url(url).database
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode()
            )

        assert "the server is read-only. Connect to the primary server." in _opening(url)


def test_a_server_that_is_too_old_is_refused() -> None:
    class Old:
        """What a connection tells of a server."""

        server_version = 140_011

    class Driver:
        info = Old

    class Raw:
        dbapi_connection = Driver

    class Seen:
        connection = Raw

    with pytest.raises(DatabaseFault, match="is PostgreSQL 14, which is too old"):
        examine(Seen(), "the database")  # type: ignore[arg-type]


def test_whoever_is_overtaken_again_and_again_gets_a_fault_in_the_end(url: str) -> None:
    address, tries = parse(url), []

    def overtaken(_: Work) -> None:
        tries.append(1)
        raise Overtaken

    with (
        PostgresStore(
            address, engine_of(address, busy_timeout_seconds=1), pauses=[0.0, 0.001]
        ) as store,
        pytest.raises(DatabaseFault, match="nothing was kept"),
    ):
        store.call(overtaken)

    assert len(tries) == 3


def _add(due: Due, work: Work) -> None:
    work.agenda.set(due)


def test_nobody_is_overtaken_for_ever(url: str) -> None:
    dues = [Due(WORKSPACE, "cohort", f"{number:03}", NOW) for number in range(100)]
    over = threading.Event()

    def decide(work: Work) -> bool:
        found = work.agenda.due(NOW, 1)
        for due in found:
            work.agenda.set(replace(due, at=NOW + timedelta(days=1)))
        work.agenda.next_at()
        return bool(found)

    def busy(store: DatabaseStore) -> None:
        number = 0
        while not over.is_set():
            number += 1
            if not store.call(decide):
                store.call(partial(_add, Due(WORKSPACE, "cohort", f"busy {number}", NOW)))

    with open_store(url) as one, open_store(url) as two, ThreadPoolExecutor(1) as other:
        one.call(lambda work: [work.agenda.set(due) for due in dues])
        job = other.submit(busy, two)
        try:
            done = [one.call(decide) for _ in range(20)]
        finally:
            over.set()
        job.result()

    assert len(done) == 20


def test_the_name_of_a_server_never_holds_its_password() -> None:
    shown = parse("postgres://coach:hush-hush@db.example.org:6543/coaching?sslmode=require").shown

    assert shown == "the database “coaching” at db.example.org:6543"


def test_a_connection_that_the_server_gave_up_is_made_anew(store: DatabaseStore) -> None:
    def be_given_up(connection: Connection) -> None:
        connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 1")
        connection.exec_driver_sql("SELECT 1")
        threading.Event().wait(0.2)
        connection.exec_driver_sql("SELECT 1")

    with pytest.raises(DatabaseFault):
        store.direct(be_given_up)

    for _ in range(8):
        store.call(lambda work: work.agenda.next_at())
