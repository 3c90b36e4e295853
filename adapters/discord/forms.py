r"""Forms as windows of at most five fields, one after the other.

    begin(form) --page--> window --filled--> (more pages) between(draft) --[Continue]--> page ...
                                 \--filled--> (complete) fields(draft) --> the engine
                                                    \--corrected--> again(draft) --[Open]--> page

Pure: what was given so far is a `Draft`, which the adapter keeps and hands in again.  Discord
takes no window in answer to a window, so between two of them stands a button; and it shows no
errors in a window, so a form that was refused is opened once more with everything that was typed
and, at each field, what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from adapters.discord.fields import in_full, labelled, offered, value
from adapters.discord.markup import marked, one_line, pieces
from adapters.discord.render import TEXT_DISPLAY, Json
from adapters.discord.splitting import clip
from bot.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Field,
    Form,
    Message,
    Paragraph,
    Quote,
    Said,
    Words,
    plain,
)

COMPONENTS_MOST = 5
TITLE_LIMIT = 45
TEXT_ROOM = 4_000
QUOTED = 40
"""Characters of what is too long to be typed once more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that somebody is filling in.

    `given` is what they sent so far, by field name, "" where they left a field empty; `number`
    is the page to show next, from 0; `problems` says what is wrong, by field name.
    """

    form: Form
    given: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every page was sent."""
        return self.number >= len(pages(self.form))


def begin(form: Form) -> Draft:
    """Return a draft nobody has written in yet."""
    return Draft(form)


def pages(form: Form) -> tuple[tuple[Field, ...], ...]:
    """Return the fields of each page.

    A page with something to read besides its fields has room for one field less.
    """
    shown: list[tuple[Field, ...]] = [()]
    for one in form.fields:
        page = (*shown[-1], one)
        if len(page) + _reads(form, page, first=len(shown) == 1) > COMPONENTS_MOST:
            shown.append((one,))
        else:
            shown[-1] = page
    return tuple(shown)


def page(draft: Draft, custom_id: str | None = None) -> Json:
    """Return the window of a draft's next page; what was given before stands in its fields.

    `custom_id` (at most 100 characters) is what comes back with it, else the form's action.
    """
    every = pages(draft.form)
    here = every[draft.number]
    title = one_line(draft.form.title).strip()
    if len(every) > 1:
        title = f"{clip(title, TITLE_LIMIT - 8)} ({draft.number + 1}/{len(every)})"
    # The engine counts characters, and Discord's clients may count more.
    title = clip(title, TITLE_LIMIT)
    shown = [labelled(one, _now(draft, one), draft.problems.get(one.name, "")) for one in here]
    return {
        "custom_id": custom_id or draft.form.action,
        "title": title or "Form",
        "components": [*_reading(draft, here), *shown],
    }


def read(data: Mapping[str, object]) -> dict[str, str]:
    """Return what stands in every field of a window that was sent, "" where there is nothing."""
    found: dict[str, str] = {}
    for component in cast("Sequence[Mapping[str, Any]]", data.get("components") or ()):
        # Labels hold one input, and the rows of old several.
        for inside in (component.get("component"), *component.get("components", ())):
            if isinstance(inside, Mapping) and "custom_id" in inside:
                found[str(inside["custom_id"])] = value(inside)
    return found


def filled(draft: Draft, data: Mapping[str, object]) -> Draft:
    """Take in the page that was sent; only its own fields count."""
    sent = read(data)
    here = pages(draft.form)[draft.number]
    given = {**draft.given, **{one.name: offered(one, sent.get(one.name, "")) for one in here}}
    names = {one.name for one in here}
    problems = {name: words for name, words in draft.problems.items() if name not in names}
    return replace(draft, given=given, number=draft.number + 1, problems=problems)


def fields(draft: Draft) -> dict[str, str]:
    """Return what was given for the engine: fields left empty are missing."""
    return {name: words for name, words in draft.given.items() if words.strip()}


def corrected(draft: Draft, errors: Sequence[tuple[str, str]]) -> Draft:
    """Go back to the first page on which something is wrong; what was given stays."""
    problems: dict[str, str] = {}
    for name, words in errors:
        problems[name] = f"{problems[name]} {words}" if name in problems else words
    wrong = (
        number
        for number, here in enumerate(pages(draft.form))
        if any(one.name in problems for one in here)
    )
    return replace(draft, number=next(wrong, 0), problems=problems)


# --- what stands between two windows ------------------------------------------------------------


def between(draft: Draft, action: str) -> Message:
    """Return what answers a page that is not the last: the way on, by a button of `action`."""
    count = len(pages(draft.form))
    said = f"Part {draft.number} of {count} is filled in. Nothing is sent before the last."
    return Message(
        "notice",
        said,
        (
            Paragraph((Words(said),)),
            Buttons((Button(f"Continue with part {draft.number + 1}", action, "primary"),)),
        ),
    )


def again(draft: Draft, action: str, elsewhere: Container[str] = ()) -> Message:
    """Return what answers a form that was refused: what is wrong, and the way back to it.

    What is wrong with the fields `elsewhere` is shown with what was given there.
    """
    labels = {one.name: one.label for one in draft.form.fields}
    said = "Nothing was sent yet. What you wrote is kept."
    wrong = tuple(
        (Words(f"{labels[name]}: ", bold=True), Said(words)) if name in labels else (Said(words),)
        for name, words in draft.problems.items()
        if name not in elsewhere
    )
    return Message(
        "notice",
        said,
        (
            Paragraph((Words(said),)),
            Bullets(wrong),
            Buttons((Button("Open the form again", action, "primary"),)),
        ),
    )


def quoting(said: Message, draft: Draft) -> Message:
    """Return `said`, which ends with a button, with what was written at length before that."""
    long = [words for words in draft.given.values() if len(words) > QUOTED]
    quotes: list[Block] = [Quote(words) for words in long]
    if quotes:
        quotes.insert(0, Paragraph((Words("What you wrote:"),)))
    return replace(said, blocks=(*said.blocks[:-1], *quotes, said.blocks[-1]))


def _now(draft: Draft, one: Field) -> str:
    return draft.given.get(one.name, one.value)


def _reads(form: Form, here: Sequence[Field], *, first: bool) -> bool:
    """Return whether a page has something to read; the same whatever was given meanwhile."""
    return (first and bool(plain(form.intro).strip())) or any(in_full(one) for one in here)


def _reading(draft: Draft, here: Sequence[Field]) -> list[Json]:
    """Return the text above the fields, if there is one."""
    first = draft.number == 0
    if not _reads(draft.form, here, first=first):
        return []
    lines = [marked(pieces(draft.form.intro)).strip()] if first else []
    lines += [line for one in here for line in in_full(one)]
    shown = "\n".join(line for line in lines if line)
    return [{"type": TEXT_DISPLAY, "content": clip(shown, TEXT_ROOM)}]
