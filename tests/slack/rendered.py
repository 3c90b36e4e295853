"""What tests ask of rendered blocks: all their texts, their models, and texts to put in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models import blocks as models
from slack_sdk.models.basic_objects import JsonObject

from adapters.slack.render import Part
from bot.ids import UserId
from bot.messages import (
    Bullets,
    Button,
    Buttons,
    Code,
    Form,
    Heading,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    Quote,
    Said,
    Table,
    Text,
    Words,
)
from tests import attacks
from tests.unit.speech import everything

AT = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
MOMENT = Moment(AT, "Europe/Berlin")

ATTACKS = attacks.SLACK


def sampled(key: str) -> Iterator[Message | Form]:
    """Yield what the coach can say about a guide, a dozen of what each function makes."""
    said: dict[str, list[Message | Form]] = {}
    for one in everything(key):
        if isinstance(one.what, Message | Form):
            said.setdefault(one.by, []).append(one.what)
    for some in said.values():
        yield from some[:: len(some) // 12 + 1]


# --- what was rendered -------------------------------------------------------------------------


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object inside of blocks."""
    if isinstance(value, Mapping):
        yield dict(value)
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from nodes(one)


def kinds(value: object) -> set[str]:
    return {node["type"] for node in nodes(value) if "type" in node}


def words(value: object) -> str:
    """Return all text elements of rich text, one after the other."""
    return "".join(node["text"] for node in nodes(value) if node.get("type") == "text")


def quoted(parts: Sequence[Part]) -> str:
    """Return what stands in quotes, over all parts."""
    return "".join(quoted_in(part.blocks) for part in parts)


def quoted_in(blocks: object) -> str:
    """Return what stands in quotes."""
    return "".join(words(n) for n in nodes(blocks) if n.get("type") == "rich_text_quote")


def validate(blocks: Sequence[Mapping[str, Any]]) -> None:
    """Let the models of slack_sdk check blocks and all that is in them."""
    for block in blocks:
        model = models.Block.parse(dict(block))
        assert model is not None, block["type"]
        _validate(model)
        assert model.to_dict().keys() >= block.keys() - {"optional", "dispatch_action"}
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(set(ids)) == len(ids)
    for node in nodes(blocks):
        _check(node)


def _validate(model: object) -> None:
    if isinstance(model, JsonObject):
        model.validate_json()
        for value in vars(model).values():
            _validate(value)
    elif isinstance(model, list | tuple):
        for one in model:
            _validate(one)


def _check(node: Mapping[str, Any]) -> None:
    """Check what Slack refuses and the models let pass."""
    kind = node.get("type")
    if kind in ("text", "plain_text", "mrkdwn", "raw_text"):
        assert 0 < len(node["text"]) <= 3_000
        assert "\0" not in node["text"]
        node["text"].encode()
    if kind is not None and kind.startswith("rich_text"):
        assert node["elements"]
    if kind == "actions":
        ids = [element["action_id"] for element in node["elements"]]
        assert len(set(ids)) == len(ids)
    if kind == "table":
        assert len(node["rows"]) <= 100
        assert {len(row) for row in node["rows"]} == {len(node["column_settings"])}


def check(parts: Sequence[Part]) -> None:
    """Check that Slack would take every part."""
    for part in parts:
        assert 0 < len(part.blocks) <= 45
        assert len(json.dumps(part.blocks, ensure_ascii=False)) <= 10_000
        assert [block["type"] for block in part.blocks].count("table") <= 1
        assert 0 < len(part.text) <= 3_500
        validate(part.blocks)


def message(*blocks: Any, summary: str = "In short") -> Message:
    return Message("notice", summary, blocks)


# --- any message -------------------------------------------------------------------------------

_CHARACTERS = st.sampled_from([*'ab \n\t&<>*_~`:|"\\', "\0", "\x1b", "\ud800", "é", "e\u0301",
    "\u202e", "\u05d0", "👨‍👩‍👧", "👍🏽", "🇩🇪", "क्षि", "\r\n"])  # fmt: skip
strings = st.one_of(
    st.lists(_CHARACTERS, max_size=60).map("".join), st.text(max_size=60), st.sampled_from(ATTACKS)
)
long_strings = st.builds(lambda text, n: text * n, strings, st.integers(1, 400))


def _within(limit: int) -> st.SearchStrategy[str]:
    return st.one_of(strings, long_strings).map(lambda text: text[:limit])


spans = st.one_of(
    st.builds(Words, strings, st.booleans()),
    st.builds(Said, strings),
    st.builds(Mention, st.sampled_from([UserId("U1"), UserId("<!here>")]), strings),
    st.builds(Moment, st.just(AT), st.just("Europe/Berlin"), st.sampled_from(["date", "both"])),
    st.builds(Code, strings),
)
texts: st.SearchStrategy[Text] = st.one_of(
    st.lists(spans, max_size=5).map(tuple), _within(2_800).map(lambda text: (Said(text),))
)
buttons = st.builds(
    Button,
    st.text(max_size=75),
    st.text(max_size=100),
    st.sampled_from(["plain", "primary", "danger"]),
)
blocks = st.one_of(
    st.builds(Heading, _within(150)),
    st.builds(Paragraph, texts),
    st.builds(Bullets, st.lists(texts, max_size=4).map(tuple), st.sampled_from(["point", "check"])),
    st.builds(Bullets, st.lists(texts, max_size=4).map(tuple), st.just("number")),
    st.builds(Quote, st.one_of(strings, long_strings)),
    st.builds(Note, texts),
    st.builds(
        Table,
        st.lists(strings, max_size=3).map(tuple),
        st.lists(st.lists(strings, max_size=4).map(tuple), max_size=20).map(tuple),
    ),
    st.builds(Buttons, st.lists(buttons, min_size=1, max_size=5).map(tuple)),
)
messages = st.builds(
    Message,
    st.just("notice"),
    strings.filter(str.strip),
    st.lists(blocks, min_size=1, max_size=40).map(tuple),
)
