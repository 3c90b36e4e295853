"""What may serve as a criterion's emoji, so that a tap on it can mean only one thing.

Rule: members tap it on Slack and on Discord, so it must exist on both and look alike.
"""

from __future__ import annotations

from collections.abc import Iterator

import emoji

from content import limits
from content.problems import Problem, shown
from content.schema import Round

_VARIATION = "\N{VARIATION SELECTOR-16}"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_CURE = "Choose one plain emoji for what the criterion is about, such as 💬 or 🔧"


def check(round_: Round, place: str) -> Iterator[Problem]:
    """Yield what is wrong with the emoji of the round's criteria; `place` is the round's."""
    seen: dict[str, int] = {}
    for at, criterion in enumerate(round_.criteria):
        here = f"{place}.criteria[{at}].emoji"
        if not criterion.emoji:
            continue
        fault = _fault(criterion.emoji)
        if fault:
            yield Problem("", None, here, *fault)
            continue
        first = seen.setdefault(_bare(criterion.emoji), at)
        if first != at:
            name = shown(round_.criteria[first].name)
            yield Problem(
                "",
                None,
                here,
                f"{criterion.emoji} stands for the criterion {name} of this round already",
                "Choose a different emoji for one of the two",
            )


def _fault(written: str) -> tuple[str, str] | None:
    """Return what is wrong with one emoji, and its cure."""
    if any(tone in written for tone in _SKIN_TONES):
        return f"{written} has a skin tone", "Choose an emoji without one"
    if _bare(written) in limits.RESERVED_EMOJI:
        return f"{written} already has a meaning of its own below a message", _CURE
    known = emoji.EMOJI_DATA.get(written)
    if known is None:
        several = emoji.emoji_count(written) > 1
        problem = "This is more than one emoji" if several else f"{shown(written)} is not an emoji"
        return problem, _CURE
    if known["status"] != emoji.STATUS["fully_qualified"]:
        whole = emoji.emojize(known["en"])
        return (
            f"{written} lacks the invisible sign that makes it an emoji",
            f"Copy it from here instead: {whole}",
        )
    if known["E"] > limits.EMOJI_VERSION:
        return f"{written} is too new for many phones", _CURE
    return None


def _bare(written: str) -> str:
    return written.replace(_VARIATION, "")
