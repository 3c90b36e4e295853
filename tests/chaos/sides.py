"""A platform, as far as a week needs it: the same words for Slack and for Discord."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.turns import VirtualClock

if TYPE_CHECKING:
    from tests.chaos.coaches import Process

ORGANISER = "U9"
MEMBERS = ("U1", "U2", "U3", "U4")
PEOPLE = {"U1": "Ana Ito", "U2": "Bo Ek", "U3": "Cy Ode", "U4": "Di Roe", "U9": "Olga Oak"}


@dataclass(frozen=True, slots=True)
class Post:
    """Where a message stands."""

    place: str
    id: str


class Side(ABC):
    """One platform with one workspace."""

    name: str
    clock: VirtualClock

    async def wait(self, seconds: float) -> None:
        """Let time pass, as a client that waits does."""
        self.clock.move(self.clock() + timedelta(seconds=seconds))

    # --- the coach ------------------------------------------------------------------------------

    @abstractmethod
    async def connect(self, process: Process, stack: AsyncExitStack) -> None:
        """Let a coach speak and hear here until the stack is left."""

    @abstractmethod
    async def settled(self) -> None:
        """Wait until what people did has arrived, or is lost."""

    @abstractmethod
    async def broken(self, kind: str) -> None:
        """Break the line on which is told what happens."""

    @abstractmethod
    async def mended(self) -> None:
        """Let lines work again."""

    # --- people ---------------------------------------------------------------------------------

    @abstractmethod
    async def set_up(self) -> None:
        """Let the organiser set the cohort up."""

    def answerable(self, question: Post) -> bool:
        """Tell whether a question can be answered already."""
        del question
        return True

    @abstractmethod
    def say(self, user: str, question: Post, text: str) -> Post:
        """Write into a question's thread."""

    @abstractmethod
    def edit(self, user: str, post: Post, text: str) -> None:
        """Change a message."""

    @abstractmethod
    def delete(self, user: str, post: Post) -> None:
        """Delete a message."""

    @abstractmethod
    def tap(self, user: str, post: Post, number: int, *, on: bool = True) -> None:
        """Tap a number."""

    @abstractmethod
    async def press(self, user: str, post: Post, prefix: str) -> None:
        """Press the button whose action begins so."""

    @abstractmethod
    async def fill(self, user: str, number: int, comment: str) -> None:
        """Send the review's form, if it is open."""

    # --- what is displayed ----------------------------------------------------------------------

    @abstractmethod
    def channel(self) -> list[tuple[Post, str]]:
        """Return what the coach has posted in the channel."""

    @abstractmethod
    def direct(self, user: str) -> list[tuple[Post, str]]:
        """Return what the coach has told somebody in private."""

    @abstractmethod
    def whispered(self, user: str) -> list[str]:
        """Return what was shown to somebody alone, and is gone by now."""

    @abstractmethod
    def marked(self, post: Post) -> bool:
        """Tell whether the coach shows that a message counts."""

    @abstractmethod
    def dump(self) -> dict[str, Any]:
        """Return all that is displayed, as JSON."""
