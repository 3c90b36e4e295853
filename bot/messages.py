"""What the coach says, before any platform gives it a shape.

A message is a tuple of blocks; a text is a tuple of spans.  Adapters render blocks
and spans in their own idiom and need no other knowledge.  Everything a platform could
refuse is refused here, on construction, by the limits of the narrowest platform, so
that nothing unsendable is ever stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.ids import ChannelId, PostKey, UserId
from bot.pictures import Picture

TEXT_LIMIT = 2_800
"""Characters of one text: a Slack section takes 3,000, less what escaping may add."""
BLOCK_LIMIT = 40
"""Blocks of a message: Discord's Components V2 take 40, Slack 50."""
SUMMARY_LIMIT = 300
HEADING_LIMIT = 150
BUTTON_LABEL_LIMIT = 75
ACTION_LIMIT = 100
"""Characters of a button's action: a Discord `custom_id`."""
BUTTONS_PER_ROW = 5
FORM_TITLE_LIMIT = 24
FIELD_LABEL_LIMIT = 45
FIELDS_LIMIT = 12
OPTIONS_LIMIT = 25
VALUE_LIMIT = 3_000
"""Characters of a field that stand there already: Slack fills in no more, Discord 4,000."""


# --- spans: the pieces of a text ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """Our own words; shown as they are, special characters escaped by the adapter."""

    text: str
    bold: bool = False
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a member or a display name: mentions and markup in them mean nothing."""

    text: str
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class Mention:
    """A member, by name; the platform may notify them."""

    user: UserId
    name: str
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, by its id; shown by its name where the platform knows it."""

    channel: ChannelId
    kind: Literal["channel"] = "channel"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, shown to every reader in their own time zone where the platform can.

    `zone` (IANA) is used where it cannot.  `style` is what to show of it.
    """

    at: datetime
    zone: str
    style: Literal["date", "time", "both"] = "both"
    kind: Literal["moment"] = "moment"


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type, set apart: a command or a value."""

    text: str
    kind: Literal["code"] = "code"


Span = Words | Said | Mention | Channel | Moment | Code
Text = tuple[Span, ...]


# --- blocks ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a message; at most 150 characters."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: Text
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list.  `style` says whether its items are points, steps in order or things to tick."""

    items: tuple[Text, ...]
    style: Literal["point", "number", "check"] = "point"
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Quote:
    """A member's own words, at any length: adapters split it, never cut it."""

    text: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: Text
    kind: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of short cells under a header; adapters without tables set it in columns."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Button:
    """One button.  `action` says all that is needed to act on it after any restart."""

    label: str
    action: str
    style: Literal["plain", "primary", "danger"] = "plain"

    def __post_init__(self) -> None:
        _limit("button label", self.label, BUTTON_LABEL_LIMIT)
        _limit("button action", self.action, ACTION_LIMIT)


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of at most five buttons."""

    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"

    def __post_init__(self) -> None:
        if not 1 <= len(self.buttons) <= BUTTONS_PER_ROW:
            raise ValueError(f"a row has 1 to {BUTTONS_PER_ROW} buttons, not {len(self.buttons)}")


Block = Heading | Paragraph | Bullets | Quote | Note | Table | Buttons


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    `summary` is its meaning in one plain sentence: notifications and screen readers get it.
    `taps` are the reactions that readers are invited to use, in order; adapters may seed them.
    `topic` is what kind of message it is (see `Topic`); `question` and `member` say what and
    whom it is about, by key and by id, for records and never for readers.  `picture` shows
    something below the text, which says enough without it: where none can be shown, none is.
    """

    topic: Topic
    summary: str
    blocks: tuple[Block, ...]
    taps: tuple[str, ...] = ()
    question: str | None = None
    member: UserId | None = None
    picture: Picture | None = None

    def __post_init__(self) -> None:
        if not self.summary.strip() or not self.blocks:
            raise ValueError("a message needs a summary and at least one block")
        _limit("summary", self.summary, SUMMARY_LIMIT)
        if len(self.blocks) > BLOCK_LIMIT:
            raise ValueError(f"a message has at most {BLOCK_LIMIT} blocks, not {len(self.blocks)}")
        for block in self.blocks:
            for text in _texts(block):
                _limit(block.kind, plain(text), TEXT_LIMIT)


Topic = Literal[
    "focus",
    "question",
    "review_request",
    "reminder",
    "reassigned",
    "result",
    "leaderboard",
    "practice",
    "notice",
]


# --- forms -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    `options` are (value, label) pairs: without any, the field is free text; `several` allows
    more than one.  `long` asks for a text of many lines.  `kind` says what a text is: a date
    comes as YYYY-MM-DD and a time as HH:MM where the platform has a picker for it, otherwise as
    it was typed.  `hint` stands below the field.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    several: bool = False
    long: bool = False
    required: bool = True
    hint: str = ""
    value: str = ""
    kind: Literal["text", "date", "time"] = "text"

    def __post_init__(self) -> None:
        _limit("field label", self.label, FIELD_LABEL_LIMIT)
        if len(self.options) > OPTIONS_LIMIT:
            raise ValueError(f"a field has at most {OPTIONS_LIMIT} options")


@dataclass(frozen=True, slots=True)
class Form:
    """A form shown at once to the person who asked for it; `action` comes back when it is sent."""

    title: str
    action: str
    fields: tuple[Field, ...]
    intro: Text = ()

    def __post_init__(self) -> None:
        _limit("form title", self.title, FORM_TITLE_LIMIT)
        _limit("form intro", plain(self.intro), TEXT_LIMIT)
        _limit("form action", self.action, ACTION_LIMIT)
        if not 1 <= len(self.fields) <= FIELDS_LIMIT:
            raise ValueError(f"a form has 1 to {FIELDS_LIMIT} fields, not {len(self.fields)}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person who is waiting gets at once: private notes and perhaps a form; not stored.

    `errors` maps a field's name to what is wrong with it, when a form was sent.
    """

    messages: tuple[Message, ...] = ()
    form: Form | None = None
    errors: tuple[tuple[str, str], ...] = ()


NOTHING = Reply()


# --- where a message goes ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InChannel:
    """At channel level."""

    channel: ChannelId
    kind: Literal["channel"] = "channel"


@dataclass(frozen=True, slots=True)
class InThread:
    """In the thread of a message of ours, named by that message's post key."""

    channel: ChannelId
    of: PostKey
    kind: Literal["thread"] = "thread"


@dataclass(frozen=True, slots=True)
class Direct:
    """In the direct message with one user.

    `near` is a channel they can read, where a platform can speak to them alone if their direct
    messages are closed; `further` are others, in case it cannot do so there.
    """

    user: UserId
    near: ChannelId | None = None
    further: tuple[ChannelId, ...] = ()
    kind: Literal["direct"] = "direct"


Place = InChannel | InThread | Direct


# --- plain text ------------------------------------------------------------------------------


def plain(text: Text) -> str:
    """Return `text` without any markup; moments in ISO form."""
    return "".join(_plain(span) for span in text)


def _plain(span: Span) -> str:
    if isinstance(span, Mention):
        return span.name
    if isinstance(span, Channel):
        return span.channel
    if isinstance(span, Moment):
        return span.at.isoformat(timespec="minutes")
    return span.text


def _texts(block: Block) -> Iterator[Text]:
    if isinstance(block, Paragraph | Note):
        yield block.text
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Heading):
        _limit("heading", block.text, HEADING_LIMIT)


def _limit(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValueError(f"{what} is {len(text)} characters long, at most {limit} fit")
