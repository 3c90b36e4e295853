"""What a row of the outbox says to whoever claims it.

Rule: a row that this process cannot read, because a newer one wrote it or it is damaged, waits and
is told of; it keeps no other lane waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.database.outbox import outgoing_of
from adapters.database.statements import AnyRow
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Receipt

log = logging.getLogger(__name__)

UNREADABLE_FOR: Final = timedelta(minutes=5)
"""So long such a row is left alone: by then a newer process may have come."""


def read(
    rows: Sequence[AnyRow], now: datetime
) -> tuple[list[tuple[AnyRow, Claimed]], list[AnyRow]]:
    """Return the rows with what they are once leased at `now`, and those that cannot be read."""
    claimed: list[tuple[AnyRow, Claimed]] = []
    unreadable: list[AnyRow] = []
    for row in rows:
        try:
            claimed.append((row, _claimed(row, now)))
        except (KeyError, TypeError, ValueError) as error:
            unreadable.append(row)
            log.error(  # noqa: TRY400  (its words may be a member's)
                "a post cannot be read; it waits",
                extra={
                    "post": row.key,
                    "workspace": row.workspace,
                    "error": type(error).__name__,
                    "cure": "Let all processes run the same version",
                },
            )
    return claimed, unreadable


def _claimed(row: AnyRow, now: datetime) -> Claimed:
    """Return the row as it is once leased at `now`."""
    unsure = row.state != "ready"
    return Claimed(
        outgoing=outgoing_of(row),
        token=row.token + 1,
        attempts=row.attempts + 1,
        unsure=unsure,
        since=row.began_at if unsure else now,
        thread=_receipt(row.thread_channel, row.thread_message),
        target=_receipt(row.target_channel, row.target_message),
        abandoned=row.state == "leased",
    )


def _receipt(channel: Any, message: Any) -> Receipt | None:
    return None if message is None else Receipt(channel, message)


def orphaned(row: AnyRow) -> bool:
    """Tell whether the row refers to a post that has no place on the platform."""
    no_thread = row.thread_of is not None and row.thread_message is None
    no_target = row.target is not None and row.target_message is None
    return no_thread or no_target


def asleep(row: AnyRow, now: datetime) -> bool:
    """Tell whether the row is not to be sent at this time of the night."""
    return row.night_from is not None and bool(row.night_from <= now < row.night_to)


def fate(row: AnyRow) -> str:
    """Return what becomes of an orphan: a post that was taken back takes it along in silence."""
    return "retracted" if "retracted" in (row.thread_state, row.target_state) else "dead"
