"""One transaction over everything stored, and what runs it.

`Store.run` commits when its call returns and keeps nothing when it raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.ports.delivery import Outbox, Relay
from bot.ports.letters import Letters
from bot.ports.storage import (
    Agenda,
    Answers,
    Calibrations,
    Cohorts,
    Digests,
    Erasure,
    Inbox,
    Ledger,
    Members,
    Practices,
    Prompts,
    Reviews,
)

T = TypeVar("T")


class Work(Protocol):
    """One transaction over everything stored."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def cohorts(self) -> Cohorts: ...
    @property
    def members(self) -> Members: ...
    @property
    def prompts(self) -> Prompts: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def practices(self) -> Practices: ...
    @property
    def calibrations(self) -> Calibrations: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def agenda(self) -> Agenda: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def relay(self) -> Relay: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def erasure(self) -> Erasure: ...


class Store(Protocol):
    """Runs a call in one transaction of its own, away from the event loop."""

    async def run(self, call: Callable[[Work], T]) -> T:
        """Run `call` and commit; on an exception keep nothing and raise it.

        Transactions take effect as if one after the other: what a call has read stays true
        until it commits.  Where a store finds out too late that it did not, it runs the call
        again, and after a `Conflict` twice at most: the call must not change anything but what
        it is given.
        """
