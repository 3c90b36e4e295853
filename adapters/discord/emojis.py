"""Emoji as everybody writes them, and as they come in Discord's reactions.

    👍🏽  ->  👍      1⃣  ->  1️⃣      our-logo (id 7)  ->  :our-logo:

Rule: what comes in is one fully qualified emoji without a skin tone, as guides and the engine
write it, so that two taps meaning the same are the same.
"""

from __future__ import annotations

import re
from typing import Final

import emoji

_VARIATION: Final = "\N{VARIATION SELECTOR-16}"
_TONES: Final = re.compile("[\U0001f3fb-\U0001f3ff]")
_MIXED_PAIRS: Final = {
    "🧑‍❤️‍🧑": "💑",
    "🧑‍❤️‍💋‍🧑": "💏",
    "👩‍🤝‍👨": "👫",
    "👩‍🤝‍👩": "👭",
    "👨‍🤝‍👨": "👬",
    "🫱‍🫲": "🤝",
}
"""Two people of different skin tones: Unicode has no such emoji without the tones."""


def emoji_of(name: str, custom: str | int | None = None) -> str:
    """Return the emoji of a reaction, without a skin tone; `custom` is its id if it has one.

    A server's own emoji comes back as `:name:`, and one too new for us as it came.
    """
    if custom:
        return f":{name}:"
    return _WHOLE.get(_bare(_without_tone(name))) or name


def reaction_of(written: str) -> str | None:
    """Return what to react with for one emoji; `None` if Discord would not know it."""
    return _WHOLE.get(_bare(_without_tone(written)))


def _without_tone(written: str) -> str:
    if not _TONES.search(written):
        return written
    bare = _TONES.sub("", written)
    # A tone by itself is an emoji as well.
    whole = next((mixed for mixed in _MIXED_PAIRS if _bare(mixed) == _bare(bare)), "")
    return _MIXED_PAIRS.get(whole, bare) or written


def _bare(written: str) -> str:
    return written.replace(_VARIATION, "")


def _whole() -> dict[str, str]:
    """Return every fully qualified emoji without a tone by its form without selectors."""
    return {
        _bare(written): written
        for written, facts in emoji.EMOJI_DATA.items()
        if facts["status"] <= emoji.STATUS["fully_qualified"]
        and (len(written) == 1 or not _TONES.search(written))
    }


_WHOLE: Final = _whole()
