"""The log: one line an event, ids only, nothing of anybody's words, names or tokens."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import logs

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the log as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {room: logging.getLogger(room).level for room in logs.ROOMS}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for room, before in levels.items():
        logging.getLogger(room).setLevel(before)


def logged(form: str, level: str = "INFO") -> io.StringIO:
    """Configure the log to go to the stream that is returned."""
    stream = io.StringIO()
    logs.configure(level, form, stream)
    return stream


@pytest.mark.parametrize("form", ["text", "json"])
def test_values_of_unknown_names_are_dropped(form):
    stream = logged(form)

    logging.getLogger("bot.x").info("answer counted", extra={"answer": "a1", "text": "canary"})

    assert "answer counted" in stream.getvalue()
    assert "a1" in stream.getvalue()
    assert "canary" not in stream.getvalue()


def test_a_line_of_json_is_an_object_with_moment_level_and_values():
    stream = logged("json")

    logging.getLogger("bot.x").info("question posted", extra={"cohort": "k1", "count": 3})

    line = json.loads(stream.getvalue())
    assert line["words"] == "question posted"
    assert (line["level"], line["logger"]) == ("INFO", "bot.x")
    assert (line["cohort"], line["count"]) == ("k1", 3)
    assert line["at"].endswith("Z")


@pytest.mark.parametrize("form", ["text", "json"])
@given(words=st.text(), value=st.text())
def test_an_event_is_one_line_whatever_is_in_it(form, words, value):
    stream = logged(form)

    logging.getLogger("bot.x").info("%s", words, extra={"reason": value})

    assert stream.getvalue().endswith("\n")
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue()[:-1].isprintable()


def test_a_value_cannot_pass_for_another():
    stream = logged("text")

    logging.getLogger("bot.x").info("held", extra={"reason": "x cohort=other"})

    assert stream.getvalue().endswith('reason="x cohort=other"\n')


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_told_without_the_words_it_quotes(form):
    stream = logged(form)

    try:
        try:
            raise KeyError("canary")  # noqa: TRY301
        except KeyError as error:
            raise ValueError("canary too") from error
    except ValueError:
        logging.getLogger("bot.x").exception("event failed", extra={"reference": "r1"})

    assert "canary" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "caused by KeyError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1


def test_an_error_of_the_system_keeps_its_words():
    stream = logged("text")

    try:
        raise OSError(28, "No space left on device")  # noqa: TRY301
    except OSError:
        logging.getLogger("adapters.x").exception("write failed")

    assert "No space left on device" in stream.getvalue()


@pytest.mark.parametrize(
    "token",
    [
        "xoxb-" + "1234567890-canary",
        "xapp-" + "1-A1-canary",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "abcdefghijklmnopcanary01234567",
    ],
)
def test_a_token_is_masked_wherever_it_turns_up(token):
    stream = logged("text")

    logging.getLogger("adapters.x").warning("refused: %s", token, extra={"reason": token})

    assert "canary" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_libraries_are_heard_from_warnings_on_only():
    stream = logged("text", "DEBUG")

    logging.getLogger("somebody.elses").info("chatter")
    logging.getLogger("somebody.elses").warning("trouble")
    logging.getLogger("scheduler.x").debug("ours")

    assert "chatter" not in stream.getvalue()
    assert "trouble" in stream.getvalue()
    assert "ours" in stream.getvalue()


def test_configuring_twice_does_not_repeat_lines():
    logged("text")
    stream = logged("text")

    logging.getLogger("bot.x").info("once")

    assert stream.getvalue().count("once") == 1


def test_a_line_that_does_not_fit_its_values_is_logged_all_the_same():
    stream = logged("text")

    logging.getLogger("bot.x").info("count %d", "three")

    assert "count %d" in stream.getvalue()


def test_no_value_that_our_code_logs_is_dropped():
    given = set()
    for room in logs.ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.keyword) and isinstance(node.value, ast.Dict):
                    names = node.value.keys if node.arg == "extra" else ()
                    given |= {name.value for name in names if isinstance(name, ast.Constant)}

    assert {name for name in given if isinstance(name, str)} <= logs.KNOWN
