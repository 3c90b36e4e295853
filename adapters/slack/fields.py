"""The fields of a form as input blocks, and what was filled in as fields again.

Which element a field gets depends on what is kind to the person: a few options lie open, many
are picked from a list.  The `block_id` of an input is the field's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from adapters.slack.richtext import Elements, Json, literal, plain_text, rich_text, safe, section
from adapters.slack.splitting import clip
from bot.messages import FIELD_LABEL_LIMIT, Field

ACTION = "value"
"""The `action_id` of every input."""

OPTION_LIMIT = 75
RADIO_MOST = 5
CHECKBOXES_MOST = 10
TEXT_MOST = 3_000
"""Characters Slack lets somebody type into one field."""
_HINT_LIMIT = 2_000
_ROOM_HINT = f"At most {TEXT_MOST:,} characters fit here."
_CUT_HINT = f"Only the first {TEXT_MOST:,} characters of what was here fit."

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def inputs(field: Field) -> list[Json]:
    """Return the input block of a field, after its options in full if their labels are long."""
    shown: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, FIELD_LABEL_LIMIT),
        "element": {**_element(field), "action_id": ACTION},
        "optional": not field.required,
    }
    if hint := _hint(field):
        shown["hint"] = plain_text(hint, _HINT_LIMIT)
    return [_spelled_out(field), shown] if _long_labels(field) else [shown]


def value(state: Mapping[str, object]) -> str:
    """Return what stands in one element of a view's state; "" if it is empty."""
    match state:
        case {"selected_options": list(options)}:
            return ",".join(_chosen(option) for option in options)
        case {"selected_option": dict(option)}:
            return _chosen(option)
    for name in ("value", "selected_date", "selected_time"):
        if (found := state.get(name)) is not None:
            return str(found)
    return ""


def _chosen(option: object) -> str:
    return str(option.get("value", "")) if isinstance(option, Mapping) else ""


def _element(field: Field) -> Json:
    if field.options:
        return _several(field) if field.several else _one(field)
    if field.kind == "date":
        return _picker("date", field.value if _is_date(field.value) else "")
    if field.kind == "time":
        match = _TIME.fullmatch(field.value.strip())
        return _picker("time", f"{match[1]:0>2}:{match[2]}" if match else "")
    return _text(field)


def _text(field: Field) -> Json:
    shown: Json = {"type": "plain_text_input", "multiline": field.long, "max_length": TEXT_MOST}
    initial = clip(safe(field.value), TEXT_MOST)
    return {**shown, "initial_value": initial} if initial else shown


def _picker(kind: str, initial: str) -> Json:
    shown: Json = {"type": f"{kind}picker"}
    return {**shown, f"initial_{kind}": initial} if initial else shown


def _one(field: Field) -> Json:
    options = _options(field)
    open_ = len(options) <= RADIO_MOST and not _long_labels(field)
    shown: Json = {"type": "radio_buttons" if open_ else "static_select", "options": options}
    initial = [option for option in options if option["value"] == field.value]
    return {**shown, "initial_option": initial[0]} if initial else shown


def _several(field: Field) -> Json:
    options = _options(field)
    open_ = len(options) <= CHECKBOXES_MOST and not _long_labels(field)
    shown: Json = {"type": "checkboxes" if open_ else "multi_static_select", "options": options}
    wanted = [value.strip() for value in field.value.split(",")]
    initial = [option for option in options if option["value"] in wanted]
    return {**shown, "initial_options": initial} if initial else shown


def _options(field: Field) -> list[Json]:
    return [
        {"text": plain_text(label, OPTION_LIMIT), "value": value}
        for value, label in zip((value for value, _ in field.options), _labels(field), strict=True)
    ]


def _labels(field: Field) -> Sequence[str]:
    labels = [label for _, label in field.options]
    # Cut labels may all look the same; the numbers lead to the full ones above the field.
    return [f"{n}. {label}" for n, label in enumerate(labels, 1)] if _long_labels(field) else labels


def _long_labels(field: Field) -> bool:
    return any(len(label) > OPTION_LIMIT for _, label in field.options)


def _spelled_out(field: Field) -> Json:
    lines: list[Elements] = [literal(label) for _, label in field.options]
    shown: Json = {
        "type": "rich_text_list",
        "style": "ordered",
        "elements": [section(line) for line in lines if line],
    }
    return rich_text(shown)


def _hint(field: Field) -> str:
    hints = [field.hint] if field.hint else []
    if not field.options and field.kind == "text":
        if len(field.value) > TEXT_MOST:
            hints.append(_CUT_HINT)
        elif field.long:
            hints.append(_ROOM_HINT)
    return " ".join(hints)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def states(view: Mapping[str, object]) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """Return what stands in a view's fields: by block, then by action."""
    state = cast("Mapping[str, object]", view.get("state") or {})
    return cast("Mapping[str, Mapping[str, Mapping[str, object]]]", state.get("values") or {})
