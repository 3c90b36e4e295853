"""What makes a post of ours recognisable in Discord's history: numbers of its components.

Discord shows an application's nonces to nobody later on, but every component of a message has a
number (`id`, 32 bits), which the sender may choose, which nobody sees, and which stays.  The
first two of a message, in the order of `render.walk`, carry a fingerprint of the post's key:

    first     1 0 T  fingerprint, first 28 bits                 a whole post
              1 1 T  part (7 bits)  parts (7)  its last 14 bits  a part of a divided one
    second    0 1 0  fingerprint, other 28 bits                 if there is a second component

`T` is 1 for a post that has a thread of its own.  The two forms never meet, and neither comes
near the small numbers that Discord gives to the other components.  Only authorship proves
anything; the numbers tell one post of ours from another.  A nonce is made of the key as well.
https://docs.discord.com/developers/components/reference#anatomy-of-a-component
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord.calls_answers import Data
from adapters.discord.render import Json, walk
from bot.ids import PostKey

PARTS_MOST = 127
NONCE_LENGTH = 24

_LOW = (1 << 28) - 1
_SHORT = (1 << 14) - 1
_NUMBER = (1 << 7) - 1
_FIRST, _DIVIDED, _SECOND, _THREADED = 1 << 30, 1 << 29, 1 << 29, 1 << 28


@dataclass(frozen=True, slots=True)
class Mark:
    """Which part of which post a message is; `second` is `None` where it has no room for it."""

    first: int
    second: int | None
    part: int = 1
    parts: int = 1
    threaded: bool = False

    def of(self, part: int, parts: int) -> Mark:
        """Return the mark of another part, or of as many parts as there are now."""
        return replace(self, part=part, parts=parts)

    def same(self, other: Mark) -> bool:
        """Tell whether both are of one post, as far as their numbers tell."""
        if self.second is not None and other.second is not None:
            # A post that was divided for a while has lost the rest of its first number.
            return self.second == other.second and self._alike(other, _SHORT)
        return self._alike(other, _LOW if self.parts == other.parts == 1 else _SHORT)

    def _alike(self, other: Mark, bits: int) -> bool:
        return (self.first ^ other.first) & bits == 0


def mark_for(key: str, *, threaded: bool = False) -> Mark:
    """Return the mark of a post that is whole."""
    number = int.from_bytes(hashlib.sha256(f"mark {key}".encode()).digest()[:8], "big")
    return Mark(number & _LOW, number >> 28 & _LOW, threaded=threaded)


def nonce(key: PostKey | str, part: int) -> str:
    """Return the nonce of a part: always the same, and no other part's."""
    digest = hashlib.sha256(f"nonce {part} {key}".encode()).digest()
    return base64.urlsafe_b64encode(digest)[:NONCE_LENGTH].decode()


def marked(components: Sequence[Json], mark: Mark) -> list[Json]:
    """Return a copy of a part's components with its mark."""
    shown = deepcopy(list(components))
    numbers = [_first(mark), *([] if mark.second is None else [_SECOND | mark.second])]
    for component, number in zip(walk(shown), numbers, strict=False):
        component["id"] = number
    return shown


def mark_of(message: Mapping[str, Any]) -> Mark | None:
    """Return the mark of a message; `None` if it has none."""
    numbers = list(_numbers(message.get("components")))[:2]
    if not numbers or not numbers[0] & _FIRST or numbers[0] >> 31:
        return None
    number = numbers[0]
    second = numbers[1] & _LOW if len(numbers) > 1 and numbers[1] >> 28 == 0b010 else None
    threaded = bool(number & _THREADED)
    if not number & _DIVIDED:
        return Mark(number & _LOW, second, threaded=threaded)
    part, parts = number >> 21 & _NUMBER, number >> 14 & _NUMBER
    return Mark(number & _SHORT, second, part, parts, threaded)


def _first(mark: Mark) -> int:
    number = _FIRST | (_THREADED if mark.threaded else 0)
    if mark.parts == 1:
        return number | mark.first
    return number | _DIVIDED | mark.part << 21 | mark.parts << 14 | mark.first & _SHORT


def _numbers(components: object) -> Iterable[int]:
    if not isinstance(components, list):
        return
    found: list[Data] = [each for each in components if isinstance(each, dict)]
    for component in found:
        number = component.get("id")
        yield number if isinstance(number, int) else 0
        yield from _numbers(component.get("components"))
