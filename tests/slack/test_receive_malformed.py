"""Whatever arrives, `receive` returns: a body nobody would send is nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.receive import Ours, receive
from bot.ids import WorkspaceId
from bot.inbound import Inbound, MessageSaid, cleaned
from tests.slack import payloads

NOW = datetime(2023, 11, 14, 23, tzinfo=UTC)
OURS = Ours(
    workspace=WorkspaceId("slack:T0ACME"),
    team=payloads.TEAM,
    bot_user=payloads.BOT,
    bot_id=payloads.BOT_ID,
    app=payloads.APP,
    name_of=lambda _: "",
)


def nested(depth: int) -> object:
    value: object = "deep"
    for _ in range(depth):
        value = [{"x": value}]
    return value


LONG = "a" * 100_000


def strange() -> list[object]:
    """Return values that Slack does not send; nobody can look through the last one."""
    return [
        *(None, True, False, 0, -1, 10**400, 0.5, float("nan"), "", " ", "x", "\0", "\ud83d", "é"),
        *([], {}, [[]], [None], [{}], [1], {"": ""}, {"id": None}, {"ts": "x"}, {"value": 1}),
        *("99999999999.999999", "1.1", "1700000000", "-1.000000", "NaN", "1700000000.00010٠"),
        *("[" * 5_000, '{"channel": 1}', '{"channel": "\ud83d"}', "<@U0COACH>", "tombstone"),
        *(LONG, nested(5_000)),
    ]


def places(
    value: object, path: tuple[str | int, ...] = (), depth: int = 12
) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to everything inside a body, as deep as Slack's own bodies go."""
    inside: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for step, within in inside if depth else ():
        yield (*path, step)
        yield from places(within, (*path, step), depth - 1)


def get(body: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        body = body[step]
    return body


def put(body: Any, path: tuple[str | int, ...], value: object) -> None:
    for step in path[:-1]:
        body = body[step]
    body[path[-1]] = value


def drop(body: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        body = body[step]
    del body[path[-1]]


def heard(body: dict[str, Any]) -> Inbound | None:
    """Receive; what comes of it can be stored."""
    event = receive(body, OURS, NOW)
    if event is not None:
        assert event.at.utcoffset() is not None
        assert len(event.key) < 1_500
        event.key.encode()
        repr(cleaned(event)).encode()
    return event


@pytest.mark.parametrize("example", payloads.EXAMPLES)
def test_no_value_in_any_place_breaks_it_and_none_is_changed(example: str):
    whole, values = payloads.EXAMPLES[example](), strange()

    for path in places(whole):
        body = copy.deepcopy(whole)
        for value in values:
            put(body, path, value)
            heard(body)
            put(body, path, get(whole, path))
            assert body == whole
    assert repr(values[:-1]) == repr(strange()[:-1])


@pytest.mark.parametrize("example", payloads.EXAMPLES)
def test_nothing_missing_breaks_it(example: str):
    whole = payloads.EXAMPLES[example]()

    for path in places(whole):
        body = copy.deepcopy(whole)
        drop(body, path)
        heard(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=8,
)


@given(st.data())
def test_no_mixture_of_bodies_breaks_it(data: st.DataObject):
    body = payloads.EXAMPLES[data.draw(st.sampled_from(sorted(payloads.EXAMPLES)))]()
    other = payloads.EXAMPLES[data.draw(st.sampled_from(sorted(payloads.EXAMPLES)))]()
    parts = [*strange(), *other.values()]

    for _ in range(data.draw(st.integers(1, 5))):
        ways = list(places(body))
        path = data.draw(st.sampled_from(ways))
        put(body, path, data.draw(st.sampled_from(parts) | JSON))

    heard(body)


@given(JSON)
def test_no_json_breaks_it(value: object):
    heard(value if isinstance(value, dict) else {"type": "event_callback", "event": value})


@pytest.mark.parametrize(
    ("example", "path"),
    [
        ("said", ("event", "user")), ("said", ("event", "channel")), ("said", ("event", "ts")),
        ("said", ("event", "thread_ts")), ("edited", ("event", "message", "ts")),
        ("edited", ("event", "message", "edited", "ts")), ("deleted", ("event", "deleted_ts")),
        ("reacted", ("event", "item", "ts")), ("reacted", ("event", "event_ts")),
        ("joined", ("event", "channel")), ("command", ("trigger_id",)),
        ("command", ("channel_id",)), ("pressed", ("container", "channel_id")),
        ("pressed", ("actions", 0, "action_ts")), ("sent", ("trigger_id",)),
        ("shortcut", ("message_ts",)), ("mentioned", ("event", "ts")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["x y", "\0", "\ud83d", LONG, 7, {}, ["C0PREP"], "C0\nPREP"])
def test_an_id_that_is_none_makes_it_nothing(
    example: str, path: tuple[str | int, ...], value: object
):
    body = payloads.EXAMPLES[example]()
    put(body, path, value)

    assert heard(body) is None


def test_words_with_signs_that_cannot_be_stored_are_kept_without_them():
    event = heard(payloads.said("My \0 answer \ud83d"))

    assert isinstance(event, MessageSaid)
    assert event.text == "My \N{REPLACEMENT CHARACTER} answer ?"


def test_a_text_longer_than_any_slack_sends_is_nothing():
    assert heard(payloads.said("a" * 40_000)) is not None
    assert heard(payloads.said(LONG)) is None
