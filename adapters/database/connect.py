"""Opens the database that an address names.

open_store("sqlite:///loopmates.db")                  a file, owned by this process
open_store("sqlite://")                               memory, gone when closed
open_store("postgresql://user:password@host/name")    shared by as many as one likes
"""

from __future__ import annotations

from adapters.database import migrate
from adapters.database.address import parse
from adapters.database.sqlite import open_sqlite
from adapters.database.store import DatabaseStore

_BUSY_TIMEOUT_SECONDS = 10.0


def open_store(
    url: str,
    *,
    durable: bool = True,
    upgrade: bool = True,
    threaded: bool = True,
    busy_timeout_seconds: float = _BUSY_TIMEOUT_SECONDS,
) -> DatabaseStore:
    """Open a database for work.

    Args:
        url: `sqlite:///FILE`, `sqlite://` for memory, or `postgresql://USER:PASSWORD@HOST/NAME`.
        durable: Whether a commit survives a power cut.  Only a rehearsal can do without; a
            server decides for itself.
        upgrade: Whether to bring an older schema up to date; else it is refused.
        threaded: Whether calls run in a thread of their own.  A rehearsal, where nobody waits
            for the event loop meanwhile, is a third faster without.  Files and memory only.
        busy_timeout_seconds: How long to wait for a lock of some other program.

    Raises:
        DatabaseFault: With the cure, if it cannot be used.
    """
    address = parse(url)
    store: DatabaseStore
    if address.server is not None:
        # Its driver is not installed everywhere.
        from adapters.database.postgres import open_postgres  # noqa: PLC0415

        store = open_postgres(address, busy_timeout_seconds=busy_timeout_seconds)
    else:
        store = open_sqlite(
            address, durable=durable, threaded=threaded, busy_timeout_seconds=busy_timeout_seconds
        )
    try:
        migrate.prepare(store, address.shown, upgrade=upgrade)
    except BaseException:
        store.close()
        raise
    return store
