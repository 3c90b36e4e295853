"""Refuses messages that Discord refuses, and finds out whom they mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.servers.discord.components import FILE, GALLERY, check_components, walk
from tests.servers.discord.errors import ApiError, Json, Spot
from tests.servers.discord.schema import (
    Check,
    anything,
    boolean,
    fields,
    integer,
    many,
    one_of,
    optional,
    snowflake,
    text,
    thing,
)
from tests.servers.discord.state import COMPONENTS_V2, Message

MOST_CONTENT, MOST_EMBEDS, MOST_NONCE, MOST_FILES = 2_000, 6_000, 25, 10
_ATTACHED = "attachment://"
_SETTABLE = 1 << 2 | 1 << 12 | COMPONENTS_V2
_EPHEMERAL = 1 << 6
_LEGACY = ("content", "embeds", "sticker_ids", "poll")
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_NAME_VALUE = {"name": text(256), "value": text(1024)}
_EMBED: dict[str, Check] = {
    "title": text(256, 0),
    "description": text(4096, 0),
    "type": one_of("rich"),
    "url": text(2048),
    "color": optional(integer(0, 0xFFFFFF)),
    "timestamp": anything,
    "footer": thing({"text": text(2048)}, {"icon_url": text(2048)}),
    "author": thing({"name": text(256)}, {"url": text(2048), "icon_url": text(2048)}),
    "image": thing({"url": text(2048)}, {"description": text(1024)}),
    "thumbnail": thing({"url": text(2048)}, {"description": text(1024)}),
    "fields": many(25, thing(_NAME_VALUE, {"inline": boolean})),
    "flags": integer(0, 1 << 30),
}


def _nonce(at: Spot, value: Any) -> None:
    if not isinstance(value, int | str) or len(str(value)) > MOST_NONCE:
        at.wrong("NONCE_TYPE_TOO_LONG", f"Must be {MOST_NONCE} or fewer in length.")


_MENTIONS = thing(
    {},
    {
        "parse": many(3, one_of("users", "roles", "everyone")),
        "users": many(100, snowflake),
        "roles": many(100, snowflake),
        "replied_user": boolean,
    },
)
_ATTACHMENT = thing(
    {"id": snowflake},
    {"filename": text(1024), "description": optional(text(1024)), "size": integer(0, 1 << 30)},
)
_FIELDS: dict[str, Check] = {
    "content": optional(text(MOST_CONTENT, 0)),
    "tts": boolean,
    "flags": optional(integer(0, 1 << 30)),
    "nonce": optional(_nonce),
    "enforce_nonce": boolean,
    "embeds": optional(many(10, thing({}, _EMBED))),
    "components": anything,
    "allowed_mentions": optional(_MENTIONS),
    "message_reference": optional(
        thing(
            {"message_id": snowflake},
            {
                "type": one_of(0),
                "channel_id": snowflake,
                "guild_id": snowflake,
                "fail_if_not_exists": boolean,
            },
        )
    ),
    "sticker_ids": many(3, snowflake),
    "attachments": optional(many(MOST_FILES, _ATTACHMENT)),
}


def check_message(at: Spot, body: Any, *, files: int, old: Message | None, reply: bool) -> None:
    """Refuse a new message, or changes to `old`; `reply` answers an interaction."""
    fields(at, body, {}, _FIELDS)
    at.refuse()
    flags = body.get("flags") or (old.flags if old else 0)
    v2 = bool(flags & COMPONENTS_V2)
    allowed = _SETTABLE | (_EPHEMERAL if reply else 0)
    if (body.get("flags") or 0) & ~allowed:
        (at / "flags").wrong("MESSAGE_FLAGS_INVALID", "These flags cannot be set")
    if old and old.flags & COMPONENTS_V2 and "flags" in body and not v2:
        (at / "flags").wrong(
            "MESSAGE_FLAGS_COMPONENTS_V2_CANNOT_BE_REMOVED",
            "The IS_COMPONENTS_V2 flag cannot be removed from a message",
        )
    if v2:
        _check_v2(at, body)
    if body.get("components") is not None:
        check_components(at / "components", body["components"], v2=v2)
    _check_embeds(at / "embeds", body.get("embeds") or [])
    _check_allowed(at / "allowed_mentions", body.get("allowed_mentions") or {})
    at.refuse()
    _check_files(at, body, files, old)
    at.refuse()
    if _empty(body, files, old):
        raise ApiError(50006)


def _check_v2(at: Spot, body: Json) -> None:
    for name in _LEGACY:
        if body.get(name):
            (at / name).wrong(
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _check_files(at: Spot, body: Json, files: int, old: Message | None) -> None:
    listed = body.get("attachments") or []
    kept = {each["id"]: each["filename"] for each in (old.attachments if old else [])}
    if files > MOST_FILES:
        (at / "attachments").wrong("BASE_TYPE_BAD_LENGTH", "Must be 10 or fewer in length.")
    for index, each in enumerate(listed):
        if str(each["id"]) not in kept and int(each["id"]) >= files:
            (at / "attachments" / index).wrong("ATTACHMENT_NOT_FOUND", "There is no such file")
    names = {each["filename"] for each in listed if "filename" in each} | set(kept.values())
    for url in _addresses(body.get("components") or []):
        if url.removeprefix(_ATTACHED) not in names:
            # An address elsewhere will not do either.
            (at / "components").wrong(
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                f"The referenced attachment '{url}' was not found in the request",
            )


def _addresses(components: list[Json]) -> Iterator[str]:
    """Yield the addresses that must be attachments; pictures may be elsewhere, too."""
    for each in walk(components):
        if each["type"] == FILE:
            yield str(each["file"]["url"])
        elif each["type"] == GALLERY:
            urls = [str(item["media"]["url"]) for item in each["items"]]
            yield from (url for url in urls if url.startswith(_ATTACHED))


def _check_embeds(at: Spot, embeds: list[Json]) -> None:
    if at.problems:
        return
    size = sum(_size(embed) for embed in embeds)
    if size > MOST_EMBEDS:
        at.wrong("MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_EMBEDS}")


def _size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [embed.get("footer", {}).get("text"), embed.get("author", {}).get("name")]
    for each in embed.get("fields", []):
        texts += [each["name"], each["value"]]
    return sum(len(each) for each in texts if each)


def _check_allowed(at: Spot, allowed: Json) -> None:
    for kind in ("users", "roles"):
        if kind in allowed.get("parse", []) and allowed.get(kind):
            at.wrong(
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f"parse:['{kind}'] and {kind}: [ids...] are mutually exclusive.",
            )


def _empty(body: Json, files: int, old: Message | None) -> bool:
    def said(name: str, before: Any) -> Any:
        return body.get(name, before)

    return not (
        str(said("content", old.content if old else "") or "").strip()
        or said("embeds", old.embeds if old else None)
        or said("components", old.components if old else None)
        or said("attachments", old.attachments if old else None)
        or files
    )


def mentioned(said: str, allowed: Json | None) -> tuple[list[str], list[str], bool]:
    """Return the users and roles that a text pings, and whether it pings everybody."""
    users = list(dict.fromkeys(_MENTION.findall(said)))
    roles = list(dict.fromkeys(_ROLE.findall(said)))
    everyone = "@everyone" in said or "@here" in said
    if allowed is None:
        return users, roles, everyone
    parse = allowed.get("parse", [])
    listed = {kind: {str(each) for each in allowed.get(kind, [])} for kind in ("users", "roles")}
    return (
        [user for user in users if "users" in parse or user in listed["users"]],
        [role for role in roles if "roles" in parse or role in listed["roles"]],
        everyone and "everyone" in parse,
    )
