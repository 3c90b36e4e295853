"""Make the bundled fonts anew: `python -m tests.pictures.fonts FOLDER_OF_NOTO`.

The folder holds `NotoSans[wght].ttf` and its like for every family in `ORDER`, and
`NotoSansCJKjp-Regular.otf`, as Noto publishes them under the Open Font License.  fontTools does
the work, which nothing else here needs: install `fonttools` beforehand.  Takes some minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from adapters.pictures.lettering import FONTS

SCRIPTS = (
    "Arabic", "Hebrew", "Armenian", "Georgian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati",
    "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Thai", "Lao", "Myanmar",
    "Khmer", "Ethiopic",
)  # fmt: skip
CJK = "NotoSansCJKjp"
ORDER = (
    "NotoSans",
    *(f"NotoSans{script}" for script in SCRIPTS),
    CJK,
    "NotoEmoji",
    "NotoSansSymbols",
)
"""The order in which families are asked for a character."""
_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def main(source: Path) -> None:
    """Write fonts and the table of their letters."""
    for family in ORDER:
        if family != CJK:
            _instance(source / f"{family}[wght].ttf", f"{family}-Regular.ttf", 400)
    _instance(source / "NotoSans[wght].ttf", "NotoSans-SemiBold.ttf", 600)
    _chinese(source / f"{CJK}-Regular.otf")
    lines = [_letters(family) for family in ORDER]
    (FONTS / "letters.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def chosen() -> set[int]:
    """Return what of CJK is bundled: the everyday sets of four countries' own standards."""
    return (
        _two_bytes("gb2312", 0xA1, 0xF8)
        | _two_bytes("shift_jis", 0x81, 0xEF)
        | _two_bytes("big5", 0xA4, 0xC6)
        | {code for code in _two_bytes("euc_kr", 0xA1, 0xC8) if 0xAC00 <= code < 0xD7B0}
        | {*range(0x3000, 0x3100), *range(0x3105, 0x3190), *range(0xFF01, 0xFFEF)}
    )


def _two_bytes(codec: str, first: int, last: int) -> set[int]:
    found = set()
    for lead in range(first, last + 1):
        for trail in range(0x40, 0xFF):
            decoded = bytes((lead, trail)).decode(codec, "ignore")
            if len(decoded) == 1 and ord(decoded) >= 0x3000:
                found.add(ord(decoded))
    return found


def _instance(path: Path, name: str, weight: int) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib import instancer  # noqa: PLC0415

    font = instancer.instantiateVariableFont(TTFont(path), {"wght": weight})
    _subset(font, set(font.getBestCmap()), name)


def _chinese(path: Path) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    _subset(TTFont(path), chosen(), path.name, ["ccmp"], ("BASE", "GPOS", "VORG", "vhea", "vmtx"))


def _subset(
    font: Any,
    codes: set[int],
    name: str,
    features: list[str] | None = None,
    drop: tuple[str, ...] = (),
) -> None:
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415

    options = Options(hinting=False, notdef_outline=True)
    options.name_IDs = _NAMES
    options.drop_tables += ["STAT", "DSIG", "MATH", "meta", *drop]
    if features is not None:
        options.layout_features = features
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.save(FONTS / name)


def _letters(family: str) -> str:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    files = sorted((path.name for path in FONTS.glob(f"{family}-*")), reverse=True)
    files.sort(key=lambda name: "Regular" not in name)
    font = TTFont(FONTS / files[0])
    letters, advances, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    spans: list[list[int]] = []
    for code in sorted(code for code in letters if code >= 32):
        width = -(-advances[letters[code]][0] * 1000 // unit)
        if spans and spans[-1][1:] == [code - 1, width]:
            spans[-1][1] = code
        else:
            spans.append([code, code, width])
    ranges = ",".join(f"{a:x}={w}" if a == b else f"{a:x}-{b:x}={w}" for a, b, w in spans)
    return f"{font['name'].getDebugName(1)}\t{' '.join(files)}\t{ranges}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
