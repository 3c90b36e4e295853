"""Members of cohorts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, bindparam

from adapters.database.codec import Codec
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, Saving, Values, one, several, write
from adapters.database.tables import members
from bot.domain.members import Member
from bot.ids import CohortId, UserId, WorkspaceId

_PAST = Codec[tuple[tuple[date, date], ...]](tuple[tuple[date, date], ...])
_read_past = lru_cache(maxsize=1000)(_PAST.read)

_GET = members.select().where(
    members.c.cohort == bindparam("cohort"), members.c.user == bindparam("user")
)
_OF = (
    members.select()
    .where(members.c.cohort == bindparam("cohort"))
    .order_by(members.c.joined_at, members.c.user)
)
_BY = (
    members.select()
    .where(members.c.workspace == bindparam("in_workspace"), members.c.user == bindparam("user"))
    .order_by(members.c.joined_at, members.c.cohort)
)
_HOMES = (
    members.select()
    .where(
        members.c.user == bindparam("user"),
        members.c.workspace.startswith(bindparam("prefix"), autoescape=False),
    )
    .order_by(members.c.joined_at.desc(), members.c.workspace)
)
_RENAME = (
    members.update()
    .where(
        members.c.workspace == bindparam("in_workspace"),
        members.c.user == bindparam("of_user"),
        members.c.name != bindparam("name"),
    )
    .values(name=bindparam("name"))
)
_SAVE = Saving(members)


class SqlMembers:
    """See bot.ports.Members."""

    __slots__ = ("_connection", "seen")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seen: Seen[tuple[CohortId, UserId], Member] = Seen()

    def get(self, cohort: CohortId, user: UserId) -> Member | None:
        """See bot.ports.Members."""
        key = cohort, user
        if key not in self.seen:
            row = one(self._connection, _GET, {"cohort": cohort, "user": user})
            self.seen[key] = None if row is None else _member(row)
        return self.seen[key]

    def of(self, cohort: CohortId) -> tuple[Member, ...]:
        """See bot.ports.Members."""
        return tuple(_member(row) for row in several(self._connection, _OF, {"cohort": cohort}))

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        """See bot.ports.Members."""
        values = {"prefix": f"{platform}:", "user": user}
        found = [_member(row) for row in several(self._connection, _HOMES, values)]
        ordered = sorted(found, key=lambda member: member.left)
        return tuple(dict.fromkeys(member.workspace for member in ordered))

    def by(self, workspace: WorkspaceId, user: UserId) -> tuple[Member, ...]:
        """See bot.ports.Members."""
        values = {"in_workspace": workspace, "user": user}
        return tuple(_member(row) for row in several(self._connection, _BY, values))

    def save(self, member: Member) -> None:
        """See bot.ports.Members."""
        self.seen.clear()
        _SAVE(self._connection, _row(member))

    def rename(self, workspace: WorkspaceId, user: UserId, name: str) -> None:
        """See bot.ports.Members."""
        self.seen.clear()
        write(self._connection, _RENAME, {"in_workspace": workspace, "of_user": user, "name": name})


def _member(row: AnyRow) -> Member:
    return Member(
        cohort=row.cohort,
        workspace=row.workspace,
        user=row.user,
        name=row.name,
        joined_at=row.joined_at,
        left_at=row.left_at,
        back_on=row.back_on,
        away_from=row.away_from,
        away_set_at=row.away_set_at,
        past=_read_past(row.past),
        on_board=row.on_board,
        track=row.track,
        zone=row.zone,
        mentor=row.mentor,
        anonymous=row.anonymous,
        muted_until=row.muted_until,
    )


def _row(member: Member) -> Values:
    return {
        "cohort": member.cohort,
        "workspace": member.workspace,
        "user": member.user,
        "name": member.name,
        "joined_at": member.joined_at,
        "left_at": member.left_at,
        "back_on": member.back_on,
        "away_from": member.away_from,
        "away_set_at": member.away_set_at,
        "past": _PAST.write(member.past),
        "on_board": member.on_board,
        "track": member.track,
        "zone": member.zone,
        "mentor": member.mentor,
        "anonymous": member.anonymous,
        "muted_until": member.muted_until,
    }
