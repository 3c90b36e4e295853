"""Takes a person out of everything.

What they wrote goes.  The scores they gave, to others and to model answers, and those they were
given stay under an alias, so that nobody else's figures change.  Rows of the outbox stay without
their words, because a key is never used again.  Rows are looked at one by one: this is done once
in a person's life here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from adapters.database.outbox import ACT, PLACE, lane_of
from adapters.database.outbox_tables import lanes, outbox
from adapters.database.redaction import Redaction
from adapters.database.repositories.answers import HEARD
from adapters.database.repositories.cohorts import SqlCohorts
from adapters.database.repositories.digests import MESSAGE
from adapters.database.repositories.members import SqlMembers
from adapters.database.repositories.practices import SAID
from adapters.database.repositories.reviews import SqlReviews, review_of
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, several, write, write_all
from adapters.database.tables import (
    agenda,
    answers,
    calibrations,
    cards,
    deferred,
    members,
    practices,
    reviews,
)
from bot.domain.pennames import pennames
from bot.domain.reviews import Review, Sheet
from bot.ids import UserId, WorkspaceId
from bot.messages import Direct
from bot.ports.outgoing import Act, Mark


def _theirs(table: Any, column: str) -> tuple[Any, Any]:
    return table.c.workspace == bindparam("ws"), table.c[column] == bindparam("person")


_NAMES = select(members.c.name, members.c.cohort, members.c.anonymous).where(
    *_theirs(members, "user")
)
_ANSWERS = select(answers.c.id, answers.c.heard, answers.c.read).where(*_theirs(answers, "author"))
_PRACTICES = select(practices.c.id, practices.c.said).where(*_theirs(practices, "user"))
_GIVEN_OR_GOT = reviews.select().where(
    reviews.c.workspace == bindparam("ws"),
    or_(reviews.c.author == bindparam("person"), reviews.c.reviewer == bindparam("person")),
)
_DROP_REVIEW = reviews.delete().where(reviews.c.id == bindparam("this"))
_DROP = (
    answers.delete().where(*_theirs(answers, "author")),
    practices.delete().where(*_theirs(practices, "user")),
    deferred.delete().where(*_theirs(deferred, "user")),
    cards.delete().where(*_theirs(cards, "user")),
    members.delete().where(*_theirs(members, "user")),
)
_DISOWN_MODELS = (
    calibrations.update()
    .where(*_theirs(calibrations, "user"))
    .values({calibrations.c.user: bindparam("new_user")})
)
_DEFERRED = select(deferred.c.id, deferred.c.message).where(deferred.c.workspace == bindparam("ws"))
_REWORD = (
    deferred.update().where(deferred.c.id == bindparam("this")).values(message=bindparam("without"))
)
_FORGET_DUE = agenda.delete().where(
    agenda.c.workspace == bindparam("ws"), agenda.c.subject == bindparam("about")
)
_DIRECT = lanes.c.name == bindparam("lane_name")
_POSTS = (
    outbox.select()
    .add_columns(_DIRECT.label("is_direct"))
    .join(lanes, lanes.c.id == outbox.c.lane)
    .where(
        outbox.c.workspace == bindparam("ws"),
        or_(_DIRECT, outbox.c.act.is_not(None)),
    )
)
_REWRITTEN = ("place", "act", "state", "settled_at", "receipt_channel", "receipt_message")
_REWRITE = (
    outbox.update()
    .where(outbox.c.id == bindparam("this"))
    .values({name: bindparam(name) for name in _REWRITTEN})
)
_RENAME_LANE = (
    lanes.update()
    .where(lanes.c.workspace == bindparam("ws"), _DIRECT)
    .values(name=bindparam("new_name"))
)


class SqlErasure:
    """See bot.ports.Erasure."""

    __slots__ = ("_connection", "_seen", "used")

    def __init__(self, connection: Connection, seen: Sequence[Seen[Any, Any]] = ()) -> None:
        self._connection = connection
        self._seen = seen
        self.used = False

    def forget(self, workspace: WorkspaceId, user: UserId, alias: UserId) -> None:
        """See bot.ports.Erasure."""
        self.used = True
        for values in self._seen:
            values.clear()
        person = {"ws": workspace, "person": user}
        words, subjects = self._words(person)
        subjects |= {f"review:{review}" for review in self._disown_reviews(person, alias)}
        write(self._connection, _DISOWN_MODELS, {**person, "new_user": alias})
        for statement in _DROP:
            write(self._connection, statement, person)
        self._step_down(workspace, user)
        about = {user, *(subject.partition(":")[2] for subject in subjects)}
        due = [{"ws": workspace, "about": one} for one in sorted(about)]
        write_all(self._connection, _FORGET_DUE, due)
        redaction = Redaction(user, alias, words)
        self._clear_posts(person, subjects, redaction, alias)
        self._clear_deferred(person, redaction)

    def _words(self, person: dict[str, str]) -> tuple[set[str], set[str]]:
        """Return the user's names and texts, and the subjects of posts about what they wrote."""
        words = self._names(person) | self._comments(person)
        subjects = set()
        for row in several(self._connection, _ANSWERS, person):
            words |= {part.text for part in HEARD.read(row.heard)} | {row.read or ""}
            subjects |= {f"result:{row.id}", f"self:{row.id}"}
        for row in several(self._connection, _PRACTICES, person):
            words |= {text for _, text in SAID.read(row.said)}
            subjects |= {f"practice:{row.id}", f"rate:{row.id}"}
        return words, subjects

    def _names(self, person: dict[str, str]) -> set[str]:
        """Return what the user is called, on leaderboards too."""
        names = set()
        for row in several(self._connection, _NAMES, person):
            names.add(row.name)
            cohort = SqlCohorts(self._connection).get(WorkspaceId(person["ws"]), row.cohort)
            if row.anonymous and cohort is not None:
                all_ = SqlMembers(self._connection).of(row.cohort)
                names.add(pennames(cohort, all_)[UserId(person["person"])])
        return names

    def _comments(self, person: dict[str, str]) -> set[str]:
        """Return what the user wrote to others, whose results may still wait to be sent."""
        given = map(review_of, several(self._connection, _GIVEN_OR_GOT, person))
        mine = (review.sheet for review in given if review.reviewer == person["person"])
        return {sheet.comment for sheet in mine if sheet is not None}

    def _disown_reviews(self, person: dict[str, str], alias: UserId) -> list[str]:
        """Put the alias into reviews; return which are of the user's own answers."""
        user = person["person"]
        received: list[str] = []
        for review in map(review_of, several(self._connection, _GIVEN_OR_GOT, person)):
            if review.author == user:
                received.append(review.id)
            if review.reviewer == user and review.rated_at is None:
                write(self._connection, _DROP_REVIEW, {"this": review.id})
            else:
                SqlReviews(self._connection).save(_disowned(review, user, alias))
        return received

    def _step_down(self, workspace: WorkspaceId, user: UserId) -> None:
        cohorts = SqlCohorts(self._connection)
        for cohort in cohorts.led(workspace, user):
            cohorts.save(replace(cohort, organisers=cohort.organisers - {user}))

    def _clear_posts(
        self, person: dict[str, str], subjects: set[str], redaction: Redaction, alias: UserId
    ) -> None:
        lane, new_lane = lane_of(Direct(UserId(person["person"]))), lane_of(Direct(alias))
        values = {**person, "lane_name": lane}
        rows = several(self._connection, _POSTS, values)
        cleared = [_cleared(row, person["person"], subjects, redaction, alias) for row in rows]
        write_all(self._connection, _REWRITE, cleared)
        values = {"ws": person["ws"], "lane_name": lane, "new_name": new_lane}
        write(self._connection, _RENAME_LANE, values)

    def _clear_deferred(self, person: dict[str, str], redaction: Redaction) -> None:
        rows = several(self._connection, _DEFERRED, {"ws": person["ws"]})
        without = [
            {"this": row.id, "without": MESSAGE.write(redaction.act(MESSAGE.read(row.message)))}
            for row in rows
        ]
        write_all(self._connection, _REWORD, without)


