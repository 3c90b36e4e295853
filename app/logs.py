"""How events are written to the log: one line each, as text or as JSON.

Rule: what members write, their names and tokens never get in.  A value beside the fixed
words is written only if its name is in `KNOWN`; an exception is written as its kind and
where it passed, and its own words only where those cannot quote anybody (`_QUOTABLE`).
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

from scheduler.faults import UnexpectedError

KNOWN = frozenset(
    {
        "act", "actions", "answer", "attempts", "channel", "channels", "cohort", "command", "count",
        "cure", "day", "directs", "due", "error", "event", "guide", "id", "job", "kind", "member",
        "milliseconds", "outcome", "path", "place", "platform", "post", "posts", "practice",
        "problem", "prompt", "question", "reason", "reference", "review", "revision", "seconds",
        "setting", "skipped", "state", "subject", "thing", "threads", "until", "version",
        "workspace",
    }
)  # fmt: skip
"""Names of values that are ids, counts, moments or words of our own."""

ROOMS = ("app", "adapters", "bot", "content", "scheduler")

_VALUE_LIMIT = 300
_TOKENS = re.compile(r"x(?:ox[a-z]|app)-[\w-]{6,}|[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}")
_QUOTABLE = (
    OSError,
    sqlite3.Error,
    ImportError,
    AttributeError,
    NameError,
    TypeError,
    RecursionError,
    MemoryError,
    UnexpectedError,
)


def configure(level: str, format_: str, stream: TextIO | None = None) -> None:
    """Send the log to `stream` (standard error by default), replacing what was set up before.

    Libraries are heard from WARNING on only: at DEBUG some print whole messages.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if format_ == "json" else TextLines())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)


class TextLines(logging.Formatter):
    """`2026-12-07T17:00:00.000Z INFO scheduler.sweep: question posted cohort=k3 day=2026-12-07`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event on one line."""
        parts = [f"{_moment(record)} {record.levelname} {record.name}: {_words(record)}"]
        parts += [f"{name}={_bare(value)}" for name, value in _extras(record)]
        parts += [f"exception={json.dumps(error)}" for error in _exception(record)]
        return " ".join(parts)


class JsonLines(logging.Formatter):
    """One JSON object an event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event on one line."""
        line: dict[str, object] = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "words": _words(record),
        }
        line |= dict(_extras(record))
        for error in _exception(record):
            line["exception"] = error
        return json.dumps(line, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _words(record: logging.LogRecord) -> str:
    try:
        words = record.getMessage()
    except (TypeError, ValueError, KeyError):
        words = str(record.msg)  # a log line that does not fit its values still says something
    return _clean(words)


def _extras(record: logging.LogRecord) -> Iterator[tuple[str, str | int | float | bool]]:
    for name in sorted(KNOWN & vars(record).keys()):
        value = getattr(record, name)
        if isinstance(value, bool | int | float):
            yield name, value
        elif value is not None:
            yield name, _clean(str(value))[:_VALUE_LIMIT]


def _exception(record: logging.LogRecord) -> Iterator[str]:
    error = record.exc_info[1] if record.exc_info else None
    links: list[str] = []
    while error is not None and len(links) < 10:
        links.append(_link(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if links:
        yield " caused by ".join(links)


def _link(error: BaseException) -> str:
    words = f": {_clean(str(error))[:_VALUE_LIMIT]}" if isinstance(error, _QUOTABLE) else ""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    passed = f" [{' > '.join(places)}]" if places else ""
    return f"{type(error).__qualname__}{words}{passed}"


def _bare(value: str | float) -> str:
    """Write a value so that it ends where the next one begins."""
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)


def _clean(text: str) -> str:
    masked = _TOKENS.sub("***", text)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in masked)
