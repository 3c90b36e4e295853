"""The coach's messages as Discord's components.

Pure.  A message becomes one part or, if it is too long for Discord, several; put together they
hold every word.  A message of components has no content beside them: who listens instead of
looking hears its texts in their order, so the first is always the coach's own words on what the
message is about.  Notifications show none of it; ADR 18 says why we live with that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import cast

from adapters.discord.markup import Piece, escaped, literal, one_line, pieces, spoken
from adapters.discord.pages import BETWEEN, Flow, Item, Page, Solid, paged
from adapters.discord.splitting import clip
from adapters.discord.tables import columns
from bot.ids import UserId
from bot.messages import (
    ACTION_LIMIT,
    Bullets,
    Button,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Quote,
    Table,
)
from bot.pictures import Image

Json = dict[str, object]
Spoken = Heading | Paragraph | Bullets | Quote | Note | Table
"""The blocks that are texts."""

ROOM = 4_000
"""Code units of all texts of a message: https://github.com/discord/discord-api-docs/pull/8562"""
COMPONENTS_MOST = 40
BUTTON_LABEL_LIMIT = 80
BELOW = "This continues below."
IN_THREAD = "This continues in the thread."

PICTURE = "board.png"
PICTURE_WORDS = 1_024
"""Code units of what a picture says in words."""

ACTION_ROW, BUTTON, TEXT_DISPLAY, GALLERY, FILE, CONTAINER = 1, 2, 10, 12, 13, 17
STYLES = {"primary": 1, "plain": 2, "danger": 4}
NOTHING = "–"
"""Stands where there are no words, since Discord refuses an empty label."""

_SHELL = 2
"""Components that a message has besides its rows: a container and a first text."""
_NO_FILES: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """One message to post.

    `components` are its top-level components, `users` those whom it mentions on purpose: they,
    and nobody else, belong into `allowed_mentions`.  `image` is to be attached as `PICTURE`.
    """

    components: tuple[Json, ...]
    users: tuple[UserId, ...]
    image: Image | None = None


def render(
    message: Message, onward: str = BELOW, files: Mapping[int, str] = _NO_FILES
) -> tuple[Part, ...]:
    """Return the message in as many parts as it needs, nearly always one.

    The first has everything but the ends of quotes too long for it, and says `onward` (at most
    60 characters) where one is interrupted.  `files` are the addresses of those that stand for
    a block, by its place.
    """
    # Kept free for a picture, so that a message is divided alike with it and without it.
    most = COMPONENTS_MOST - 1 if message.picture else COMPONENTS_MOST
    pages = paged(_items(message, files), ROOM, most - _SHELL)
    framed = isinstance(message.blocks[0], Heading)
    shown = _components(pages[0], onward, most, more=len(pages) > 1)
    parts = [Part(_framed(shown, framed=framed), _users(pages[0]))]
    for place, page in enumerate(pages[1:], 2):
        title = f"Continued, {place} of {len(pages)}"
        shown = [_text(f"-# {escaped(title)}"), *_components(page, "", most, more=False)]
        parts.append(Part(_framed(shown, framed=framed), _users(page)))
    return tuple(parts)


def with_picture(part: Part, image: Image | None) -> Part:
    """Return the part with a picture below its text, above the buttons it may end with."""
    if image is None:
        return part
    shown = list(part.components)
    inside = bool(shown) and shown[-1]["type"] == CONTAINER
    row = list(cast("Sequence[Json]", shown[-1]["components"])) if inside else shown
    place = len(row)
    while place and row[place - 1]["type"] == ACTION_ROW:
        place -= 1
    row.insert(place, gallery(image))
    return replace(part, components=_framed(row, framed=inside), image=image)


def without_picture(part: Part) -> Part:
    """Return the part without its picture."""
    return Part(tuple(_without_galleries(part.components)), part.users)


def _without_galleries(components: Iterable[Json]) -> Iterator[Json]:
    for component in components:
        if component["type"] == CONTAINER:
            inner = _without_galleries(cast("Sequence[Json]", component["components"]))
            yield component | {"components": list(inner)}
        elif component["type"] != GALLERY:
            yield component


def gallery(image: Image) -> Json:
    """Return the component that shows a picture."""
    about = {"media": {"url": f"attachment://{PICTURE}"}, "description": described(image)}
    return {"type": GALLERY, "items": [about]}


