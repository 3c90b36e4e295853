"""Refuses components of messages that Discord refuses: rows of old, and Components V2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.servers.discord.errors import Json, Spot
from tests.servers.discord.schema import (
    Check,
    anything,
    boolean,
    emoji,
    fields,
    integer,
    many,
    one_of,
    optional,
    snowflake,
    text,
    thing,
    unique,
)

ROW, BUTTON, SELECT, INPUT, USERS, ROLES, MENTIONABLES, CHANNELS = 1, 2, 3, 4, 5, 6, 7, 8
SECTION, DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, UPLOAD, RADIO, BOXES, BOX = 18, 19, 21, 22, 23
SELECTS = frozenset({SELECT, USERS, ROLES, MENTIONABLES, CHANNELS})
MOST_COMPONENTS, MOST_TEXT, MOST_ROWS = 40, 4_000, 5
_IN_CONTAINER = frozenset({ROW, SECTION, DISPLAY, GALLERY, FILE, SEPARATOR})
_TOP = _IN_CONTAINER | {CONTAINER}
_ANY_ID: dict[str, Check] = {"type": anything, "id": integer(0, 2**31 - 1)}
custom_id = text(100)


def check_components(at: Spot, components: Any, *, v2: bool) -> None:
    """Refuse the components of a message."""
    if not isinstance(components, list):
        at.wrong("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    if not v2 and len(components) > MOST_ROWS:
        at.wrong("BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_ROWS} in length.")
    for index, component in enumerate(components):
        _one(at / index, component, _TOP if v2 else frozenset({ROW}))
    if not at.problems:
        _check_whole(at, components)


def _check_whole(at: Spot, components: list[Json]) -> None:
    every = list(walk(components))
    if len(every) > MOST_COMPONENTS:
        at.wrong(
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The total number of components must not exceed {MOST_COMPONENTS}.",
        )
    if sum(len(each["content"]) for each in every if each["type"] == DISPLAY) > MOST_TEXT:
        at.wrong(
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total displayable text size exceeds the maximum of {MOST_TEXT}.",
        )
    check_names(at, components)


def check_names(at: Spot, components: list[Json]) -> None:
    """Refuse two components with one custom id or one number."""
    seen: set[tuple[str, Any]] = set()
    for spot, component in _placed(at, components):
        for key in ("custom_id", "id"):
            if component.get(key) and (key, component[key]) in seen:
                code = f"COMPONENT_{key.upper()}_DUPLICATED"
                (spot / key).wrong(code, f"Component {key} cannot be duplicated")
            seen.add((key, component.get(key)))


def _placed(at: Spot, components: list[Json]) -> Iterator[tuple[Spot, Json]]:
    for index, component in enumerate(components):
        yield at / index, component
        yield from _placed(at / index / "components", component.get("components", []))
        for inner in ("accessory", "component"):
            if inner in component:
                yield at / index / inner, component[inner]


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield all components, with those inside others."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for inner in ("accessory", "component"):
            if inner in component:
                yield from walk([component[inner]])


def _one(at: Spot, component: Any, allowed: frozenset[int]) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if kind not in allowed:
        listed = ", ".join(str(each) for each in sorted(allowed))
        (at / "type").wrong(
            "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed}).'
        )
        return
    required, others = _FIELDS[kind]
    if not fields(at, component, required, _ANY_ID | others):
        return
    if kind == BUTTON:
        _check_button(at, component)
    elif kind in SELECTS:
        check_select(at, component)
    elif kind == ROW and not at.problems:
        _check_row(at, component["components"])


def of(*kinds: int) -> Check:
    """Take a component of one of these kinds."""
    return lambda at, component: _one(at, component, frozenset(kinds))


def _check_row(at: Spot, children: list[Json]) -> None:
    selects = [child for child in children if child["type"] in SELECTS]
    if selects and len(children) > 1:
        at.wrong("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Too many components in this row.")


def _check_button(at: Spot, button: Json) -> None:
    style, named = button.get("style"), "custom_id" in button
    if style in {5, 6} and named:
        (at / "custom_id").wrong(
            "COMPONENT_CUSTOM_ID_NOT_ALLOWED", "A custom id is not allowed for this style"
        )
    if style not in {5, 6} and not named:
        (at / "custom_id").wrong("BASE_TYPE_REQUIRED", "A custom id is required")
    if (style == 5) != ("url" in button):
        (at / "url").wrong("BUTTON_COMPONENT_INVALID_URL", "A URL belongs to a link button only")
    if style != 6 and not button.get("label") and not button.get("emoji"):
        at.wrong("BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji")


def check_select(at: Spot, select: Json) -> None:
    """Refuse numbers and options of a select, or of a group of boxes, that do not fit."""
    if at.problems:
        return
    most = select.get("max_values", 1)
    if (select.get("min_values") or 0) > most:
        (at / "min_values").wrong("COMPONENT_MIN_VALUES", "min_values is more than max_values")
    options = select.get("options", [])
    message = "The specified option value is already used"
    unique(at / "options", options, "value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
    if sum(bool(option.get("default")) for option in options) > most:
        (at / "options").wrong(
            "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "More defaults than max_values"
        )


def option(*, with_emoji: bool = True) -> Check:
    """Take an option of a select, of radio buttons or of boxes."""
    others: dict[str, Check] = {"description": optional(text(100, 0)), "default": boolean}
    if with_emoji:
        others["emoji"] = optional(emoji)
    return thing({"label": text(100), "value": text(100)}, others)


_MEDIA = thing({"url": text(2048)})
_SELECT: dict[str, Check] = {
    "placeholder": optional(text(150, 0)),
    "min_values": integer(0, 25),
    "max_values": integer(1, 25),
    "disabled": boolean,
    "required": boolean,
    "default_values": many(25, thing({"id": snowflake, "type": one_of("user", "role", "channel")})),
}
_FIELDS: dict[int, tuple[dict[str, Check], dict[str, Check]]] = {
    ROW: ({"components": many(5, of(BUTTON, *SELECTS), 1)}, {}),
    BUTTON: (
        {"style": one_of(1, 2, 3, 4, 5, 6)},
        {
            "label": optional(text(80, 0)),
            "emoji": optional(emoji),
            "custom_id": custom_id,
            "url": optional(text(512)),
            "sku_id": snowflake,
            "disabled": boolean,
        },
    ),
    SELECT: ({"custom_id": custom_id, "options": many(25, option(), 1)}, _SELECT),
    **{kind: ({"custom_id": custom_id}, _SELECT) for kind in (USERS, ROLES, MENTIONABLES)},
    CHANNELS: ({"custom_id": custom_id}, _SELECT | {"channel_types": many(20, integer(0, 20))}),
    SECTION: (
        {"components": many(3, of(DISPLAY), 1), "accessory": of(BUTTON, THUMBNAIL)},
        {},
    ),
    DISPLAY: ({"content": text(MOST_TEXT)}, {}),
    THUMBNAIL: ({"media": _MEDIA}, {"description": optional(text(1024)), "spoiler": boolean}),
    GALLERY: (
        {
            "items": many(
                10,
                thing({"media": _MEDIA}, {"description": optional(text(1024)), "spoiler": boolean}),
                1,
            )
        },
        {},
    ),
    FILE: ({"file": _MEDIA}, {"spoiler": boolean, "name": text(1024), "size": anything}),
    SEPARATOR: ({}, {"divider": boolean, "spacing": one_of(1, 2)}),
    CONTAINER: (
        {"components": many(MOST_COMPONENTS, of(*_IN_CONTAINER), 1)},
        {"accent_color": optional(integer(0, 0xFFFFFF)), "spoiler": boolean},
    ),
}
