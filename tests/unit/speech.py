"""Everything the coach can say: every function of its voice, called with samples.

Every public function of `bot.voice` is called with samples of what its parameters may be; one
with a parameter of a new kind fails here until a sample is added to `tests/unit/samples.py`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import product
from pkgutil import iter_modules
from types import ModuleType
from typing import cast, get_args

from bot import voice
from bot.messages import Block, Bullets, Form, Message, Note, Paragraph, Text
from content import loader
from content.schema import Guide, Question
from tests.unit import longest
from tests.unit.samples import samples

MODULES = tuple(
    import_module(found.name)
    for found in iter_modules(voice.__path__, "bot.voice.")
    if found.name != "bot.voice.words" and not found.name.startswith("bot.voice.pictures")
)
"""What says something; pictures are drawn, and have tests of their own."""
Spoken = Message | Form | Bullets | Text | tuple[Block, ...] | None
_BLOCKS = get_args(Block)


@cache
def guides() -> Mapping[str, Guide]:
    return {**loader.load_all(), "longest": longest.guide()}


@dataclass(frozen=True)
class Utterance:
    """Something the coach said, and by which function."""

    by: str
    what: Spoken


def functions(module: ModuleType) -> Iterator[Callable[..., Spoken]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and not name.startswith("_"):
            yield function


def calls(
    function: Callable[..., Spoken], known: Mapping[str, list[object]], *, fully: bool = True
) -> Iterator[Spoken]:
    """Yield what a function says for every combination of samples, or for every sample."""
    parameters = inspect.signature(function).parameters
    choices = []
    for name, parameter in parameters.items():
        kind = str(parameter.annotation)
        assert f"{name}: {kind}" in known or kind in known, f"add a sample of {name}: {kind}"
        choices.append(known.get(f"{name}: {kind}") or known[kind])
    for values in product(*choices) if fully else _covering(choices):
        yield function(**dict(zip(parameters, values, strict=True)))


def _covering(choices: Sequence[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """Yield few combinations with every choice in one of them."""
    for number in range(max(map(len, choices), default=1)):
        yield tuple(each[number % len(each)] for each in choices)


@cache
def everything(key: str) -> tuple[Utterance, ...]:
    """Return all that can be said about a guide, each question of it included.

    What is combined with one question in every way is said of the others in few.
    """
    guide = guides()[key]
    said: dict[Utterance, None] = {}
    for at_, question in enumerate(_questions(key, guide)):
        known = samples(guide, question)
        for function in (f for module in MODULES for f in functions(module)):
            kinds = {str(p.annotation) for p in inspect.signature(function).parameters.values()}
            if at_ == 0 or "Question" in kinds:
                by = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
                spoken = calls(function, known, fully=at_ == 0)
                said |= dict.fromkeys(Utterance(by, what) for what in spoken)
    return tuple(said)


def _questions(key: str, guide: Guide) -> tuple[Question, ...]:
    return guide.questions[:1] if key == "longest" else guide.questions


def blocks(key: str) -> Iterator[tuple[str, Block]]:
    for said in everything(key):
        if isinstance(said.what, Message):
            yield from ((said.by, block) for block in said.what.blocks)
        elif isinstance(said.what, Bullets):
            yield said.by, said.what
        elif isinstance(said.what, tuple):
            yield from ((said.by, part) for part in said.what if isinstance(part, _BLOCKS))


def texts(key: str) -> Iterator[tuple[str, Text]]:
    for by, block in blocks(key):
        if isinstance(block, Paragraph | Note):
            yield by, block.text
        elif isinstance(block, Bullets):
            yield from ((by, item) for item in block.items)
    for said in everything(key):
        if isinstance(said.what, Form):
            yield said.by, said.what.intro
        elif isinstance(said.what, tuple) and not isinstance(next(iter(said.what), None), _BLOCKS):
            yield said.by, cast("Text", said.what)
