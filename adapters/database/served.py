"""Whose rows of the outbox a process takes: those of whole platforms, and of single workspaces.

Rule: the list of workspaces is one value, however long, so that the statement stays the same.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import JSON, Dialect, String, bindparam, cast, false, func, or_, select

from adapters.database.outbox_tables import outbox

_BETWEEN = ":"
"""Stands between platform and workspace in a workspace's id, and so never in a platform."""


def apart(served: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the platforms, and the workspaces, that are named."""
    workspaces = frozenset(each for each in served if _BETWEEN in each)
    return served - workspaces, workspaces


def only(query: Any, platforms: frozenset[str], dialect: Dialect | None) -> Any:
    """Return `query` for rows of `platforms` alone; with `dialect`, of `listed` workspaces too."""
    mine = [
        outbox.c.workspace.startswith(f"{each}{_BETWEEN}", autoescape=True) for each in platforms
    ]
    if dialect is not None:
        mine.append(outbox.c.workspace.in_(_listed(dialect)))
    return query.where(or_(false(), *mine))


def listed(workspaces: frozenset[str]) -> dict[str, str]:
    """Return what is to be bound for these workspaces."""
    return {"listed": json.dumps(sorted(workspaces))} if workspaces else {}


def _listed(dialect: Dialect) -> Any:
    given = bindparam("listed", type_=String)
    if dialect.name == "sqlite":
        return select(func.json_each(given).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(given, JSON)))
