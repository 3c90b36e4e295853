"""Channels and dates: shown as each reader knows them, and harmless where they are neither."""

from __future__ import annotations

import pytest

from adapters.slack.render import Part, render
from bot.ids import ChannelId
from bot.messages import Block, Channel, Moment, Note, Paragraph, Words
from tests.slack.rendered import AT, kinds, message, nodes, words


def only(block: Block) -> Part:
    (part,) = render(message(block))
    return part


def test_a_channel_is_shown_by_the_name_it_has_for_the_reader() -> None:
    there = Channel(ChannelId("C1"))
    running, small = only(Paragraph((there,))), only(Note((Words("In "), there)))

    assert [n["channel_id"] for n in nodes(running.blocks) if n.get("type") == "channel"] == ["C1"]
    assert [n["text"] for n in nodes(small.blocks) if n.get("type") == "mrkdwn"] == ["In <#C1>"]


@pytest.mark.parametrize("name", ["#prep", "!channel", "C1>", "D1", "c1"])
def test_what_is_no_id_of_a_channel_is_only_words(name: str) -> None:
    there = Channel(ChannelId(name))
    parts = only(Paragraph((there,))), only(Note((there,)))

    assert words(parts[0].blocks) == name
    assert not kinds(part.blocks for part in parts) & {"channel", "mrkdwn"}


@pytest.mark.parametrize("style", ["date", "both"])
def test_a_date_is_shown_with_its_weekday(style: str) -> None:
    moment = Moment(AT, "Europe/Berlin", style)  # type: ignore[arg-type]

    (date,) = [n for n in nodes(only(Paragraph((moment,))).blocks) if n.get("type") == "date"]

    assert "{date_long" in date["format"]
    assert date["fallback"].startswith("Mon ")
