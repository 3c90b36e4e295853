"""What Slack takes as blocks on each surface: a message, a modal, a Home tab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.servers.slack import elements, richtext
from tests.servers.slack.schema import (
    Check,
    WrongError,
    boolean,
    by_type,
    fields,
    items,
    made_of,
    matching,
    one_of,
    plain,
    string,
    written,
)
from tests.servers.slack.state import Json

_ID: dict[str, Check] = {"block_id": string(255)}


def check_blocks(value: Any, at: str, surface: str) -> None:
    """Refuse blocks that Slack refuses on `surface`: "message", "modal" or "home"."""
    items(by_type(_SURFACES[surface]), 50 if surface == "message" else 100, least=0)(value, at)
    _unique((block["block_id"] for block in value if "block_id" in block), at, "block_id")
    for number, block in enumerate(value):
        _unique(_action_ids(block), f"{at}/{number}", "action_id")
        _model(block, f"{at}/{number}")
    focused = [e for block in value for e in _elements(block) if e.get("focus_on_load")]
    if len(focused) > 1:
        raise WrongError("only one element may have focus_on_load", at)


def _section(value: Any, at: str) -> None:
    optional = _ID | {
        "text": written(3000),
        "fields": items(written(2000), 10),
        "accessory": elements.ACCESSORY,
        "expand": boolean,
    }
    fields(value, at, {}, optional)
    if "text" not in value and "fields" not in value:
        raise WrongError("missing required field: text or fields", at)


def _input(value: Any, at: str) -> None:
    required = {"label": plain(2000), "element": elements.INPUT}
    optional = _ID | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean}
    fields(value, at, required, optional)


def _rich_text(value: Any, at: str) -> None:
    fields(value, at, {"elements": richtext.ELEMENTS}, _ID)
    richtext.visible(value, at)


def _cell_rich(value: Any, at: str) -> None:
    fields(value, at, {"elements": richtext.ELEMENTS}, _ID)


def _column(value: Any, at: str) -> None:
    if value is not None:
        fields(value, at, {}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _table(value: Any, at: str) -> None:
    raw = made_of({"text": string(10_000)}, {})
    cell = by_type({"raw_text": raw, "rich_text": _cell_rich})
    rows = items(items(cell, 20), 100)
    fields(value, at, {"rows": rows}, _ID | {"column_settings": items(_column, 20)})
    if len({len(row) for row in value["rows"]}) > 1:
        raise WrongError("all rows must have the same number of cells", f"{at}/rows")


def _image(value: Any, at: str) -> None:
    required = {"alt_text": string(2000)}
    where = {
        "image_url": string(3000),
        "slack_file": made_of({"id": matching("F[A-Z0-9]{8,}")}, {}),
    }
    fields(value, at, required, _ID | {"title": plain(2000)} | where)
    if len(value.keys() & where.keys()) != 1:
        raise WrongError("must have either image_url or slack_file", at)


_ANYWHERE: Mapping[str, Check] = {
    "section": _section,
    "header": made_of({"text": plain(150)}, _ID),
    "divider": made_of({}, _ID),
    "context": made_of({"elements": items(elements.CONTEXT, 10)}, _ID),
    "actions": made_of({"elements": items(elements.ACTIONS, 25)}, _ID),
    "rich_text": _rich_text,
    "input": _input,
    "image": _image,
}
_SURFACES: Mapping[str, Mapping[str, Check]] = {
    "message": {
        **_ANYWHERE,
        "table": _table,
        "markdown": made_of({"text": string(12_000)}, _ID),
    },
    "modal": _ANYWHERE,
    "home": _ANYWHERE,
}


def _elements(block: Json) -> Iterator[Json]:
    several = block.get("elements", []) if block["type"] == "actions" else []
    for element in [*several, block.get("element"), block.get("accessory")]:
        if element is not None:
            yield element


def _action_ids(block: Json) -> Iterator[str]:
    return (each["action_id"] for each in _elements(block) if "action_id" in each)


def _unique(names: Iterator[str], at: str, what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise WrongError(f"{what} {name!r} already exists", at)
        seen.add(name)


def _model(block: Json, at: str) -> None:
    """Let slack_sdk's own model have its say where there is one."""
    model = Block.parse(block)
    if model is None:
        return
    try:
        model.validate_json()
    except SlackObjectFormationError as error:
        raise WrongError(str(error), at) from error
