"""Emoji as everybody writes them, and as Slack names them in reactions and texts.

    👍  <->  thumbsup      👍🏽  ->  thumbsup      thumbsup::skin-tone-4  ->  👍
    our-logo  ->  :our-logo:

Rule: a tap that comes in is one fully qualified emoji without a skin tone, as guides and the
engine write it, so that two taps meaning the same are the same.  In what members write, tones
stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import emoji

from adapters.slack.emoji_names import IRREGULAR

_KNOWN_TO_SLACK: Final = 16.0
"""The version of Unicode's emoji that Slack's names reach to."""

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_VARIATION: Final = "\N{VARIATION SELECTOR-16}"
_FIRST_TONE, _LAST_TONE = 0x1F3FB, 0x1F3FF
_TONES: Final = re.compile(f"[{chr(_FIRST_TONE)}-{chr(_LAST_TONE)}]")
_SLACKS_TONES: Final = {str(number): chr(_FIRST_TONE + number - 2) for number in range(2, 7)}
_FIRST_LETTER: Final = 0x1F1E6
_FLAG: Final = re.compile(f"[{chr(_FIRST_LETTER)}-{chr(_FIRST_LETTER + 25)}]{{2}}")
_FAMILY: Final = {"👨": "man", "👩": "woman", "👦": "boy", "👧": "girl", "❤️": "heart", "💋": "kiss"}
_GENDERS: Final = {"woman": "female", "man": "male"}
_OFFICIALS: Final = ("👮", "👷", "💂", "🕵")
_FANTASTIC: Final = ("🦸", "🦹", "🧙", "🧚", "🧛", "🧝", "🧞", "🧟")
_MIXED_PAIRS: Final = {
    "🧑‍❤️‍🧑": "💑",
    "🧑‍❤️‍💋‍🧑": "💏",
    "👩‍🤝‍👨": "👫",
    "👩‍🤝‍👩": "👭",
    "👨‍🤝‍👨": "👬",
    "🫱‍🫲": "🤝",
}
"""Two people of different skin tones: Unicode has no such emoji without the tones."""


def name_of(written: str) -> str | None:
    """Return Slack's name of one emoji, for `reactions.add`; its skin tone is left out.

    `None` if it is not an emoji, or one too new for Slack.  With or without the variation
    selector is the same.
    """
    return _NAMES.get(_bare(_without_tone(written)))


def emoji_of(name: str) -> str:
    """Return the emoji Slack calls `name` (`+1`, `+1::skin-tone-4`), without a skin tone.

    A workspace's own emoji comes back as `:name:`.
    """
    plain = name.strip(":").partition("::")[0]
    return _EMOJI.get(plain) or f":{plain}:"


def known(name: str) -> str | None:
    """Return the emoji Slack calls `name`; `None` if it is nobody's or a workspace's own."""
    return _EMOJI.get(name)


def toned(written: str, tone: str) -> str:
    """Return an emoji in Slack's skin tone "2" (light) to "6" (dark), as it is if it has none.

    Two people have one tone or two, "2-6".
    """
    left, _, right = tone.partition("-")
    one, other = _SLACKS_TONES.get(left), _SLACKS_TONES.get(right or left)
    if one is None or other is None:
        return written
    first, *others = written.split(_JOINER)
    candidates = [[_in_tone(first, one), *others]] if one == other else []
    if others:
        candidates.append([_in_tone(first, one), *others[:-1], _in_tone(others[-1], other)])
    wholes = (_JOINER.join(candidate) for candidate in candidates)
    return next((whole for whole in wholes if whole in emoji.EMOJI_DATA), written)


def _in_tone(written: str, tone: str) -> str:
    whole = f"{written[:1]}{tone}{written[1:].removeprefix(_VARIATION)}"
    return whole if whole in emoji.EMOJI_DATA else written


def _without_tone(written: str) -> str:
    if not _TONES.search(written):
        return written
    bare = _TONES.sub("", written)
    # A tone by itself is an emoji as well.
    return _MIXED_PAIRS.get(bare, bare) or written


def _bare(written: str) -> str:
    return written.replace(_VARIATION, "")


def _regular(written: str) -> str:
    """Return the name an emoji has by the rules that most of Slack's names follow."""
    english = _english(written)
    if _FLAG.fullmatch(written):
        return "flag-" + "".join(chr(ord(sign) - _FIRST_LETTER + ord("a")) for sign in written)
    if _TONES.fullmatch(written):
        return f"skin-tone-{ord(written) - _FIRST_TONE + 2}"
    if "🟠" <= written <= "🟫":
        return f"large_{english}"
    if _JOINER in written or written.startswith(_FANTASTIC):
        return _people(written, english)
    aliases = _aliases(written)
    # The library's aliases are those of another platform, which named newer emoji its own way.
    return aliases[0] if aliases and _version(written) < 3 else english


def _people(written: str, english: str) -> str:
    """Return the name of an emoji made of several, nearly all of which are people."""
    parts = written.split(_JOINER)
    if all(part in _FAMILY for part in parts):
        names = [_FAMILY[part] for part in parts]
        return "-".join(name for name in names if name != "heart" or "kiss" not in names)
    who, _, what = english.partition("_")
    if who in _GENDERS and written.startswith(_FANTASTIC):
        return f"{_GENDERS[who]}_{what}"
    if who in _GENDERS and _version(written) == 4:
        works = parts[0] in _FAMILY or written.startswith(_OFFICIALS)
        return f"{_GENDERS[who] if works else who}-{what.replace('_', '-')}"
    aliases = _aliases(written)
    return aliases[0] if aliases and _version(written) < 3 else english


def _english(written: str) -> str:
    return str(emoji.EMOJI_DATA[written]["en"]).strip(":").lower()


def _aliases(written: str) -> list[str]:
    return [alias.strip(":") for alias in emoji.EMOJI_DATA[written].get("alias", [])]


def _version(written: str) -> float:
    return float(emoji.EMOJI_DATA[written]["E"])


def _irregular() -> Iterator[tuple[str, list[str]]]:
    for entry in IRREGULAR.split():
        written, _, names = entry.partition("=")
        yield written, names.split("/")


def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """Return names by bare emoji, and emoji by name; Slack's names come before anybody else's."""
    names, emojis = {}, {}
    for written, theirs in _irregular():
        names[_bare(written)] = theirs[0]
        emojis.update(dict.fromkeys(theirs, written))
    whole = [
        written
        for written, facts in emoji.EMOJI_DATA.items()
        if facts["status"] <= emoji.STATUS["fully_qualified"] and not _toned(written)
    ]
    for written in whole:
        if _bare(written) not in names and _version(written) <= _KNOWN_TO_SLACK:
            name = names[_bare(written)] = _regular(written)
            emojis.setdefault(name, written)
    for written in whole:
        for name in (*_aliases(written), _english(written)):
            emojis.setdefault(name, written)
    return names, emojis


def _toned(written: str) -> bool:
    return len(written) > 1 and _TONES.search(written) is not None


_NAMES, _EMOJI = _tables()
