"""Pictures as files: what the bundled fonts and resvg make of them."""

from __future__ import annotations

import subprocess
import sys
from struct import unpack
from zlib import decompress

import pytest

from adapters.pictures.drawing import Pictures
from adapters.pictures.lettering import FONTS, BundledLetters
from bot.voice.pictures_lettering import UNDRAWN
from bot.voice.pictures_svg import WIDTH
from tests.pictures.samples import AWKWARD, SCRIPTS, board, progress

PICTURES = Pictures()


def pixels(png: bytes) -> bytes:
    """Return what is in a PNG's image chunks."""
    data, at = b"", 8
    while at < len(png):
        length, kind = unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return decompress(data)


@pytest.mark.parametrize("picture", [board(SCRIPTS), board(AWKWARD), progress()])
def test_a_picture_is_a_small_sharp_file_and_the_same_every_time(picture):
    image = PICTURES.draw(picture)

    assert image.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert unpack(">I", image.png[16:20]) == (2 * WIDTH,)
    assert len(image.png) < 200_000
    assert image.png == Pictures().draw(picture).png


def test_light_and_dark_differ():
    assert PICTURES.draw(progress(), "light").png != PICTURES.draw(progress(), "dark").png


def text(words: str, family: str) -> bytes:
    return PICTURES.png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><text x="4" y="20" '
        f'font-size="15"><tspan font-family="{family}">{words}</tspan></text></svg>'
    )


@pytest.mark.parametrize(
    "family", [one.name for one in BundledLetters().families], ids=lambda name: name
)
def test_each_family_draws_the_letters_it_says_it_has(family):
    letters = next(one for one in BundledLetters().families if one.name == family)
    missing = pixels(text("\U000e0fff", family))
    middle = len(letters.starts) // 2
    tried = [chr(code) for code in letters.starts[middle : middle + 5] if chr(code).isalpha()]

    for letter in tried or [chr(letters.starts[-1])]:
        assert pixels(text(letter, family)) != missing, hex(ord(letter))


def test_the_sign_for_what_is_missing_is_in_the_first_family():
    found = BundledLetters().find(UNDRAWN)

    assert found is not None
    assert found[0] == "Noto Sans"


def test_every_font_has_its_letters_its_file_and_its_licence():
    files = {name for family in BundledLetters().families for name in family.files}

    assert files == {path.name for path in FONTS.iterdir() if path.suffix in {".ttf", ".otf"}}
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(owner in licence for owner in ("Noto Project Authors", "Google", "Adobe"))


def test_nothing_is_loaded_before_something_is_drawn():
    code = (
        "import sys; from adapters.pictures.drawing import Pictures; Pictures();"
        "sys.exit('resvg_py' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