def _disowned(review: Review, user: str, alias: UserId) -> Review:
    """Return a review without the user and without words.

    A request to review what is gone now is withdrawn.
    """
    is_open = review.author == user and review.status in ("asked", "lapsed")
    return replace(
        review,
        author=alias if review.author == user else review.author,
        reviewer=alias if review.reviewer == user else review.reviewer,
        sheet=_wordless(review.sheet) if review.sheet else None,
        status="withdrawn" if is_open else review.status,
    )


def _wordless(sheet: Sheet) -> Sheet:
    """Return what may stay of a form, by name; a later field is gone unless it is here."""
    return Sheet(scores=sheet.scores, flags=sheet.flags, at=sheet.at)


def _cleared(
    row: AnyRow, user: str, subjects: set[str], redaction: Redaction, alias: UserId
) -> dict[str, Any]:
    """Return what is left of a row; one that is only about the user is never sent any more."""
    act = None if row.act is None else ACT.read(row.act)
    void = row.is_direct or row.subject in subjects or _is_about(act, user)
    changes: dict[str, Any] = {name: getattr(row, name) for name in _REWRITTEN}
    changes["act"] = None if void or act is None else ACT.write(redaction.act(act))
    if void and row.state != "sent":
        changes |= {"state": "retracted", "settled_at": row.settled_at or row.at}
    if row.is_direct:
        changes["place"] = PLACE.write(Direct(alias))
        changes |= {"receipt_channel": None, "receipt_message": None}
    return {"this": row.id, **changes}


def _is_about(act: Act | None, user: str) -> bool:
    return act is not None and not isinstance(act, Mark) and act.message.member == user
