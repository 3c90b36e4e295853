"""Whatever Discord sends, receiving it is a fact or nothing, and never an exception."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import interactions
from adapters.discord.commands_suggestions import suggestions
from adapters.discord.interactions import Asked
from adapters.discord.receive import receive, removed_from
from bot.ids import UserId, WorkspaceId
from bot.inbound import Author, cleaned
from tests.discord.test_receive import OURS, Json, private, tapped, user, written
from tests.examples import cases

NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
EVENTS: dict[str, Json] = {
    "MESSAGE_CREATE": written(mentions=[user()]),
    "MESSAGE_UPDATE": private(edited_timestamp="2026-12-07T08:59:01.234567+00:00"),
    "MESSAGE_DELETE": {"id": "1", "channel_id": "300", "guild_id": "100"},
    "MESSAGE_DELETE_BULK": {"ids": ["1", "2"], "channel_id": "300"},
    "MESSAGE_REACTION_ADD": tapped(),
    "MESSAGE_REACTION_REMOVE": tapped(),
    "MESSAGE_REACTION_REMOVE_ALL": {"channel_id": "300", "message_id": "1"},
    "MESSAGE_REACTION_REMOVE_EMOJI": tapped(),
    "GUILD_MEMBER_REMOVE": {"guild_id": "100", "user": user()},
    "GUILD_DELETE": {"id": "100"},
}
DATA: dict[str, Json] = {
    "command": {
        "name": "coach",
        "type": 1,
        "options": [{"name": "skip", "type": 1, "options": [{"name": "day", "value": "friday"}]}],
    },
    "typing": {
        "name": "coach",
        "options": [
            {"name": "setup", "options": [{"name": "zone", "value": "ber", "focused": True}]}
        ],
    },
    "button": {"custom_id": "join:k1", "component_type": 2},
    "menu": {
        "name": "Practise this",
        "type": 3,
        "target_id": "7",
        "resolved": {"messages": {"7": {"id": "7", "channel_id": "300", "flags": 32}}},
    },
    "form": {"custom_id": "~0/1.d1~review:r1", "components": []},
}
JUNK: list[Any] = [
    None, True, 0, -1, 2**70, 1.5, "", "x", "\0", "\ud800", "9" * 40, "a" * 30_000,
    [], [None], {}, {"id": 1}, [[]], [{}], "2026-13-45", "0001-01-01T00:00:00+14:00",
]  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(JUNK),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = thing.items() if isinstance(thing, dict) else enumerate(thing)
    found = [path] if path else []
    if isinstance(thing, dict | list):
        for key, value in inside:
            found += (
                places(value, (*path, key)) if isinstance(value, dict | list) else [(*path, key)]
            )
    return found


def changed(thing: Json, path: tuple[Any, ...], value: Any) -> Json:
    whole = copy.deepcopy(thing)
    inner: Any = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return whole


def asked(kind: Any, data: Any) -> Asked:
    workspace, by = WorkspaceId("discord:100"), Author(UserId("11"), "Ana")
    return Asked(kind, "1446000000000000000", workspace, by, "200", "", "7", data)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_with_anything_in_any_place_is_a_fact_that_can_be_kept_or_nothing(name: str):
    for path in places(EVENTS[name]):
        for junk in JUNK:
            frame = {"op": 0, "t": name, "d": changed(EVENTS[name], path, junk)}
            for event in receive(frame, OURS, NOW):
                assert cleaned(event).key == event.key
                str(cleaned(event)).encode()
            removed_from(frame)


@pytest.mark.parametrize("kind", DATA)
def test_an_interaction_with_anything_in_any_place_is_a_fact_or_nothing(kind: str):
    for path in places(DATA[kind]):
        for junk in JUNK:
            what = asked(kind, changed(DATA[kind], path, junk))
            event = interactions.done(what)
            if event is not None:
                str(cleaned(event)).encode()
            interactions.may_open_form(what)
            suggestions(what.data, {}, NOW.date())


@given(name=st.sampled_from(sorted(EVENTS)) | anything, body=anything)
@cases(100)
def test_no_frame_at_all_raises(name: Any, body: Any):
    receive({"t": name, "d": body}, OURS, NOW)
    removed_from({"t": name, "d": body})


@given(kind=st.sampled_from(sorted(DATA)), body=st.dictionaries(st.text(max_size=8), anything))
@cases(100)
def test_no_interaction_at_all_raises(kind: str, body: Json):
    interactions.done(asked(kind, body))
    interactions.may_open_form(asked(kind, body))
    suggestions(body, {}, NOW.date())
