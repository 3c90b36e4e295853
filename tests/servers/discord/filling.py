"""The fields of an open modal: what they begin with, what is filled in, what may be sent.

Discord's client checks required fields, lengths and options before anything is sent; a test
that sends what it would not let through is wrong, so that is an `AssertionError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.discord.components import BOX, BOXES, DISPLAY, INPUT, LABEL, RADIO, walk
from tests.servers.discord.errors import Json

Value = str | bool | list[str] | None


def inputs(modal: Json) -> dict[str, Json]:
    """Return the fields of a modal by their custom ids."""
    every = walk(modal["components"])
    return {each["custom_id"]: each for each in every if "custom_id" in each}


def filled(modal: Json, values: Mapping[str, Value]) -> list[Json]:
    """Return the components of a modal as they are sent: `values` over what was there."""
    unknown = set(values) - set(inputs(modal))
    assert not unknown, f"no such fields: {sorted(unknown)}, only {sorted(inputs(modal))}"
    return [_outer(component, values) for component in modal["components"]]


def _outer(component: Json, values: Mapping[str, Value]) -> Json:
    sent: Json = {"type": component["type"], "id": component["id"]}
    if component["type"] == DISPLAY:
        return sent
    if component["type"] == LABEL:
        return sent | {"component": _inner(component["component"], values)}
    return sent | {"components": [_inner(each, values) for each in component["components"]]}


def _inner(field: Json, values: Mapping[str, Value]) -> Json:
    name = field["custom_id"]
    given = values[name] if name in values else _initial(field)
    kind = field["type"]
    sent: Json = {"type": kind, "id": field["id"], "custom_id": name}
    if kind == BOX:
        return sent | {"value": bool(given)}
    required = field.get("required", True)
    assert given or not required, f"{name} is required"
    if kind == INPUT:
        return sent | {"value": _text(field, str(given or ""))}
    chosen = [given] if isinstance(given, str) else list(given or [])  # type: ignore[arg-type]
    _check_chosen(field, chosen)
    if kind == RADIO:
        return sent | {"value": chosen[0] if chosen else None}
    return sent | {"values": chosen}


def _text(field: Json, given: str) -> str:
    least, most = field.get("min_length") or 0, field.get("max_length") or 4_000
    if given:
        assert least <= len(given) <= most, f"{field['custom_id']}: {len(given)} characters"
    return given


def _check_chosen(field: Json, chosen: list[Any]) -> None:
    options = [option["value"] for option in field.get("options", [])]
    if options:
        unknown = [each for each in chosen if each not in options]
        assert not unknown, f"no options {unknown}, only {options}"
    usual = len(options) if field["type"] == BOXES else 1
    most = field.get("max_values") or usual
    assert len(chosen) <= most, f"{field['custom_id']} takes {most} at most"
    least = field.get("min_values") or 0
    assert not chosen or len(chosen) >= least, f"{field['custom_id']} takes {least} at least"


def _initial(field: Json) -> Value:
    if field["type"] == INPUT:
        return str(field.get("value") or "")
    if field["type"] == BOX:
        return bool(field.get("default", False))
    return [option["value"] for option in field.get("options", []) if option.get("default")]
