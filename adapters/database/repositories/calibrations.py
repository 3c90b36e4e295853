"""How members rated model answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam

from adapters.database.codec import Codec
from adapters.database.statements import Saving, Values, several
from adapters.database.tables import calibrations
from bot.domain.calibration import Calibration
from bot.ids import CohortId, UserId

_SCORES = Codec[dict[str, int]](dict[str, int])
_OF_ALL = (
    calibrations.select()
    .where(calibrations.c.cohort == bindparam("cohort"))
    .order_by(calibrations.c.at, calibrations.c.user, calibrations.c.model)
)
_OF = _OF_ALL.where(calibrations.c.user == bindparam("user"))
_SAVE = Saving(calibrations)


class SqlCalibrations:
    """See bot.ports.Calibrations."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, cohort: CohortId, user: UserId | None = None) -> tuple[Calibration, ...]:
        """See bot.ports.Calibrations."""
        if user is None:
            rows = several(self._connection, _OF_ALL, {"cohort": cohort})
        else:
            rows = several(self._connection, _OF, {"cohort": cohort, "user": user})
        return tuple(_calibration(row) for row in rows)

    def save(self, calibration: Calibration) -> None:
        """See bot.ports.Calibrations."""
        _SAVE(self._connection, _row(calibration))


def _calibration(row: Any) -> Calibration:
    return Calibration(
        cohort=row.cohort,
        workspace=row.workspace,
        user=row.user,
        model=row.model,
        scores=_SCORES.read(row.scores),
        at=row.at,
    )


def _row(calibration: Calibration) -> Values:
    return {
        "cohort": calibration.cohort,
        "workspace": calibration.workspace,
        "user": calibration.user,
        "model": calibration.model,
        "scores": _SCORES.write(calibration.scores),
        "at": calibration.at,
    }
