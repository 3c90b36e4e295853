"""Refuses modals that Discord refuses."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.components import (
    BOX,
    BOXES,
    CHANNELS,
    DISPLAY,
    INPUT,
    LABEL,
    MENTIONABLES,
    RADIO,
    ROLES,
    ROW,
    SELECT,
    UPLOAD,
    USERS,
    check_names,
    check_select,
    custom_id,
    of,
    option,
)
from tests.servers.discord.errors import Json, Spot
from tests.servers.discord.schema import (
    Check,
    anything,
    boolean,
    fields,
    integer,
    many,
    one_of,
    optional,
    text,
)

MOST_FIELDS, MOST_INPUT = 5, 4_000
_SELECTS = frozenset({SELECT, USERS, ROLES, MENTIONABLES, CHANNELS})
_ANY: dict[str, Check] = {"type": anything, "id": integer(0, 2**31 - 1)}
_NAMED: dict[str, Check] = {"custom_id": custom_id}
_INPUT: dict[str, Check] = {
    "label": optional(text(45)),
    "min_length": optional(integer(0, MOST_INPUT)),
    "max_length": optional(integer(1, MOST_INPUT)),
    "required": boolean,
    "value": optional(text(MOST_INPUT, 0)),
    "placeholder": optional(text(100, 0)),
}
# discord.py sends null for what was not said.
_COUNTS: dict[str, Check] = {
    "min_values": optional(integer(0, 10)),
    "max_values": optional(integer(1, 10)),
}
_INNER: dict[int, tuple[dict[str, Check], dict[str, Check]]] = {
    INPUT: (_NAMED | {"style": one_of(1, 2)}, _INPUT),
    UPLOAD: (_NAMED, _COUNTS | {"required": boolean}),
    RADIO: (
        _NAMED | {"options": many(10, option(with_emoji=False), 2)},
        {"required": boolean},
    ),
    BOXES: (
        _NAMED | {"options": many(10, option(with_emoji=False), 1)},
        _COUNTS | {"required": boolean},
    ),
    BOX: (_NAMED, {"default": boolean}),
}


def check_modal(at: Spot, modal: Any) -> None:
    """Refuse a modal."""
    required: dict[str, Check] = {
        "title": text(45),
        "custom_id": custom_id,
        "components": many(MOST_FIELDS, _top, 1),
    }
    fields(at, modal, required, {})
    if not at.problems:
        check_names(at / "components", modal["components"])


def _top(at: Spot, component: Any) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind == LABEL:
        label: dict[str, Check] = {"label": text(45), "component": _inner}
        fields(at, component, label, _ANY | {"description": optional(text(100, 0))})
    elif kind == ROW:
        fields(at, component, {"components": many(1, _input, 1)}, _ANY)
    else:
        of(DISPLAY)(at, component)


def _input(at: Spot, component: Any) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind != INPUT:
        (at / "type").wrong("UNION_TYPE_CHOICES", "A row of a modal holds one text input.")
    else:
        _inner(at, component)
        if not component.get("label"):
            (at / "label").wrong("BASE_TYPE_REQUIRED", "This field is required")


def _inner(at: Spot, component: Any) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind in _SELECTS:
        of(kind)(at, component)
    elif kind not in _INNER:
        listed = ", ".join(str(each) for each in sorted({*_INNER, *_SELECTS}))
        (at / "type").wrong(
            "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed}).'
        )
    else:
        required, others = _INNER[kind]
        fields(at, component, required, _ANY | others)
        _check_inner(at, component)


def _check_inner(at: Spot, component: Json) -> None:
    if at.problems:
        return
    kind = component["type"]
    if kind in {RADIO, BOXES}:
        most = component.get("max_values") or len(component["options"])
        check_select(at, component | {"max_values": most})
    if kind == RADIO and sum(bool(each.get("default")) for each in component["options"]) > 1:
        (at / "options").wrong("SELECT_COMPONENT_TOO_MANY_DEFAULTS", "Only one can be the default")
    if kind == INPUT:
        _check_input(at, component)


def _check_input(at: Spot, component: Json) -> None:
    least = component.get("min_length") or 0
    most = component.get("max_length") or MOST_INPUT
    if least > most:
        (at / "min_length").wrong("TEXT_INPUT_BOUNDS", "min_length is more than max_length")
    value = component.get("value")
    if value and len(value) > most:
        (at / "value").wrong("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
