"""Cohorts; their plan and rules are JSON, because only the engine reads them."""

from __future__ import annotations

import json
from functools import lru_cache

from sqlalchemy import Connection, bindparam, or_, select

from adapters.database.codec import Codec
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, Saving, Values, one, several
from adapters.database.tables import cohorts, members
from bot.domain.cohorts import Cohort, Plan, Rules
from bot.ids import ChannelId, CohortId, UserId, WorkspaceId

_PLAN = Codec[Plan](Plan)
_RULES = Codec[Rules](Rules)
# A cohort is read for nearly everything that happens, and these hardly ever change.
_read_plan = lru_cache(maxsize=1000)(_PLAN.read)
_read_rules = lru_cache(maxsize=1000)(_RULES.read)
_ORGANISERS = Codec[frozenset[UserId]](frozenset[UserId])
_read_organisers = lru_cache(maxsize=1000)(_ORGANISERS.read)

_IN_WORKSPACE = cohorts.c.workspace == bindparam("workspace")
_NEWEST_FIRST = (cohorts.c.started_at.desc(), cohorts.c.id.desc())

_GET = cohorts.select().where(_IN_WORKSPACE, cohorts.c.id == bindparam("id")).with_for_update()
_AT = (
    cohorts.select()
    .where(_IN_WORKSPACE, cohorts.c.channel == bindparam("channel"))
    .order_by(cohorts.c.status == "ended", cohorts.c.ended_at.desc(), *_NEWEST_FIRST)
    .limit(1)
)
_OF = (
    cohorts.select()
    .join(members, members.c.cohort == cohorts.c.id)
    .where(
        _IN_WORKSPACE,
        members.c.workspace == bindparam("workspace"),
        members.c.user == bindparam("user"),
        or_(members.c.left_at.is_(None), members.c.left_at < members.c.joined_at),
    )
    .order_by(*_NEWEST_FIRST)
)
# A workspace has few cohorts, so those that may be led by somebody are found by text.
_LED = (
    cohorts.select()
    .where(_IN_WORKSPACE, cohorts.c.organisers.contains(bindparam("user"), autoescape=False))
    .order_by(*_NEWEST_FIRST)
)
_HOMES = (
    select(cohorts.c.workspace, cohorts.c.organisers)
    .where(
        # All that begin with `platform:`, as a range, which an index can find.
        cohorts.c.workspace >= bindparam("from_workspace"),
        cohorts.c.workspace < bindparam("to_workspace"),
        cohorts.c.organisers.contains(bindparam("user"), autoescape=False),
    )
    .order_by(*_NEWEST_FIRST)
)
_ALIVE = cohorts.select().where(cohorts.c.status != "ended").order_by(cohorts.c.id)
_SAVE = Saving(cohorts)


class SqlCohorts:
    """See bot.ports.Cohorts."""

    __slots__ = ("_connection", "seen")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seen: Seen[tuple[WorkspaceId, CohortId], Cohort] = Seen()

    def get(self, workspace: WorkspaceId, cohort: CohortId) -> Cohort | None:
        """See bot.ports.Cohorts."""
        key = workspace, cohort
        if key not in self.seen:
            row = one(self._connection, _GET, {"workspace": workspace, "id": cohort})
            self.seen[key] = None if row is None else _cohort(row)
        return self.seen[key]

    def at(self, workspace: WorkspaceId, channel: ChannelId) -> Cohort | None:
        """See bot.ports.Cohorts."""
        row = one(self._connection, _AT, {"workspace": workspace, "channel": channel})
        return None if row is None else _cohort(row)

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Cohort, ...]:
        """See bot.ports.Cohorts."""
        rows = several(self._connection, _OF, {"workspace": workspace, "user": user})
        return tuple(_cohort(row) for row in rows)

    def led(self, workspace: WorkspaceId, user: UserId) -> tuple[Cohort, ...]:
        """See bot.ports.Cohorts."""
        values = {"workspace": workspace, "user": json.dumps(user, ensure_ascii=False)}
        found = (_cohort(row) for row in several(self._connection, _LED, values))
        return tuple(cohort for cohort in found if cohort.led_by(user))

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        """See bot.ports.Cohorts."""
        values = {
            "from_workspace": f"{platform}:",
            "to_workspace": f"{platform};",
            "user": json.dumps(user, ensure_ascii=False),
        }
        found = several(self._connection, _HOMES, values)
        led = (row.workspace for row in found if user in json.loads(row.organisers))
        return tuple(dict.fromkeys(led))

    def alive(self) -> tuple[Cohort, ...]:
        """See bot.ports.Cohorts."""
        return tuple(_cohort(row) for row in several(self._connection, _ALIVE, {}))

    def save(self, cohort: Cohort) -> None:
        """See bot.ports.Cohorts."""
        self.seen.clear()
        _SAVE(self._connection, _row(cohort))


def _cohort(row: AnyRow) -> Cohort:
    return Cohort(
        id=row.id,
        workspace=row.workspace,
        channel=row.channel,
        guide=row.guide,
        organisers=_read_organisers(row.organisers),
        plan=_read_plan(row.plan),
        started_at=row.started_at,
        reckoned_at=row.reckoned_at,
        changed_at=row.changed_at,
        rules=_read_rules(row.rules),
        status=row.status,
        ended_at=row.ended_at,
    )


def _row(cohort: Cohort) -> Values:
    return {
        "id": cohort.id,
        "workspace": cohort.workspace,
        "channel": cohort.channel,
        "guide": cohort.guide,
        "organisers": _ORGANISERS.write(cohort.organisers),
        "plan": _PLAN.write(cohort.plan),
        "rules": _RULES.write(cohort.rules),
        "status": cohort.status,
        "started_at": cohort.started_at,
        "reckoned_at": cohort.reckoned_at,
        "changed_at": cohort.changed_at,
        "ended_at": cohort.ended_at,
    }
