"""What Slack takes as interactive elements, and where each may stand."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.schema import (
    Check,
    WrongError,
    anything,
    boolean,
    by_type,
    fields,
    items,
    made_of,
    matching,
    one_of,
    plain,
    string,
    whole,
    written,
)

_CONFIRM = made_of(
    {"title": plain(100), "text": written(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_ACTING: dict[str, Check] = {
    "action_id": string(255),
    "confirm": _CONFIRM,
    "focus_on_load": boolean,
}
_ASKING = _ACTING | {"placeholder": plain(150)}
_OPTION_PLAIN = made_of({"text": plain(75), "value": string(150)}, {"description": plain(75)})
_OPTION_RICH = made_of({"text": written(75), "value": string(150)}, {"description": written(75)})
_OPTION_LINK = made_of(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)}
)
_GROUP = made_of({"label": plain(75), "options": items(_OPTION_PLAIN, 100)}, {})
_INPUTTING = _ASKING | {"dispatch_action_config": anything}
_DATE = matching(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d")


def _button(value: Any, at: str) -> None:
    optional = {
        "action_id": string(255),
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
    }
    fields(value, at, {"text": plain(75)}, optional)


def _select(value: Any, at: str) -> None:
    optional = _ASKING | {
        "options": items(_OPTION_PLAIN, 100),
        "option_groups": items(_GROUP, 100),
        "initial_option": _OPTION_PLAIN,
    }
    fields(value, at, {}, optional)
    _initial_among(value, at, _offered(value, at))


def _multi_select(value: Any, at: str) -> None:
    optional = _ASKING | {
        "options": items(_OPTION_PLAIN, 100),
        "option_groups": items(_GROUP, 100),
        "initial_options": items(_OPTION_PLAIN, 100),
        "max_selected_items": whole(1, 100),
    }
    fields(value, at, {}, optional)
    _initial_among(value, at, _offered(value, at))


def _radio(value: Any, at: str) -> None:
    options = items(_OPTION_RICH, 10)
    fields(value, at, {"options": options}, _ACTING | {"initial_option": _OPTION_RICH})
    _initial_among(value, at, value["options"])


def _checkboxes(value: Any, at: str) -> None:
    options = items(_OPTION_RICH, 10)
    fields(value, at, {"options": options}, _ACTING | {"initial_options": options})
    _initial_among(value, at, value["options"])


def _offered(value: Any, at: str) -> list[Any]:
    if ("options" in value) == ("option_groups" in value):
        raise WrongError("either options or option_groups", at)
    groups = value.get("option_groups", [])
    return [*value.get("options", []), *(o for group in groups for o in group["options"])]


def _initial_among(value: Any, at: str, offered: list[Any]) -> None:
    single = [value["initial_option"]] if "initial_option" in value else []
    for option in [*single, *value.get("initial_options", [])]:
        if option not in offered:
            raise WrongError("initial option must be one of the options", at)


def _text(most: int) -> Check:
    optional = _INPUTTING | {
        "multiline": boolean,
        "initial_value": string(most),
        "min_length": whole(0, most),
        "max_length": whole(1, most),
    }

    def check(value: Any, at: str) -> None:
        fields(value, at, {}, optional)
        if len(value.get("initial_value", "")) > value.get("max_length", most):
            raise WrongError("initial_value is longer than max_length", at)
        if value.get("min_length", 0) > value.get("max_length", most):
            raise WrongError("min_length is greater than max_length", at)

    return check


_IMAGE = made_of({"image_url": string(3000), "alt_text": string(2000)}, {})
_PICKERS: dict[str, Check] = {
    "datepicker": made_of({}, _ASKING | {"initial_date": _DATE}),
    "timepicker": made_of({}, _ASKING | {"initial_time": _TIME, "timezone": string(100)}),
    "datetimepicker": made_of({}, _ACTING | {"initial_date_time": whole(10**9, 10**10)}),
    "users_select": made_of({}, _ASKING | {"initial_user": matching(r"[UW]\w+")}),
    "channels_select": made_of({}, _ASKING | {"initial_channel": matching(r"C\w+")}),
    "conversations_select": made_of(
        {},
        _ASKING
        | {
            "initial_conversation": matching(r"[CDG]\w+"),
            "default_to_current_conversation": boolean,
            "filter": anything,
        },
    ),
    "static_select": _select,
    "radio_buttons": _radio,
    "checkboxes": _checkboxes,
}
_LISTS: dict[str, Check] = {
    "multi_static_select": _multi_select,
    "multi_users_select": made_of(
        {}, _ASKING | {"initial_users": items(string(30), 100), "max_selected_items": whole(1, 100)}
    ),
    "multi_conversations_select": made_of(
        {},
        _ASKING
        | {"initial_conversations": items(string(30), 100), "max_selected_items": whole(1, 100)},
    ),
}
_OVERFLOW = made_of(
    {"options": items(_OPTION_LINK, 5)}, {"action_id": string(255), "confirm": _CONFIRM}
)
_NUMBER = made_of(
    {"is_decimal_allowed": boolean},
    _INPUTTING
    | {
        "initial_value": string(100),
        "min_value": string(100),
        "max_value": string(100),
    },
)

CONTEXT: Check = by_type(
    {
        "image": _IMAGE,
        "plain_text": made_of({"text": string(3000)}, {"emoji": boolean}),
        "mrkdwn": made_of({"text": string(3000)}, {"verbatim": boolean}),
    }
)
ACTIONS: Check = by_type(_PICKERS | {"button": _button, "overflow": _OVERFLOW})
ACCESSORY: Check = by_type(
    _PICKERS | _LISTS | {"button": _button, "overflow": _OVERFLOW, "image": _IMAGE}
)
INPUT: Check = by_type(
    _PICKERS
    | _LISTS
    | {
        "plain_text_input": _text(3000),
        "email_text_input": made_of({}, _INPUTTING | {"initial_value": string(3000)}),
        "url_text_input": made_of({}, _INPUTTING | {"initial_value": string(3000)}),
        "number_input": _NUMBER,
    }
)
