"""How Discord spells what is typed to the coach: every option by its name, with a colon.

    /coach skip undo 24 Dec   ->   /coach organise skip day:24 Dec undo:True

Rule: nothing is known here of single commands; their table says which options there are, and
what is spelled here says the same when it is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from adapters.discord.commands import COACH, GROUP, GROUPED, OPTIONS, Option

_COMMAND = re.compile(rf"(/{COACH} ([a-z]+)) (\[?)(.+?)(\]?)", re.DOTALL)
_GROUPED = re.compile(rf"(?<=^/{COACH} )(?=(?:{'|'.join(GROUPED)})\b)")
_SETTING = re.compile(r"(?<![^\s\[])([a-z_]+)=(?=\S)")


def spelled(typed: str) -> str:
    """Return what is to be typed as Discord shows it; other words stay as they are."""
    return _GROUPED.sub(f"{GROUP} ", _with_names(typed))


def _with_names(typed: str) -> str:
    """Return a command with its options by their names."""
    found = _COMMAND.fullmatch(typed)
    options = OPTIONS.get(found[2], ()) if found else ()
    if found is None or not options:
        return _SETTING.sub(r"\1:", typed)
    bare, settings = _parted(found[4])
    named = " ".join([*_named(bare, options), *settings])
    return f"{found[1]} {found[3]}" + _SETTING.sub(r"\1:", named) + found[5]


def _parted(said: str) -> tuple[str, tuple[str, ...]]:
    """Return what stands before the first setting, and the settings."""
    first = _SETTING.search(said)
    if first is None:
        return said, ()
    return said[: first.start()].strip(), (said[first.start() :],)


def _named(bare: str, options: Sequence[Option]) -> Iterator[str]:
    """Yield the options that words without a name mean."""
    chosen = []
    for option in options:
        word, _, rest = bare.partition(" ")
        if option.says == word:
            bare = rest
            chosen.append(f"{option.name}:True")
        elif option.is_free and bare:
            yield f"{option.name}:{bare.removeprefix(f'{option.name} ')}"
            bare = ""
    yield from chosen
    if bare:
        yield bare
