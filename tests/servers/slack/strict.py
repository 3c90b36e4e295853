"""Refuses messages and views that Slack refuses, with Slack's own error codes.

Stricter than Slack in three things, on purpose: blocks need a `text` beside them (for
notifications and screen readers), the size of blocks counts their whole JSON, and a text that
Slack would cut off is refused.
"""

from __future__ import annotations

import json
import re
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from tests.servers.slack.blocks import check_blocks
from tests.servers.slack.schema import (
    Check,
    WrongError,
    anything,
    boolean,
    fields,
    one_of,
    plain,
    string,
)
from tests.servers.slack.state import ApiError, Json

MOST_OF_BLOCKS = 12_000
"""Characters of a message's blocks as JSON; Slack's own limit lies between 12,000 and 13,300."""
MOST_OF_TEXT = 40_000
MOST_OF_UPDATED_TEXT = 4_000
MOST_OF_VIEW = 250_000
_EVENT_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,254}")


def check_message(args: Json, *, updates: bool = False) -> None:
    """Refuse the text, blocks or metadata of a message."""
    text = args.get("text")
    blocks = args.get("blocks")
    if not isinstance(text, str) or not text.strip():
        raise ApiError("no_text")
    if len(text) > (MOST_OF_UPDATED_TEXT if updates else MOST_OF_TEXT):
        raise ApiError("msg_too_long")
    if blocks is not None:
        _check_message_blocks(blocks)
    if args.get("metadata"):
        check_metadata(args["metadata"])


def _check_message_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    try:
        check_blocks(blocks, "/blocks", "message")
    except WrongError as error:
        raise _refused("invalid_blocks", error) from error
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise ApiError("only_one_table_allowed")
    if len(json.dumps(blocks, ensure_ascii=False)) > MOST_OF_BLOCKS:
        raise ApiError("msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    """Refuse metadata that is not `{"event_type": name, "event_payload": {...}}`."""
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    kind, payload = metadata["event_type"], metadata["event_payload"]
    if (
        not isinstance(kind, str)
        or not _EVENT_TYPE.fullmatch(kind)
        or not isinstance(payload, dict)
    ):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 16_000:
        raise ApiError("metadata_too_large")


def check_view(view: Any, kind: str) -> None:
    """Refuse a view that is no good `kind`: "modal" or "home"."""
    try:
        _check_view(view, kind)
    except WrongError as error:
        raise _refused("invalid_arguments", error) from error
    if len(json.dumps(view)) > MOST_OF_VIEW:
        raise ApiError("view_too_large")


def _check_view(view: Any, kind: str) -> None:
    def blocks(value: Any, at: str) -> None:
        check_blocks(value, at, kind)

    common: dict[str, Check] = {
        "callback_id": string(255, least=0),
        "private_metadata": string(3000, least=0),
        "external_id": string(255, least=0),
    }
    required: dict[str, Check] = {"type": anything, "blocks": blocks}
    if kind == "modal":
        required |= {"title": plain(24)}
        common |= {"submit": plain(24), "close": plain(24), "submit_disabled": boolean}
        common |= {"clear_on_close": boolean, "notify_on_close": boolean}
    fields(view, "/view", required, common)
    one_of(kind)(view["type"], "/view/type")
    inputs = any(block["type"] == "input" for block in view["blocks"])
    if kind == "modal" and inputs and "submit" not in view:
        raise WrongError("submit is required with input blocks", "/view")
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        raise WrongError(str(error), "/view") from error


def _refused(code: str, error: WrongError) -> ApiError:
    messages = [str(error)]
    return ApiError(code, errors=messages, response_metadata={"messages": messages})
