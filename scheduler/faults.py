"""What the log may know about an exception nobody expected.

Its place, never its words: the text of an exception often quotes what it tripped over,
and that may be something a member wrote.
"""

from __future__ import annotations

from types import TracebackType


class UnexpectedError(Exception):
    """Stands in a log for an exception whose words are kept out of it."""


ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def without_words(error: BaseException) -> ExcInfo:
    """Return `exc_info` for a log: the kind of `error` and where it arose, not its text.

    An exception `is_for_operators` if its words are made for them and quote nobody.
    """
    kind = type(error)
    known = getattr(kind, "is_for_operators", False)
    words = str(error) if known else "(its text is kept out of logs)"
    shown = UnexpectedError(f"{kind.__module__}.{kind.__qualname__} {words}")
    return UnexpectedError, shown, error.__traceback__