def described(image: Image) -> str:
    """Return what a picture says in words, as long as Discord takes them."""
    return clip(image.alt, PICTURE_WORDS)


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Yield components and all that are inside of them."""
    for component in components:
        yield component
        yield from walk(cast("Sequence[Json]", component.get("components", ())))


# --- components --------------------------------------------------------------------------------


def _components(page: Page, onward: str, most: int, *, more: bool) -> list[Json]:
    shown = [item.block if isinstance(item, Solid) else _text(item.text(onward)) for item in page]
    if more and onward and not any(item.cut for item in page):
        shown.append(_text(f"-# {escaped(onward)}"))
    return shown if _fits(shown, most) else list(_joined(shown))


def _fits(shown: Sequence[Json], most: int) -> bool:
    # The container, and a line that a later part begins with.
    return sum(1 for _ in walk(shown)) + 2 <= most


def _joined(shown: Sequence[Json]) -> Iterator[Json]:
    """Let texts that stand side by side share one component."""
    for kind, group in groupby(shown, key=lambda component: component["type"]):
        if kind == TEXT_DISPLAY:
            yield _text(BETWEEN.join(str(text["content"]) for text in group))
        else:
            yield from group


def _framed(shown: Sequence[Json], *, framed: bool) -> tuple[Json, ...]:
    """Return components in a frame of their own, which sets a post off from what people say."""
    return ({"type": CONTAINER, "components": list(shown)},) if framed else tuple(shown)


def _text(content: str) -> Json:
    return {"type": TEXT_DISPLAY, "content": content}


def _users(page: Page) -> tuple[UserId, ...]:
    flows = (item for item in page if isinstance(item, Flow))
    found = (piece.user for flow in flows for item in flow.items for piece in item)
    return tuple(dict.fromkeys(user for user in found if user is not None))


# --- blocks --------------------------------------------------------------------------------------


def _items(message: Message, files: Mapping[int, str]) -> list[Item]:
    shown: list[Item] = []
    label = ""
    taken: set[str] = set()
    for place, block in enumerate(message.blocks):
        if place in files:
            # Text that follows it may need one more component.
            shown.append(Solid({"type": FILE, "file": {"url": files[place]}}, 2))
        elif isinstance(block, Buttons):
            shown += _row(block.buttons, taken)
        elif flow := _flow(block, label):
            shown.append(flow)
        if isinstance(block, Heading | Paragraph):
            label = _label(block)
    if not (shown and isinstance(shown[0], Flow) and shown[0].style in ("heading", "paragraph")):
        shown.insert(0, Flow("paragraph", (literal(message.summary),)))
    return shown


def _flow(block: Spoken, label: str) -> Flow | None:
    flow = _whole(block)
    kept = tuple(item for item in flow.items if any(piece.text.strip() for piece in item))
    return replace(flow, items=kept, label=label if flow.style == "quote" else "") if kept else None


def _whole(block: Spoken) -> Flow:
    match block:
        case Heading():
            return Flow("heading", (literal(block.text),))
        case Paragraph():
            return Flow("paragraph", (pieces(block.text),))
        case Bullets():
            return Flow(block.style, tuple(pieces(item) for item in block.items))
        case Quote():
            return Flow("quote", (literal(block.text),))
        case Note():
            return Flow("note", (pieces(block.text),))
        case Table():
            return Flow("code", ((Piece(columns(block), "code"),),))


def _row(buttons: Sequence[Button], taken: set[str]) -> Iterator[Solid]:
    shown: list[Json] = []
    for button in buttons:
        action = button.action[:ACTION_LIMIT] or NOTHING
        # Discord refuses two buttons with one id in a message, and needs no two that do the same.
        if action not in taken:
            taken.add(action)
            shown.append(_button(button, action))
    if shown:
        # Text that follows it may need one more component.
        yield Solid({"type": ACTION_ROW, "components": shown}, len(shown) + 2)


def _button(button: Button, action: str) -> Json:
    label = clip(one_line(button.label).strip(), BUTTON_LABEL_LIMIT)
    return {
        "type": BUTTON,
        "style": STYLES[button.style],
        "label": label or NOTHING,
        "custom_id": action,
    }


def _label(block: Heading | Paragraph) -> str:
    words = block.text if isinstance(block, Heading) else "".join(map(spoken, block.text))
    return f"{clip(one_line(words).strip(), 40) or NOTHING} (continued)"
