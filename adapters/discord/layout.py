"""Components as discord.py sends them: views that only show, and forms.

They are finished before they are sent, so the library keeps none of them: what is pressed and
sent finds its way by its id alone, after a restart as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import discord
from discord import ui

from adapters.discord.files import Page
from adapters.discord.render import (
    ACTION_ROW,
    CONTAINER,
    FILE,
    GALLERY,
    PICTURE,
    TEXT_DISPLAY,
    Part,
    described,
    gallery,
)
from bot.ids import UserId
from bot.pictures import Image

_TEXT_INPUT, _SELECT, _RADIOS, _CHECKBOXES = 4, 3, 21, 22

NOBODY = discord.AllowedMentions.none()
_USERS_MOST = 100
"""Users that `allowed_mentions` may name."""


def view(part: Part) -> ui.LayoutView:
    """Return a part as a view."""
    shown = ui.LayoutView(timeout=None)
    for component in part.components:
        shown.add_item(_item(component))
    shown.stop()
    return shown


def shown(page: Page) -> dict[str, Any]:
    """Return what sends a message of a reply: its view, and its files if it has any."""
    files = [discord.File(BytesIO(file.content), file.name) for file in page.files]
    return {"view": view(page.part)} | ({"files": files} if files else {})


def picture(image: Image) -> dict[str, Any]:
    """Return what sends a message that is a picture alone."""
    file = discord.File(BytesIO(image.png), PICTURE, description=described(image))
    return {"view": view(Part((gallery(image),), ())), "files": [file]}


def allowed(users: Iterable[UserId]) -> discord.AllowedMentions:
    """Allow mentions of these users, the first 100 of them, and of nobody and nothing else."""
    meant = [discord.Object(int(user)) for user in users][:_USERS_MOST]
    return discord.AllowedMentions(
        everyone=False, roles=False, users=meant or False, replied_user=False
    )


def modal(page: Mapping[str, Any]) -> ui.Modal:
    """Return a page of a form as a window."""
    shown = ui.Modal(title=page["title"], custom_id=page["custom_id"], timeout=None)
    for component in page["components"]:
        shown.add_item(_item(component))
    shown.stop()
    return shown


def _item(component: Mapping[str, Any]) -> ui.Item[Any]:
    match component["type"]:
        case kind if kind == CONTAINER:
            return ui.Container(*map(_item, component["components"]))
        case kind if kind == ACTION_ROW:
            return ui.ActionRow(*map(_button, component["components"]))
        case kind if kind == TEXT_DISPLAY:
            return ui.TextDisplay(component["content"], id=component.get("id"))
        case kind if kind == FILE:
            return ui.File(component["file"]["url"])
        case kind if kind == GALLERY:
            return ui.MediaGallery(*map(_shown_in_gallery, component["items"]))
        case _:
            return ui.Label(
                text=component["label"],
                description=component.get("description"),
                component=_input(component["component"]),
            )


def _shown_in_gallery(item: Mapping[str, Any]) -> discord.MediaGalleryItem:
    return discord.MediaGalleryItem(item["media"]["url"], description=item["description"])


def _button(component: Mapping[str, Any]) -> ui.Button[Any]:
    return ui.Button(
        style=discord.ButtonStyle(component["style"]),
        label=component["label"],
        custom_id=component["custom_id"],
    )


def _input(component: Mapping[str, Any]) -> ui.Item[Any]:
    given = {name: component[name] for name in ("custom_id", "required")}
    match component["type"]:
        case kind if kind == _TEXT_INPUT:
            return ui.TextInput(
                **given,
                style=discord.TextStyle(component["style"]),
                placeholder=component.get("placeholder"),
                default=component.get("value"),
                max_length=component["max_length"],
            )
        case kind if kind == _RADIOS:
            radios = [discord.RadioGroupOption(**one) for one in component["options"]]
            return ui.RadioGroup(**given, options=radios)
        case kind if kind == _CHECKBOXES:
            boxes = [discord.CheckboxGroupOption(**one) for one in component["options"]]
            return ui.CheckboxGroup(options=boxes, **given, **_counts(component))
        case _:
            options = [discord.SelectOption(**one) for one in component["options"]]
            return ui.Select(options=options, **given, **_counts(component))


def _counts(component: Mapping[str, Any]) -> dict[str, Any]:
    return {name: component[name] for name in ("min_values", "max_values")}
