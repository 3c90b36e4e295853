"""What tests ask of rendered components: all their texts, their limits, and texts to put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from adapters.discord.layout import allowed, view
from adapters.discord.markup import BLANK
from adapters.discord.render import Json, Part, walk
from adapters.discord.splitting import weight
from bot.ids import UserId
from bot.inbound import clean
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
from tests.discord.client import read
from tests.unit.speech import everything

_FENCE = re.compile(r"```\n[^`]*\n```")

AT = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
MOMENT = Moment(AT, "Europe/Berlin")

ATTACKS = attacks.DISCORD


def sampled(key: str) -> Iterator[Message | Form]:
    """Yield what the coach can say about a guide, a dozen of what each function makes."""
    said: dict[str, list[Message | Form]] = {}
    for one in everything(key):
        if isinstance(one.what, Message | Form):
            said.setdefault(one.by, []).append(one.what)
    for some in said.values():
        yield from some[:: len(some) // 12 + 1]


# --- what was rendered -------------------------------------------------------------------------


def texts_of(components: Sequence[Json]) -> list[str]:
    """Return what stands in text displays, in order."""
    return [str(one["content"]) for one in walk(components) if one["type"] == 10]


def rows_of(components: Sequence[Json]) -> list[list[str]]:
    """Return the labels of the buttons in each row."""
    rows: list[Any] = [one["components"] for one in walk(components) if one["type"] == 1]
    return [[button["label"] for button in row] for row in rows]


def quoted(parts: Sequence[Part]) -> str:
    """Return what a reader sees in quotes, over all parts."""
    found = []
    for part in parts:
        for text in texts_of(part.components):
            bare = _FENCE.sub("", text)
            lines = [line for line in bare.split("\n") if line.startswith("> ")]
            shown = "".join(run.text for run in read("\n".join(lines)))
            found.append(shown.replace(BLANK, ""))
    return "".join(found)


def check(parts: Sequence[Part]) -> None:
    """Check that Discord would take every part, and that discord.py sends it as it is."""
    for part in parts:
        assert sent(part) == [*map(as_sent, part.components)]
        every = list(walk(part.components))
        assert 0 < len(every) <= 40
        assert {one["type"] for one in every} <= {1, 2, 10, 17}
        assert every[0 if every[0]["type"] == 10 else 1]["type"] == 10
        ids = [one["custom_id"] for one in every if one["type"] == 2]
        assert len(set(ids)) == len(ids)
        texts = texts_of(part.components)
        assert sum(map(weight, texts)) <= 4_000
        for one in every:
            _check(one)
        for text in texts:
            assert text.strip()
            assert text.encode().decode() == text
            assert "\0" not in text
        assert allowed(part.users).to_dict()["parse"] == []


def sent(part: Part) -> object:
    """Return the components that discord.py sends for a part."""
    return view(part).to_components()  # type: ignore[no-untyped-call]


def as_sent(component: Json) -> Json:
    """Return a component with the settings that discord.py adds."""
    inside: Any = component.get("components")
    if inside is not None:
        inside = {"components": [as_sent(one) for one in inside]}
    extra: dict[object, Json] = {
        2: {"disabled": False},
        17: {"spoiler": False, "accent_color": None},
    }
    return {**component, **extra.get(component["type"], {}), **(inside or {})}


def _check(one: Json) -> None:
    inside: Any = one.get("components")
    if one["type"] == 1:
        assert 1 <= len(inside) <= 5
    if one["type"] == 2:
        assert 1 <= weight(str(one["label"])) <= 80
        assert str(one["label"]).strip()
        assert 1 <= len(str(one["custom_id"])) <= 100
        assert one["style"] in (1, 2, 4)


def shown(text: str) -> str:
    """Return a text as it can be sent."""
    for end in ("\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return "".join("�" if c < " " and c not in "\n\t" else c for c in clean(text))


def message(*blocks: Any, summary: str = "In short") -> Message:
    return Message("notice", summary, blocks)


# --- any message -------------------------------------------------------------------------------

_CHARACTERS = st.sampled_from([*'ab1 \n\t&<>*_~`:|"\\#-+.@[]()', "\0", "\x1b", "\ud800", "é",
    "e\u0301", "\u202e", "\u05d0", "👨‍👩‍👧", "👍🏽", "🇩🇪", "क्षि", "\r\n", "\u2028"])  # fmt: skip
strings = st.one_of(
    st.lists(_CHARACTERS, max_size=60).map("".join), st.text(max_size=60), st.sampled_from(ATTACKS)
)
long_strings = st.builds(lambda text, n: text * n, strings, st.integers(1, 400))


def within(limit: int) -> st.SearchStrategy[str]:
    return st.one_of(strings, long_strings).map(lambda text: text[:limit])


spans = st.one_of(
    st.builds(Words, strings, st.booleans()),
    st.builds(Said, strings),
    st.builds(Mention, st.sampled_from([UserId("7"), UserId("@everyone")]), strings),
    st.builds(Moment, st.just(AT), st.just("Europe/Berlin"), st.sampled_from(["date", "both"])),
    st.builds(Code, strings),
)
texts: st.SearchStrategy[Text] = st.one_of(
    st.lists(spans, max_size=5).map(tuple), within(2_800).map(lambda text: (Said(text),))
)
buttons = st.builds(
    Button,
    st.text(max_size=75),
    st.text(max_size=100),
    st.sampled_from(["plain", "primary", "danger"]),
)
blocks = st.one_of(
    st.builds(Heading, within(150)),
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
