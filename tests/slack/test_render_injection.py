"""Whatever is written by members, or by a guide's author, it pings nobody and formats nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from adapters.slack.render import Part, render, without_table
from adapters.slack.views import form, home, modal
from bot.ids import ChannelId, UserId
from bot.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Channel,
    Code,
    Field,
    Form,
    Heading,
    Mention,
    Note,
    Paragraph,
    Quote,
    Said,
    Span,
    Table,
    Words,
)
from tests.slack.rendered import ATTACKS, MOMENT, check, kinds, message, nodes, validate

ACTIVE = {"user", "usergroup", "broadcast", "channel", "link", "emoji", "team", "section"}
OURS = re.compile(r"<!date\^\d+\^[{}a-z_ ]+\|[\w ,:()/]+>")


def spans(attack: str) -> Iterator[Span]:
    yield from (Words(attack), Words(attack, bold=True), Said(attack), Code(attack))
    yield Mention(UserId(attack), attack)
    yield Channel(ChannelId(attack))


def everywhere(attack: str) -> tuple[Block, ...]:
    text = tuple(spans(attack))
    return (
        Heading(attack),
        Paragraph(text),
        Bullets((text,)),
        Bullets((text,), "check"),
        Quote(attack),
        Note(text),
        Note((*text, MOMENT)),
        Note((Said(attack),)),
        Table((attack, "Points"), ((attack, "1"),)),
        Buttons((Button(attack[:75], attack[:100]),)),
    )


def test_there_are_attacks_enough() -> None:
    assert len(set(ATTACKS)) >= 500


@pytest.mark.parametrize("frame", range(0, len(ATTACKS), 28))
def test_nothing_anybody_writes_means_anything_to_slack(frame: int) -> None:
    for attack in ATTACKS[frame : frame + 28]:
        parts = render(message(*everywhere(attack), summary=attack))

        check(parts)
        for part in (*parts, *map(without_table, parts)):
            harmless(part)


def harmless(part: Part) -> None:
    assert not kinds(part.blocks) & ACTIVE
    assert not re.search("[<>]", part.text)
    marked = [node for node in nodes(part.blocks) if node.get("type") == "mrkdwn"]
    for node in marked:
        assert node["verbatim"] is True
        bare = OURS.sub("", node["text"])
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", bare)
        assert not re.search(r"[_~`]", re.sub("`[^`]*`", "", bare))


@pytest.mark.parametrize("attack", ATTACKS[::7])
def test_views_and_forms_are_literal_too(attack: str) -> None:
    said = message(*everywhere(attack), summary=attack)
    options = ((attack[:20] or "x", attack[:75]), ("other", attack * 9))
    asked = Form(
        attack[:24],
        "act",
        (
            Field("a", attack[:45], hint=attack, value=attack),
            Field("b", "B", options=options, several=True, hint=attack),
            Field("c", "C", options=options[:1], value=attack[:20]),
        ),
        tuple(spans(attack)),
    )

    for view in (home(said), modal([said, said], attack), form(asked, ChannelId("C1"))):
        validate(view["blocks"])  # type: ignore[arg-type]
        assert not kinds(view) & ACTIVE


def test_a_names_formatting_marks_do_nothing_in_small_print() -> None:
    part = render(message(Note((Said("*a* _b_ ~c~ `d` :tada:"), MOMENT))))[0]

    (text,) = (node["text"] for node in nodes(part.blocks) if node.get("type") == "mrkdwn")
    assert not re.search(r"[*_~`]|:tada:", OURS.sub("", text))
