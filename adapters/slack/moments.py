"""Slack's timestamps, which are names of messages and moments at once.

    "1700000000.123456"  <->  2023-11-14 22:13:20.123456 UTC

Rule: whole numbers only, so that not a microsecond is lost; a float would round it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_DIGITS = 10
"""Until the year 2286."""
_FRACTION_DIGITS = 6
_MICROSECOND = timedelta(microseconds=1)


def moment(ts: str) -> datetime:
    """Return the moment a timestamp tells, in UTC; `ValueError` if it is none."""
    seconds, _, fraction = ts.partition(".")
    digits = f"{seconds}{fraction}"
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError("a timestamp is digits and a point")
    if not 0 < len(seconds) <= _SECONDS_DIGITS or len(fraction) > _FRACTION_DIGITS:
        raise ValueError("a timestamp has at most 10 digits before the point and 6 after it")
    microseconds = int(fraction.ljust(_FRACTION_DIGITS, "0"))
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=microseconds)


def stamp(at: datetime) -> str:
    """Return the timestamp of an aware moment after 1970."""
    seconds, microseconds = divmod((at - _EPOCH) // _MICROSECOND, 1_000_000)
    return f"{seconds}.{microseconds:06}"
