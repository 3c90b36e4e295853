"""The figures that stand in the database, as far as they are known.

Rule: a figure that could not be looked up is not told.  A nought would say that nothing waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.ports.letters import Depth

_STATES = ("ready", "leased", "unsure", "dead")


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood in the database at a moment."""

    depth: Depth
    next_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, or one for each value of a `label`; without a label that value is empty."""

    name: str
    words: str
    values: Mapping[str, float]
    label: str = ""


def figures(standing: Standing | None) -> Iterator[Figure]:
    """Yield what is to be told of the database; `None` if it did not answer."""
    yield Figure(
        "loopmates_database_up",
        "Whether the database answered when these were looked up.",
        {"": float(standing is not None)},
    )
    if standing is None:
        return
    yield Figure(
        "loopmates_due_lag_seconds",
        "How overdue the earliest entry of the agenda is.",
        {"": _since(standing.next_at, standing.at)},
    )
    yield Figure(
        "loopmates_outbox_rows",
        "Rows of the outbox that are not sent, by state.",
        {state: standing.depth.states.get(state, 0) for state in _STATES},
        "state",
    )
    yield Figure(
        "loopmates_outbox_oldest_seconds",
        "How long the oldest of them could have been sent.",
        {"": _since(standing.depth.oldest, standing.at)},
    )


def _since(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else max((now - at).total_seconds(), 0.0)
