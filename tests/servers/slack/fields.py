"""The fields of an open modal: what they begin with, what is filled in, what Slack lets through.

Slack's client checks required fields, lengths and options before anything is sent; a test
that sends what it would not let through is wrong, so that is an `AssertionError`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.servers.slack.state import Json

_TEXTS = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input"},
)
_CHOICES = frozenset({"static_select", "radio_buttons"})
_MANY = frozenset({"multi_static_select", "checkboxes"})
_PICKERS = {
    "datepicker": ("selected_date", "initial_date", r"\d{4}-\d\d-\d\d"),
    "timepicker": ("selected_time", "initial_time", r"([01]\d|2[0-3]):[0-5]\d"),
    "users_select": ("selected_user", "initial_user", r"[UW]\w+"),
    "conversations_select": ("selected_conversation", "initial_conversation", r"[CDG]\w+"),
    "channels_select": ("selected_channel", "initial_channel", r"C\w+"),
}
_LISTS = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}


def filled(view: Json, values: Mapping[str, str | list[str] | None]) -> dict[str, Json]:
    """Return `state.values` of a view: `values` by block id over what the fields began with."""
    inputs = {block["block_id"]: block["element"] for block in _inputs(view)}
    unknown = set(values) - set(inputs)
    assert not unknown, f"no such fields: {sorted(unknown)}, only {sorted(inputs)}"
    state: dict[str, Json] = {}
    for name, element in inputs.items():
        given = values[name] if name in values else _initial(element)
        state[name] = {element["action_id"]: _state(element, given)}
    return state


def sendable(view: Json, state: Mapping[str, Json]) -> None:
    """Refuse what Slack's client would not send."""
    assert view.get("submit"), "this modal has no button to send it"
    for block in _inputs(view):
        element = block["element"]
        held = state[block["block_id"]][element["action_id"]]
        value = next((held[key] for key in held if key.startswith(("value", "selected"))), None)
        assert value or block.get("optional"), f"{block['block_id']} is required"
        if value and element["type"] == "plain_text_input":
            least, most = element.get("min_length", 0), element.get("max_length", 3000)
            assert least <= len(value) <= most, f"{block['block_id']}: {len(value)} characters"


def _inputs(view: Json) -> list[Json]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def _initial(element: Json) -> str | list[str] | None:
    kind = element["type"]
    if kind in _TEXTS:
        return _text(element.get("initial_value"))
    if kind in _CHOICES:
        option = element.get("initial_option")
        return _text(option["value"]) if option else None
    if kind in _MANY:
        return [option["value"] for option in element.get("initial_options", [])]
    if kind in _LISTS:
        return list(element.get(_LISTS[kind][1], []))
    return _text(element.get(_PICKERS[kind][1]))


def _state(element: Json, given: str | list[str] | None) -> Json:
    kind = element["type"]
    if kind in _TEXTS:
        return {"type": kind, "value": given or None}
    if kind in _CHOICES:
        assert not isinstance(given, list), "only one can be chosen"
        return {"type": kind, "selected_option": _option(element, given) if given else None}
    if kind in _MANY:
        chosen = [given] if isinstance(given, str) else (given or [])
        return {"type": kind, "selected_options": [_option(element, value) for value in chosen]}
    if kind in _LISTS:
        return {"type": kind, _LISTS[kind][0]: given or []}
    selected, _, pattern = _PICKERS[kind]
    assert given is None or re.fullmatch(pattern, str(given)), f"no {kind} gives {given!r}"
    state: Json = {"type": kind, selected: given}
    return state | ({"timezone": "UTC"} if kind == "timepicker" and given else {})


def _option(element: Json, value: str) -> Json:
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(o for group in groups for o in group["options"])]
    for option in options:
        if option["value"] == value:
            return dict(option)
    raise AssertionError(f"no option {value!r}, only {[option['value'] for option in options]}")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
