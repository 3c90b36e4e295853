"""What happens on the console platform, as values that fit one line of JSON each.

The console's whole state is the sum of these, in order (see `adapters.console.world`);
nothing is ever changed in another way, so a journal of them brings everything back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bot.ids import ChannelId, MessageId, PostKey, UserId
from bot.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happening:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(_Happening):
    """A channel exists."""

    channel: ChannelId
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(_Happening):
    """A person has an account, shown as `name`."""

    who: UserId
    name: str
    kind: Literal["arrived"] = "arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(_Happening):
    """A person is in a channel."""

    who: UserId
    channel: ChannelId
    kind: Literal["entered"] = "entered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(_Happening):
    """A person is no longer in a channel."""

    who: UserId
    channel: ChannelId
    kind: Literal["left"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(_Happening):
    """A person takes no direct messages from the coach (`on`), or does again."""

    who: UserId
    on: bool
    kind: Literal["blocked"] = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(_Happening):
    """A person gave a command, pressed a button or sent a form: nothing is displayed of it."""

    who: UserId
    kind: Literal["asked"] = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote(_Happening):
    """A person wrote a message; `thread` is the message in whose thread it stands."""

    message: MessageId
    channel: ChannelId
    thread: MessageId | None
    who: UserId
    text: str
    files: int = 0
    kind: Literal["wrote"] = "wrote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted(_Happening):
    """The coach posted; `key` is kept with the post and shown to nobody."""

    message: MessageId
    channel: ChannelId
    thread: MessageId | None
    content: Message
    key: PostKey
    kind: Literal["posted"] = "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced(_Happening):
    """A post of the coach's now says something else."""

    message: MessageId
    content: Message
    kind: Literal["replaced"] = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(_Happening):
    """A person changed a message of theirs."""

    message: MessageId
    text: str
    kind: Literal["edited"] = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(_Happening):
    """A message is gone."""

    message: MessageId
    kind: Literal["deleted"] = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped(_Happening):
    """Somebody, the coach included, put a reaction on a message, or took it off."""

    message: MessageId
    who: UserId
    emoji: str
    on: bool
    kind: Literal["tapped"] = "tapped"


Happening = (
    Opened
    | Arrived
    | Entered
    | Left
    | Blocked
    | Asked
    | Wrote
    | Posted
    | Replaced
    | Edited
    | Deleted
    | Tapped
)


@cache
def _lines() -> TypeAdapter[Happening]:
    # Made when the first line is: what has no journal, such as a rehearsal, starts quicker.
    return TypeAdapter(Annotated[Happening, Field(discriminator="kind")])


def to_line(happening: Happening) -> bytes:
    """Return one line of JSON, without its end."""
    return _lines().dump_json(happening)


def from_line(line: bytes) -> Happening:
    """Read one line; `ValueError` if it is none of ours."""
    try:
        return _lines().validate_json(line)
    except ValidationError as error:
        # The library's own text would repeat what members wrote.
        raise ValueError(f"{error.error_count()} values are not as expected") from None
