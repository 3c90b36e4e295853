"""What makes posts of ours recognisable in Discord's history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import render
from adapters.discord.search_marks import (
    NONCE_LENGTH,
    PARTS_MOST,
    Mark,
    mark_for,
    mark_of,
    marked,
    nonce,
)
from bot.ids import PostKey
from bot.messages import Message
from tests.discord.couriers import KEY, essay, note, question, scene
from tests.discord.test_send_lost_replies import KINDS

keys = st.text(min_size=1, max_size=40)
numbers = st.integers(1, PARTS_MOST)
ONE = [{"type": 10, "content": "x"}]
TWO = [{"type": 17, "components": [{"type": 10, "content": "x"}]}]


@given(keys, numbers, numbers, st.booleans())
def test_a_mark_is_read_as_it_was_written(key: str, part: int, parts: int, threaded: bool) -> None:
    mark = mark_for(key, threaded=threaded).of(part if parts > 1 else 1, parts)

    read = mark_of({"components": marked(TWO, mark)})

    assert read is not None
    assert (read.part, read.parts, read.threaded) == (mark.part, parts, threaded)
    assert read.same(mark_for(key))
    assert mark_for(key).same(read)


@given(keys, keys, numbers, numbers)
def test_posts_with_other_keys_are_told_apart(one: str, two: str, some: int, others: int) -> None:
    mark = mark_of({"components": marked(TWO, mark_for(one).of(1, some))})

    assert mark is not None
    assert mark.same(mark_for(two).of(1, others)) is (one == two)


@given(keys, keys)
def test_a_message_of_one_component_is_recognised_as_well(one: str, two: str) -> None:
    mark = mark_of({"components": marked(ONE, mark_for(one))})

    assert mark is not None
    assert mark.second is None
    assert mark.same(mark_for(two)) is (one == two)


@given(keys, numbers, numbers)
def test_numbers_are_positive_differ_and_stay_away_from_discords_own(
    key: str, part: int, parts: int
) -> None:
    (frame,) = marked(TWO, mark_for(key).of(part, parts))
    inner = frame["components"]
    assert isinstance(inner, list)
    first, second = int(str(frame["id"])), int(inner[0]["id"])

    assert first != second
    assert all(2**28 <= number < 2**31 for number in (first, second))


@given(keys, numbers)
def test_a_nonce_is_always_the_same_and_no_other_parts(key: str, part: int) -> None:
    mine = nonce(PostKey(key), part)

    assert mine == nonce(PostKey(key), part)
    assert len(mine) == NONCE_LENGTH <= 25
    assert mine not in {nonce(PostKey(key), part + 1), nonce(PostKey(key + "x"), part)}


@pytest.mark.parametrize(
    "components",
    [
        None,
        [],
        "text",
        [None],
        [{"type": 10}],
        [{"type": 10, "id": 1}],
        [{"type": 10, "id": "1"}],
        [{"type": 10, "id": None}],
        [{"type": 10, "id": 2**40}],
    ],
)
def test_other_messages_have_no_mark(components: object) -> None:
    assert mark_of({"components": components}) is None


@pytest.mark.parametrize("message", [note("a"), essay("a", 3), question()])
def test_components_of_a_part_are_left_as_they_were(message: Message) -> None:
    for part in render(message):
        before = repr(part)

        marked(part.components, mark_for("k1"))

        assert repr(part) == before


@pytest.mark.parametrize("message", [note("a"), essay("a", 3), question()])
async def test_discord_returns_the_numbers_as_they_were_sent(message: Message) -> None:
    async with scene() as stage:
        courier = await stage.courier()

        await courier.post(stage.prep, message, KEY, None)

        marks = [mark_of({"components": shown.components}) for shown in stage.messages()]
        threaded = message.topic == "question"
        whole = mark_for(KEY, threaded=threaded)
        assert [mark.part for mark in marks if mark] == list(range(1, len(marks) + 1))
        assert all(isinstance(mark, Mark) and mark.same(whole) for mark in marks)
        assert [mark.threaded for mark in marks if mark] == [threaded] * len(marks)


async def test_keys_are_not_shown_and_cannot_be_read_from_the_numbers() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        await courier.post(stage.prep, note("a"), PostKey("practice:secret"), None)

        (shown,) = stage.messages()
        assert "secret" not in repr(shown)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("closed", [False, True])
async def test_a_post_is_found_although_discords_clock_is_behind(kind: str, closed: bool) -> None:
    async with scene() as stage:
        if closed:
            stage.guild.close_dms("U1")
        place, message = KINDS[kind]
        receipt = await (await stage.courier()).post(getattr(stage, place), message, KEY, None)
        since = stage.clock() + timedelta(hours=14)

        found = await (await stage.courier()).find(getattr(stage, place), KEY, since, None)

        assert found == receipt
