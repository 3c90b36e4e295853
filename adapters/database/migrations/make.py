"""For developers: writes the next step from the difference between the tables and the last one.

    python -m adapters.database.migrations.make 0002 "what changes"

Read what it wrote, finish it by hand, and add its number to `migrate.REVISIONS`.
"""

from __future__ import annotations

import sys

from alembic import command
from sqlalchemy import Connection

from adapters.database.connect import open_store
from adapters.database.migrate import alembic_config


def make(number: str, message: str) -> None:
    """Compare the tables with a database that has taken all steps, and write the next one."""

    def compare(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)

    with open_store("sqlite://") as store:
        store.direct(compare)


if __name__ == "__main__":
    make(*sys.argv[1:])
