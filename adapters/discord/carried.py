"""What was given of a form so far, in the message that stands between two of its windows.

    **First day:** 7 December      its id says which field it is and which options were chosen
    ❌ That is no date.            and what is wrong with it

Discord hands a message back whole with its button, and with the window that the button opened:
so a form goes on in a process that has never heard of it, and its owner sees what is kept.

Rule: what is read back is exactly what was given, or nothing.  The button holds a digest of it
all, made for one person and one workspace, so it does not matter what Discord, or a version of
ours with other fields, makes of a text.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final

from adapters.discord import forms
from adapters.discord.drafts import Kept, onward_id
from adapters.discord.forms import Draft
from adapters.discord.markup import BLANK, escaped, one_line, safe
from adapters.discord.render import (
    COMPONENTS_MOST,
    CONTAINER,
    NOTHING,
    ROOM,
    TEXT_DISPLAY,
    Json,
    Part,
    render,
    walk,
)
from adapters.discord.splitting import weight
from bot.ids import UserId, WorkspaceId
from bot.messages import OPTIONS_LIMIT, Field, Form, Message

_NUMBERS: Final = 1 << OPTIONS_LIMIT
"""The id of a text: 1 for each option that was chosen, and from here on the field's number."""
_WRONG: Final = 1 << 30
"""Added to the id of what is wrong with a field; an id has 31 bits."""

_ENDS_LABEL: Final = ":** "
"""Never part of a label, whose own stars have a backslash."""
_SIGN: Final = "❌ "
_ESCAPED: Final = re.compile(rf"\\([^0-9A-Za-z\s])|(?<=@){BLANK}(?=everyone|here)", re.IGNORECASE)


def way_on(kept: Kept, *, wrong: bool, direct: bool) -> Part | None:
    """Return the way to a draft's next page, or back to what is `wrong`, with what was given.

    `None` if that is too long, or has something that no message can show exactly as it is.
    """
    draft = kept.draft
    shown = list(_shown(draft))
    if not _exact(draft, shown):
        return None
    where = kept.workspace.partition(":")[2] if direct else ""
    action = onward_id(kept, digest(draft, kept.user, kept.workspace), where)
    whole, *more = render(_said(draft, action, wrong=wrong, elsewhere=draft.given))
    *above, row = whole.components
    components = (*above, {"type": CONTAINER, "components": shown}, row)
    every = list(walk(components))
    texts = sum(weight(str(one["content"])) for one in every if one["type"] == TEXT_DISPLAY)
    if more or texts > ROOM or len(every) > COMPONENTS_MOST:
        return None
    return replace(whole, components=components)


def bare_way_on(kept: Kept, *, wrong: bool) -> Message:
    """Return it for a draft that only memory holds, with what was written at length to copy."""
    return forms.quoting(_said(kept.draft, onward_id(kept), wrong=wrong), kept.draft)


def restored(form: Form, number: int, components: Sequence[Mapping[str, Any]]) -> Draft | None:
    """Return the draft of `form` that a message carries, whose next page is `number`.

    It is what was given only if its `digest` is the one in the message's button.
    """
    given: dict[str, str] = {}
    problems: dict[str, str] = {}
    for text in _texts(components):
        id_, content = text["id"], str(text["content"])
        place = (id_ % _WRONG) // _NUMBERS - 1
        if place >= len(form.fields):
            return None
        field = form.fields[place]
        if id_ >= _WRONG:
            problems[field.name] = _read(content.removeprefix(_SIGN))
        else:
            given[field.name] = _value(field, id_ % _NUMBERS, content)
    return Draft(form, given, number, problems) if given else None


def digest(draft: Draft, user: UserId, workspace: WorkspaceId) -> str:
    """Return eight signs that are others for any other draft, person or place."""
    everything = (
        user,
        workspace,
        draft.form.action,
        draft.number,
        sorted(draft.given.items()),
        sorted(_at_fields(draft).items()),
    )
    made = blake2b(json.dumps(everything).encode(), digest_size=6).digest()
    return urlsafe_b64encode(made).decode()


def _said(draft: Draft, action: str, *, wrong: bool, elsewhere: Container[str] = ()) -> Message:
    return forms.again(draft, action, elsewhere) if wrong else forms.between(draft, action)


def _at_fields(draft: Draft) -> dict[str, str]:
    return {name: words for name, words in draft.problems.items() if name in draft.given}


def _exact(draft: Draft, shown: Sequence[Json]) -> bool:
    read = restored(draft.form, draft.number, shown)
    if read is None or (read.given, read.problems) != (draft.given, _at_fields(draft)):
        return False
    return all(safe(words) == words for words in (*read.given.values(), *read.problems.values()))


def _texts(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in walk([dict(component) for component in components]):
        id_ = one.get("id")
        if one.get("type") == TEXT_DISPLAY and isinstance(id_, int) and id_ >= _NUMBERS:
            yield one


# --- texts -----------------------------------------------------------------------------------


def _shown(draft: Draft) -> Iterator[Json]:
    for number, field in enumerate(draft.form.fields, 1):
        given = draft.given.get(field.name)
        if given is None:
            continue
        chosen, words = _chosen(field, given) if field.options else (0, _written(given))
        label = escaped(one_line(field.label).strip() or NOTHING)
        yield _text(number * _NUMBERS + chosen, f"**{label}{_ENDS_LABEL}{words or NOTHING}")
        if problem := draft.problems.get(field.name):
            yield _text(_WRONG + number * _NUMBERS, _SIGN + _written(problem))


def _text(id_: int, content: str) -> Json:
    return {"type": TEXT_DISPLAY, "id": id_, "content": content}


def _chosen(field: Field, given: str) -> tuple[int, str]:
    wanted = given.split(",") if field.several else [given]
    places = [place for place, (value, _) in enumerate(field.options) if value in wanted]
    labels = [escaped(one_line(field.options[place][1]).strip()) for place in places]
    return sum(1 << place for place in places), " · ".join(label or NOTHING for label in labels)


def _value(field: Field, chosen: int, content: str) -> str:
    if field.options:
        every = enumerate(field.options)
        return ",".join(value for place, (value, _) in every if chosen >> place & 1)
    words = content.partition(_ENDS_LABEL)[2]
    return "" if words == NOTHING else _read(words)


def _written(words: str) -> str:
    """Return somebody's words as markdown that shows them, and of which `_read` makes them."""
    # Discord cuts white space off the ends of a text.
    if words != words.strip() or words == NOTHING or words.strip(BLANK) != words:
        return f"{BLANK}{escaped(words)}{BLANK}"
    return escaped(words)


def _read(markdown: str) -> str:
    if len(markdown) > 1 and markdown[0] == markdown[-1] == BLANK:
        markdown = markdown[1:-1]
    return _ESCAPED.sub(lambda found: found[1] or "", markdown)
