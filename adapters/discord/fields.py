"""The fields of a form as labelled inputs, and what was filled in as fields again.

Which input a field gets depends on what is kind to the person: a few options lie open, many
are picked from a list.  The `custom_id` of an input is the field's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.discord.markup import escaped, one_line, safe
from adapters.discord.render import NOTHING, Json
from adapters.discord.splitting import clip, weight
from bot.messages import FIELD_LABEL_LIMIT, Field

LABEL, TEXT_INPUT, SELECT, RADIOS, CHECKBOXES = 18, 4, 3, 21, 22

DESCRIPTION_LIMIT = 100
OPTION_LIMIT = 100
OPEN_MOST = 10
"""Options that may lie open, as radio buttons or checkboxes."""
RADIOS_LEAST = 2
TEXT_MOST = 4_000
"""Characters Discord lets somebody type into one field."""
LINE_MOST = 200
"""Characters of a field that wants a few words: with all of them a message can hold a form."""
_SHORT, _LONG = 1, 2
_EXAMPLES = {"date": "2026-12-07", "time": "09:00", "text": ""}
_CUT_HINT = "Only the first {:,} characters of what was here fit."


def labelled(field: Field, given: str, problem: str = "") -> Json:
    """Return the input of a field that holds `given`, under its label.

    Below the label stands `problem`, what is wrong with it, or else the field's hint; its
    beginning, where it is longer than fits.  `in_full` has all of it.
    """
    shown: Json = {"type": LABEL, "label": _label(field), "component": _input(field, given)}
    words = problem or _hint(field, given)
    if description := clip(one_line(words).strip(), DESCRIPTION_LIMIT):
        shown["description"] = description
    return shown


def in_full(field: Field) -> list[str]:
    """Return, as lines of markdown, what of a field is too long for its place; mostly nothing."""
    label = one_line(field.label).strip()
    lines = list(_too_long(field))
    if not lines and weight(label) <= FIELD_LABEL_LIMIT:
        return []
    return [f"**{escaped(label or NOTHING)}**", *lines]


def value(component: Mapping[str, object]) -> str:
    """Return what stands in one input that was sent; "" if it is empty.

    Several options are joined with commas.
    """
    match component:
        case {"values": list(chosen)}:
            return ",".join(map(str, chosen))
        case {"value": str(words)}:
            return words
    return ""


def offered(field: Field, given: str) -> str:
    """Return what was `given`, without options that there are not, in their order."""
    if not field.options:
        return given
    chosen = given.split(",") if field.several else [given]
    return ",".join(value for value, _ in field.options if value in chosen)


def _too_long(field: Field) -> Iterator[str]:
    if weight(hint := one_line(_hint(field, field.value)).strip()) > DESCRIPTION_LIMIT:
        yield escaped(hint)
    if any(weight(one_line(label).strip()) > OPTION_LIMIT for _, label in field.options):
        yield from (f"- {escaped(one_line(label).strip())}" for _, label in field.options)


def _label(field: Field) -> str:
    return clip(one_line(field.label).strip(), FIELD_LABEL_LIMIT) or NOTHING


def _hint(field: Field, given: str) -> str:
    cut = not field.options and weight(safe(given)) > _most(field)
    cut_hint = _CUT_HINT.format(_most(field)) if cut else ""
    return " ".join(words for words in (cut_hint, field.hint) if words)


def _input(field: Field, given: str) -> Json:
    shown: Json = {"type": TEXT_INPUT, "custom_id": field.name, "required": field.required}
    if not field.options:
        return {**shown, **_text(field, given)}
    wanted = [part.strip() for part in given.split(",")] if field.several else [given]
    options = [_option(value, label, chosen=value in wanted) for value, label in field.options]
    shown["options"] = options
    if field.several:
        kind = CHECKBOXES if len(options) <= OPEN_MOST else SELECT
        return {**shown, "type": kind, **_counts(field, len(options))}
    if RADIOS_LEAST <= len(options) <= OPEN_MOST:
        return {**shown, "type": RADIOS}
    return {**shown, "type": SELECT, **_counts(field, 1)}


def _counts(field: Field, most: int) -> Json:
    return {"min_values": 1 if field.required else 0, "max_values": most}


def _text(field: Field, given: str) -> Json:
    shown: Json = {"style": _LONG if field.long else _SHORT, "max_length": _most(field)}
    if example := _EXAMPLES[field.kind]:
        shown["placeholder"] = f"For example {example}"
    words = safe(given) if field.long else one_line(given)
    if initial := clip(words, _most(field)):
        shown["value"] = initial
    return shown


def _most(field: Field) -> int:
    return TEXT_MOST if field.long else LINE_MOST


def _option(value: str, label: str, *, chosen: bool) -> Json:
    shown: Json = {"label": clip(one_line(label).strip(), OPTION_LIMIT) or NOTHING, "value": value}
    return {**shown, "default": True} if chosen else shown
