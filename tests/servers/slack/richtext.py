"""What Slack takes as `rich_text`."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.schema import (
    Check,
    WrongError,
    boolean,
    by_type,
    items,
    made_of,
    matching,
    one_of,
    string,
    whole,
)

_TOKENS = (
    "date_num|date_slash|date|date_short|date_long|date_long_full|date_pretty|"
    "date_short_pretty|date_long_pretty|day_divider_pretty|time|time_secs|ago"
)
_STYLE = made_of({}, dict.fromkeys(["bold", "italic", "strike", "code", "underline"], boolean))
_LABEL = made_of(
    {},
    dict.fromkeys(
        ["bold", "italic", "strike", "highlight", "client_highlight", "unlink", "underline"],
        boolean,
    ),
)
_TEXT = made_of({"text": string(12_000)}, {"style": _STYLE})
_LINK = made_of({"url": string(3000)}, {"text": string(12_000), "unsafe": boolean, "style": _STYLE})
_DATE = made_of(
    {
        "timestamp": whole(0, 10**10),
        "format": matching(rf".*\{{({_TOKENS})\}}.*"),
    },
    {"url": string(3000), "fallback": string(3000), "style": _STYLE},
)
_INLINE = by_type(
    {
        "text": _TEXT,
        "link": _LINK,
        "date": _DATE,
        "emoji": made_of(
            {"name": matching(r"[a-z0-9_+'\-]+")},
            {"unicode": string(100), "skin_tone": whole(2, 6), "style": _STYLE},
        ),
        "user": made_of({"user_id": matching(r"[UW]\w+")}, {"style": _LABEL}),
        "channel": made_of({"channel_id": matching(r"[CDG]\w+")}, {"style": _LABEL}),
        "usergroup": made_of({"usergroup_id": matching(r"S\w+")}, {"style": _LABEL}),
        "broadcast": made_of({"range": one_of("here", "channel", "everyone")}, {}),
        "color": made_of({"value": matching(r"#[0-9a-fA-F]{6}")}, {}),
    }
)
_MANY = 10_000
_SECTION = made_of({"elements": items(_INLINE, _MANY, least=0)}, {})
_BORDER = {"border": whole(0, 1)}
_LIST = made_of(
    {
        "elements": items(by_type({"rich_text_section": _SECTION}), _MANY, least=0),
        "style": one_of("bullet", "ordered"),
    },
    _BORDER | {"indent": whole(0, 8), "offset": whole(0, 10**6)},
)
_PREFORMATTED = made_of(
    {"elements": items(by_type({"text": _TEXT, "link": _LINK}), _MANY, least=0)},
    _BORDER | {"language": string(50)},
)
_QUOTE = made_of({"elements": items(_INLINE, _MANY, least=0)}, _BORDER)
_ELEMENT = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": _LIST,
        "rich_text_preformatted": _PREFORMATTED,
        "rich_text_quote": _QUOTE,
    }
)

ELEMENTS: Check = items(_ELEMENT, _MANY)
"""The `elements` of a `rich_text` block."""


def visible(value: Any, at: str) -> None:
    """Refuse rich text in which nothing is to be seen."""
    if not any(element["elements"] for element in value["elements"]):
        raise WrongError("must not be empty", f"{at}/elements")
