"""The coach's messages as Slack's blocks.

Pure.  A message becomes one part or, if it is too long for Slack, several; put together they
hold every word.  Members' words stand only where Slack reads nothing into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from adapters.slack.pages import Flow, Item, Page, Solid, paged
from adapters.slack.richtext import (
    NOTHING,
    Elements,
    Json,
    elements,
    literal,
    plain_text,
    remark,
    small_print,
    spoken,
)
from adapters.slack.speech import fallback, fitting, overheard
from adapters.slack.splitting import weight
from adapters.slack.tables import columns, in_columns, native, room
from bot.messages import (
    ACTION_LIMIT,
    BUTTON_LABEL_LIMIT,
    HEADING_LIMIT,
    Block,
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

ROOM = 10_000
"""Slack refuses somewhere between 12,000 and 13,300 characters, and tells no exact limit.

https://github.com/slackapi/bolt-js/issues/2509
"""
BLOCKS_MOST = 45
PICTURE_ROOM = 2_200
"""Kept free for a picture's words, so that a message is divided alike with it and without it."""
IN_THREAD = "This continues in the thread."

_TICK: Json = {"type": "text", "text": "☐ "}
_NEXT_TICK: Json = {"type": "text", "text": "\n☐ "}


@dataclass(frozen=True, slots=True)
class Part:
    """One message to post: its blocks, and the same as plain text (at most 3,500 characters)."""

    blocks: tuple[Json, ...]
    text: str


def render(message: Message, onward: str = IN_THREAD) -> tuple[Part, ...]:
    """Return the message in as many parts as it needs, nearly always one.

    The first has everything but the ends of quotes too long for it, and says `onward` where
    one is interrupted.
    """
    space = ROOM - PICTURE_ROOM if message.picture else ROOM
    pages = paged(items(message), space, BLOCKS_MOST)
    if len(pages) > 1 and any(isinstance(block, Table) for block in message.blocks):
        # Columns take less room than a table: better those than a table somewhere in the thread.
        pages = min(pages, paged(items(message, tables=False), space, BLOCKS_MOST), key=len)
    first = Part(tuple(blocks(pages[0], onward, more=len(pages) > 1)), fallback(message))
    return (first, *(_later(page, place, len(pages)) for place, page in enumerate(pages[1:], 2)))


def with_picture(part: Part, block: Json | None) -> Part:
    """Return the part with a picture below its text, above the buttons it may end with."""
    if block is None:
        return part
    ending = len(part.blocks)
    while ending and part.blocks[ending - 1]["type"] == "actions":
        ending -= 1
    return Part((*part.blocks[:ending], block, *part.blocks[ending:]), part.text)


def has_picture(part: Part) -> bool:
    """Return whether there is a picture, which Slack may not be able to show yet."""
    return any(block["type"] == "image" for block in part.blocks)


def without_picture(part: Part) -> Part:
    """Return the part without its picture."""
    return Part(tuple(block for block in part.blocks if block["type"] != "image"), part.text)


def has_table(part: Part) -> bool:
    """Return whether there is a table block that Slack might refuse."""
    return any(block["type"] == "table" for block in part.blocks)


def without_table(part: Part) -> Part:
    """Return the part with its table in columns, for where Slack refuses table blocks."""
    shown = (in_columns(block) if block["type"] == "table" else block for block in part.blocks)
    return Part(tuple(shown), part.text)


def items(message: Message, *, tables: bool = True, ahead: int = 0) -> list[Item]:
    """Return the message's blocks as they can be shared out to pages.

    `tables` is false where Slack has no table block; `ahead` counts the blocks of other
    messages shown before this one, so that ids stay unique.
    """
    shown: list[Item] = []
    label = ""
    for place, block in enumerate(message.blocks, ahead):
        if isinstance(block, Table) and tables and (table := native(block)):
            shown.append(Solid(table, room(table)))
            tables = False
        elif item := _item(block, place, label):
            shown.append(item)
        if isinstance(block, Heading | Paragraph):
            label = _label(block)
    return shown or [Flow("section", (literal(message.summary),))]


def blocks(page: Page, onward: str, *, more: bool) -> list[Json]:
    """Return a page's blocks, with a word on where it goes on if there is `more`."""
    shown = [item.block if isinstance(item, Solid) else item.block(onward) for item in page]
    if more and onward and not any(item.cut for item in page):
        shown.append(remark(onward))
    return shown


def _later(page: Page, number: int, count: int) -> Part:
    title = f"Continued, {number} of {count}"
    shown = (remark(title), *blocks(page, "", more=False))
    return Part(shown, fitting(f"{title}: {overheard(page)}"))


def _item(block: Block, place: int, label: str) -> Item | None:
    match block:
        case Heading():
            return _solid({"type": "header", "text": plain_text(block.text, HEADING_LIMIT)})
        case Paragraph():
            return _flow(Flow("section", (elements(block.text),)))
        case Bullets():
            return _flow(_bullets(block))
        case Quote():
            return _flow(Flow("quote", (literal(block.text),), label))
        case Note():
            return _solid(small_print(block.text)) if block.text else None
        case Table():
            return _flow(Flow("preformatted", (literal(columns(block)),)))
        case Buttons():
            return _solid(_actions(block.buttons, place), pinned=True)


def _solid(block: Json, *, pinned: bool = False) -> Solid:
    return Solid(block, weight(block) + 2, pinned)


def _flow(flow: Flow) -> Flow | None:
    kept = tuple(item for item in flow.items if item)
    return Flow(flow.style, kept, flow.label) if kept else None


def _bullets(block: Bullets) -> Flow:
    shown: tuple[Elements, ...] = tuple(elements(item) for item in block.items)
    if block.style == "check":
        lines = ((_NEXT_TICK if place else _TICK, *item) for place, item in enumerate(shown))
        return Flow("section", (tuple(chain.from_iterable(lines)),))
    return Flow("ordered" if block.style == "number" else "bullet", shown)


def _actions(buttons: Sequence[Button], place: int) -> Json:
    taken: set[str] = set()
    shown: list[Json] = []
    for button in buttons:
        # Slack refuses two buttons with one id in a row, and needs no two that do the same.
        if button.action not in taken:
            taken.add(button.action)
            shown.append(_button(button))
    return {"type": "actions", "block_id": f"buttons-{place}", "elements": shown}


def _button(button: Button) -> Json:
    shown: Json = {
        "type": "button",
        "text": plain_text(button.label, BUTTON_LABEL_LIMIT, emoji=True),
        "action_id": button.action[:ACTION_LIMIT] or NOTHING,
        "value": button.action or NOTHING,
    }
    return shown if button.style == "plain" else {**shown, "style": button.style}


def _label(block: Heading | Paragraph) -> str:
    words = block.text if isinstance(block, Heading) else "".join(map(spoken, block.text))
    text = str(plain_text(words, 60)["text"])
    return f"{text} (continued)"
