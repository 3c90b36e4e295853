"""What pictures say and how they are laid out: values in, SVG and words out."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pictures.lettering import BundledLetters
from bot.pictures import (
    Criterion,
    Leaderboard,
    Points,
    Progress,
    Row,
    Score,
    Theme,
)
from bot.voice import pictures
from bot.voice.pictures_alt import ALT_LIMIT
from bot.voice.pictures_lettering import UNDRAWN, line, plain
from bot.voice.pictures_svg import COLOURS
from tests.attacks import EVERY
from tests.examples import cases
from tests.pictures.samples import AWKWARD, PLAIN, SCRIPTS, board, gallery, progress, ties

LETTERS = BundledLetters()
SVG = "{http://www.w3.org/2000/svg}"
ANY = st.text(st.characters(), max_size=60)
OURS_ONLY = frozenset(
    "score by week the band is how far off it may be missed seen peers 1 2 3 4 5".split(" ")  # noqa: SIM905
)
"""How to read a picture, which words need not explain."""
OURS = {"svg", "rect", "text", "tspan", "g", "polygon", "polyline", "circle"}


def elements(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter())


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in elements(svg) if one.tag == f"{SVG}text"]


def drawn(words: str) -> str:
    return "".join(run.text for run in line(words, LETTERS).runs)


@cases(100)
@given(st.lists(ANY, min_size=1, max_size=12), ANY, ANY)
def test_whatever_people_are_called_the_picture_is_well_formed_and_only_ours(names, title, note):
    rows = tuple(Row(place, name, Points(answers=5)) for place, name in enumerate(names, 1))

    drawing = pictures.draw(Leaderboard(title, note, rows, 3, note), LETTERS)

    assert {one.tag.removeprefix(SVG) for one in elements(drawing.svg)} <= OURS
    assert len(drawing.alt) <= ALT_LIMIT


def test_no_attack_we_know_becomes_an_element_or_leaves_its_text():
    for attack in (*EVERY, "</text><script>x</script>", '"/><image href="file:x"/>', "]]>", "&#0;"):
        row = Row(1, attack, Points(answers=5))
        svg = pictures.draw(Leaderboard(attack, attack, (row,), 0, attack), LETTERS).svg

        assert {one.tag.removeprefix(SVG) for one in elements(svg)} <= OURS
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", svg)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_that_people_write_their_names_in_can_be_drawn(name):
    assert UNDRAWN not in drawn(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("𓀀 Ana", f"{UNDRAWN} Ana"),
        ("a\x00b\x07", f"a{UNDRAWN}b{UNDRAWN}"),
        ("a\ud800", f"a{UNDRAWN}"),
        ("a\ue000b", f"a{UNDRAWN}b"),
        ("z" + "\u0336" * 9 + "o", f"{UNDRAWN}o"),
        ("\u200b\u2066\u3164 ", UNDRAWN),
        ("", UNDRAWN),
        ("\u202eevil\u202c\tname", "evil name"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_what_cannot_be_drawn_is_seen_to_be_missing(name, shown):
    assert drawn(name) == shown


def test_what_cannot_be_drawn_is_whole_in_the_words():
    assert "𓀀𓁐 ancient" in pictures.draw(board(AWKWARD[-3:]), LETTERS).alt


@cases(100)
@given(ANY, st.floats(1, 20))
def test_no_line_is_wider_than_its_room(name, room):
    assert line(name, LETTERS, room).width <= room + 1e-9


def test_a_long_name_is_cut_between_graphemes_and_says_so():
    family = "👨\u200d👩\u200d👧\u200d👦"

    cut = "".join(run.text for run in line(family * 9, LETTERS, 30).runs)

    assert cut.endswith("…")
    assert cut.removesuffix("…").replace(family, "") == ""


def test_a_long_name_from_right_to_left_ends_at_its_left():
    cut = "".join(run.text for run in line("عمر " * 70, LETTERS, 12).runs)

    assert cut.endswith("…\u200f")


# What is cut or divided in the other two is compared by the tests above.
@pytest.mark.parametrize("name", sorted(gallery().keys() - {"board-awkward", "board-scripts"}))
def test_all_that_a_picture_says_is_said_in_words_too(name):
    drawing = pictures.draw(gallery()[name], LETTERS)
    said = drawing.alt.casefold()

    for shown in texts(drawing.svg):
        for word in re.findall(r"[\w.]+", shown.split("…")[0].rsplit(" ", "…" in shown)[0]):
            if word.casefold() not in OURS_ONLY:
                assert word.casefold().strip(".") in said, (word, drawing.alt)


def test_words_say_places_names_points_and_what_they_come_from():
    alt = pictures.draw(board(PLAIN[:3]), LETTERS).alt

    assert "2. Ben Okafor: 106 (50+33+11+7+0+5)." in alt
    assert "Points come from answers, reviews, helpfulness, quality, improvement and streak" in (
        pictures.draw(board(PLAIN), LETTERS).alt
    )


def test_of_whoever_is_anonymous_only_all_points_are_told():
    drawing = pictures.draw(gallery()["board-pen-names"], LETTERS)

    assert "2. Bright Wren: 106. 3. Chiara" in drawing.alt
    whole = [e for e in elements(drawing.svg) if e.get("fill") == COLOURS["light"].missed]
    assert len(whole) == 2


def test_of_many_members_ten_are_shown_and_how_many_more_there_are():
    drawing = pictures.draw(board(PLAIN, more=48), LETTERS)

    assert "and 50 more" in texts(drawing.svg)
    assert "Kofi" not in drawing.svg
    assert "And 50 more." in drawing.alt


def test_who_shares_the_last_place_shown_is_shown():
    assert [row.place for row in ties().shown()] == [1, 1, 3, 4, 5, 5, 5, 8, 9, 10, 10, 10]


def test_a_week_without_a_score_is_a_gap_in_the_line():
    lines = [one for one in elements(pictures.draw(progress(), LETTERS).svg) if "line" in one.tag]

    assert [len(str(one.get("points")).split()) for one in lines] == [2, 3]


def test_a_score_never_stands_without_how_many_reviews_and_how_sure():
    shown = texts(pictures.draw(progress(), LETTERS).svg)

    assert {"4.1", "score, 14 reviews", "fairly sure"} <= set(shown)


def test_pieces_of_a_bar_follow_one_another_and_end_within_their_column():
    svg = pictures.draw(board(PLAIN), LETTERS).svg
    bars = [one for one in elements(svg) if one.tag == f"{SVG}g"]

    for pieces in bars:
        spans = [(float(str(p.get("x"))), float(str(p.get("width")))) for p in pieces]
        assert all(left + wide <= right for (left, wide), (right, _) in pairwise(spans))
        assert sum(spans[-1]) <= 366.01


def test_criteria_without_reviews_and_many_of_them_are_drawn():
    own = Progress("t", "s", (Score("W1", 9.0, 3.0, 1),), "", 0, 0, (Criterion("none", 0, 0),) * 11)

    drawing = pictures.draw(own, LETTERS)

    assert "and 3 more" in texts(drawing.svg)
    assert "And 3 more." in drawing.alt


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_bars_stand_out_from_their_ground(theme: Theme):
    colours = COLOURS[theme]

    assert contrast(colours.text, colours.card) >= 7
    assert contrast(colours.quiet, colours.card) >= 4.5
    assert min(contrast(part, colours.card) for part in colours.parts) >= 3


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_clean_name_stays_as_it_is():
    assert all(plain(name) == name for name in (*PLAIN, *SCRIPTS))
