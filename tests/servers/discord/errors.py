"""How Discord says no: its numbered errors, and the nested ones of a body it cannot take.

Whoever checks a body collects everything that is wrong, each thing at its own place, and
refuses once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_KNOWN: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30010: (400, "Maximum number of reactions reached (20)"),
    40001: (401, "Unauthorized"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}


class ApiError(Exception):
    """Discord says no: a status, a code and a sentence, perhaps with nested errors."""

    def __init__(self, code: int, errors: Json | None = None, *, status: int | None = None) -> None:
        known, self.message = _KNOWN[code]
        self.code = code
        self.status = known if status is None else status
        self.errors = errors
        super().__init__(f"{code} {self.message}")

    def body(self) -> Json:
        """Return what is sent."""
        body: Json = {"message": self.message, "code": self.code}
        return body | ({"errors": self.errors} if self.errors else {})


@dataclass
class Spot:
    """A place in a body; what is wrong there is collected for the body as a whole."""

    path: tuple[str, ...] = ()
    problems: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)

    def __truediv__(self, key: str | int) -> Spot:
        return Spot((*self.path, str(key)), self.problems)

    def wrong(self, code: str, message: str) -> None:
        """Note that something is wrong here."""
        self.problems.append((self.path, code, message))

    def refuse(self) -> None:
        """Raise error 50035 if anything is wrong anywhere in the body."""
        if self.problems:
            raise ApiError(50035, _nested(self.problems))


def invalid(path: str, code: str, message: str) -> ApiError:
    """Return error 50035 for one thing that is wrong at `a.b.c`."""
    return ApiError(50035, _nested([(tuple(path.split(".")), code, message)]))


def _nested(problems: Iterable[tuple[tuple[str, ...], str, str]]) -> Json:
    errors: Json = {}
    for path, code, message in problems:
        place = errors
        for key in path:
            place = place.setdefault(key, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})
    return errors
