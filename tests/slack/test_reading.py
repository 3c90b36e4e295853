"""The reader of Block Kit shows everything that a person sees, and stops at what it cannot read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.servers.slack.state import Json
from tests.slack.reading import Reader

NOW = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
READER = Reader(NOW, "Europe/Berlin", {"U1": "ana"}.__getitem__, {"C1": "prep"}.__getitem__)


def read(*blocks: Json) -> list[str]:
    return [line for block in READER.blocks(blocks) for line in block]


def section(*elements: Json, kind: str = "section") -> Json:
    part = {"type": f"rich_text_{kind}", "elements": list(elements)}
    return {"type": "rich_text", "elements": [part]}


def said(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, "style": style}


def test_styles_people_and_moments_are_read_in_running_text() -> None:
    moment = {"type": "date", "timestamp": int(NOW.timestamp()) + 86_400, "fallback": "then"}
    moment["format"] = "{date_long_pretty} at {time}"
    person = {"type": "user", "user_id": "U1"}
    there = {"type": "channel", "channel_id": "C1"}
    more = (said(" in "), there, said(", "), moment, said("x", code=True))

    lines = read(section(said("Hi ", bold=True), person, *more))

    assert lines == ["*Hi* @ana in #prep, tomorrow at 09:00`x`"]


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "today"),
        (2, "Wednesday, December 9th, 2026"),
        (14, "Monday, December 21st, 2026"),
        (5, "Saturday, December 12th, 2026"),
        (15, "Tuesday, December 22nd, 2026"),
    ],
)
def test_days_further_away_are_read_with_their_weekday(days: int, shown: str) -> None:
    moment = {"type": "date", "timestamp": int(NOW.timestamp()) + days * 86_400, "fallback": "then"}
    moment["format"] = "{date_long_pretty}"

    assert read(section(moment)) == [shown]


def test_a_list_that_goes_on_counts_on() -> None:
    items = [{"type": "rich_text_section", "elements": [said(word)]} for word in ("c", "d")]
    listed = {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": items}

    assert read({"type": "rich_text", "elements": [listed]}) == ["3. c", "4. d"]


def test_a_long_passage_is_shown_by_its_beginning_and_its_end() -> None:
    lines = read(section(said("a" * 240 + "b" * 5_000 + "c" * 120), kind="quote"))

    assert "".join(line.removeprefix("> ") for line in lines) == (
        "a" * 240 + "[…5,000 characters more…]" + "c" * 120
    )


def test_small_print_is_read_as_slack_shows_it() -> None:
    text = "*Soon*: <!date^1796630400^{time}|09:00>, <@U1>: `&lt;x&gt; &amp;amp;`"

    assert read({"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}) == [
        "(*Soon*: 09:00, @ana: `<x> &amp;`)"
    ]


@pytest.mark.parametrize(
    "block",
    [
        section({"type": "broadcast", "range": "channel"}),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!channel>"}]},
        {"type": "video"},
    ],
    ids=["a ping", "a ping in small print", "an unknown block"],
)
def test_what_the_coach_never_shows_stops_the_reader(block: Json) -> None:
    with pytest.raises(AssertionError):
        read(block)
