"""One transaction over everything stored: a repository for each noun, on one connection."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from adapters.database.erasure import SqlErasure
from adapters.database.letters import SqlLetters
from adapters.database.outbox import SqlOutbox
from adapters.database.relay import SqlRelay
from adapters.database.repositories.agenda import SqlAgenda
from adapters.database.repositories.answers import SqlAnswers
from adapters.database.repositories.calibrations import SqlCalibrations
from adapters.database.repositories.cohorts import SqlCohorts
from adapters.database.repositories.digests import SqlDigests
from adapters.database.repositories.inbox import SqlInbox
from adapters.database.repositories.ledger import SqlLedger
from adapters.database.repositories.members import SqlMembers
from adapters.database.repositories.practices import SqlPractices
from adapters.database.repositories.prompts import SqlPrompts
from adapters.database.repositories.reviews import SqlReviews
from adapters.database.seen import Seen
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


class UnitOfWork:
    """See bot.ports.Work."""

    def __init__(self, connection: Connection, *, again: bool = False) -> None:
        """Begin; `again` if nobody knows whether the same was kept a moment ago."""
        self.inbox: Inbox = SqlInbox(connection)
        cohorts, members = SqlCohorts(connection), SqlMembers(connection)
        prompts = SqlPrompts(connection)
        answers, reviews = SqlAnswers(connection), SqlReviews(connection)
        self.cohorts: Cohorts = cohorts
        self.members: Members = members
        self.prompts: Prompts = prompts
        self.answers: Answers = answers
        self.reviews: Reviews = reviews
        self.practices: Practices = SqlPractices(connection)
        self.calibrations: Calibrations = SqlCalibrations(connection)
        self.digests: Digests = SqlDigests(connection)
        self.ledger: Ledger = SqlLedger(connection)
        self.agenda: Agenda = SqlAgenda(connection)
        self._outbox = SqlOutbox(connection)
        self.outbox: Outbox = self._outbox
        self.relay: Relay = SqlRelay(connection, again=again)
        self._letters = SqlLetters(connection)
        self.letters: Letters = self._letters
        seen: tuple[Seen[Any, Any], ...] = (
            cohorts.seen,
            members.seen,
            prompts.seen,
            answers.seen,
            reviews.seen,
            self._outbox.lanes,
        )
        self._erasure = SqlErasure(connection, seen)
        self.erasure: Erasure = self._erasure

    @property
    def erased(self) -> bool:
        """Whether somebody was forgotten: what was erased must leave the files, too."""
        return self._erasure.used

    @property
    def said(self) -> bool:
        """Whether there is anything new to be said."""
        return self._outbox.used or self._letters.used
