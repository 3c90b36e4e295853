"""Whatever is written by members, or by a guide's author, it pings nobody and formats nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given

from adapters.discord.forms import Draft, page, pages
from adapters.discord.markup import BLANK, escaped, fenced, isolated, marked, pieces
from adapters.discord.render import Part, render
from bot.ids import UserId
from bot.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
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
    Text,
    Words,
)
from tests.discord.client import kinds, notified, read, seen
from tests.discord.rendered import ATTACKS, MOMENT, check, message, shown, strings, texts, texts_of
from tests.examples import cases

OURS = {"heading", "small", "list", "quote", "fence", "bold", "code", "time", "user"}
"""All that the coach formats."""


def spans(attack: str) -> Iterator[Span]:
    yield from (Words(attack), Words(attack, bold=True), Said(attack), Code(attack))
    yield Mention(UserId(attack), attack)
    yield from (Said(attack), MOMENT, Said(attack), Mention(UserId("7"), attack), Said(attack))


def everywhere(attack: str) -> tuple[Block, ...]:
    text = tuple(spans(attack))
    return (
        Heading(attack),
        Paragraph(text),
        Paragraph((Said(attack),)),
        Bullets((text,)),
        Bullets((text,), "check"),
        Bullets((text,), "number"),
        Quote(attack),
        Note(text),
        Table((attack, "Points"), ((attack, "1"),)),
        Buttons((Button(attack[:75], attack[:100]),)),
    )


def test_there_are_attacks_enough() -> None:
    assert len(set(ATTACKS)) >= 1_000


def test_the_same_words_would_do_harm_if_they_were_not_escaped() -> None:
    harmful = [attack for attack in ATTACKS if kinds(attack) or notified(attack)]

    assert len(harmful) > 900
    assert {kind for attack in harmful for kind in kinds(attack)} >= {*OURS, "masked", "everyone"}


@pytest.mark.parametrize("frame", range(0, len(ATTACKS), 46))
def test_nothing_anybody_writes_means_anything_to_discord(frame: int) -> None:
    for attack in ATTACKS[frame : frame + 46]:
        parts = render(message(*everywhere(attack), summary=attack))

        check(parts)
        for part in parts:
            harmless(part)


def harmless(part: Part) -> None:
    assert part.users in ((), (UserId("7"),))
    for text in texts_of(part.components):
        assert kinds(text) <= OURS
        assert set(notified(text)) <= {"<@7>"}


@pytest.mark.parametrize("frame", range(0, len(ATTACKS), 46))
def test_every_attack_reads_as_it_was_written(frame: int) -> None:
    for attack in ATTACKS[frame : frame + 46]:
        assert seen(escaped(attack)) == attack
        assert not kinds(escaped(attack))


@cases(150)
@given(strings)
def test_any_words_read_as_they_were_written(words: str) -> None:
    words = shown(words).replace(BLANK, "")

    assert seen(escaped(words)) == words
    assert not kinds(escaped(words))
    assert not notified(escaped(words))


@cases(150)
@given(texts)
def test_any_text_keeps_its_words_and_only_its_own_formats(text: Text) -> None:
    markdown = marked(pieces(text))

    assert kinds(markdown) <= {"bold", "code", "time", "user"}
    assert set(notified(markdown)) <= {"<@7>"}
    plain = [span for span in text if isinstance(span, Words | Said)]
    if len(plain) == len(text):
        words = "".join(
            isolated(span.text) if isinstance(span, Said) else shown(span.text) for span in plain
        )
        assert seen(markdown) == words.replace(BLANK, "")


@cases(150)
@given(strings.filter(str.strip))
def test_nothing_leaves_a_block_of_code(words: str) -> None:
    markdown = fenced(f"x{shown(words)}x")

    assert {run.kinds for run in read(markdown)} == {frozenset({"fence"})}
    assert not notified(markdown)


@pytest.mark.parametrize("attack", ATTACKS[::7])
def test_forms_are_literal_too(attack: str) -> None:
    options = (("one", attack * 9), ("two", attack))
    asked = Form(
        attack[:24],
        "act",
        (
            Field("a", attack[:45], hint=attack * 20, value=attack),
            Field("b", "B", options=options, several=True, hint=attack),
            Field("c", "C", options=options, value="one"),
        ),
        tuple(spans(attack)),
    )

    for number in range(len(pages(asked))):
        shown_: list[dict[str, str]] = page(Draft(asked, {}, number))["components"]  # type: ignore[assignment]
        for text in texts_of(shown_):  # type: ignore[arg-type]
            assert kinds(text) <= OURS
