"""Forgetting a person, in memory."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.members import Member
from bot.domain.pennames import pennames
from bot.domain.reviews import Review
from bot.ids import UserId, WorkspaceId
from bot.messages import Direct, Message, Note, Words
from bot.ports.outgoing import Act, Edit, Mark, Post
from tests.fake_outbox import SETTLED, Row
from tests.fake_tables import Tables


class FakeErasure:
    """See bot.ports.Erasure.  Messages to others lose all their words, not only some."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def forget(self, workspace: WorkspaceId, user: UserId, alias: UserId) -> None:
        tables, them = self._tables, (workspace, user)
        answers = {a.id for a in tables.answers.values() if (a.workspace, a.author) == them}
        words = self._words(workspace, user)
        for answer in answers:
            del tables.answers[answer]
        about: set[str] = {user, *answers} | self._disown_reviews(workspace, user, alias)
        about |= self._drop_practices(workspace, user)
        self._leave(workspace, user)
        self._drop_deferred(workspace, user, alias, words)
        for due in list(tables.agenda):
            if due[0] == workspace and due[2] in about:
                del tables.agenda[due]
        for row in tables.outbox.rows.values():
            if row.outgoing.workspace == workspace:
                _clear(row, user, alias, about, words)

    def _drop_practices(self, workspace: WorkspaceId, user: UserId) -> set[str]:
        tables, them = self._tables, (workspace, user)
        dropped = [p.id for p in tables.practices.values() if (p.workspace, p.user) == them]
        for practice in dropped:
            del tables.practices[practice]
        for card in [key for key in tables.cards if key[:2] == them]:
            del tables.cards[card]
        return set(dropped)

    def _drop_deferred(
        self, workspace: WorkspaceId, user: UserId, alias: UserId, words: set[str]
    ) -> None:
        tables = self._tables
        for key in [k for k, each in tables.calibrations.items() if each.user == user]:
            if tables.calibrations[key].workspace == workspace:
                given = replace(tables.calibrations.pop(key), user=alias)
                tables.calibrations[given.cohort, alias, given.model] = given
        for each in list(tables.deferred.values()):
            if each.workspace != workspace:
                continue
            if each.user == user:
                del tables.deferred[each.id]
            elif any(word in repr(each.message) for word in {*words, user}):
                nothing = Message(each.message.topic, "…", (Note((Words("…"),)),))
                tables.deferred[each.id] = replace(each, message=nothing)

    def _leave(self, workspace: WorkspaceId, user: UserId) -> None:
        tables = self._tables
        for key, member in list(tables.members.items()):
            if (member.workspace, member.user) == (workspace, user):
                del tables.members[key]
        for cohort in tables.cohorts.values():
            if cohort.workspace == workspace:
                left = cohort.organisers - {user}
                tables.cohorts[cohort.id] = replace(cohort, organisers=left)

    def _words(self, workspace: WorkspaceId, user: UserId) -> set[str]:
        them, words = (workspace, user), set[str]()
        for member in self._tables.members.values():
            if (member.workspace, member.user) == them:
                words |= {member.name, self._pen_name(member)}
        for answer in self._tables.answers.values():
            if (answer.workspace, answer.author) == them:
                words |= {part.text for part in answer.heard} | {answer.read or ""}
        for review in self._tables.reviews.values():
            if (review.workspace, review.reviewer) == them and review.sheet is not None:
                words.add(review.sheet.comment)
        for practice in self._tables.practices.values():
            if (practice.workspace, practice.user) == them:
                words |= {text for _, text in practice.said}
        return {word for word in words if word.strip()}

    def _pen_name(self, member: Member) -> str:
        cohort = self._tables.cohorts.get(member.cohort)
        if cohort is None or not member.anonymous:
            return ""
        all_ = [each for each in self._tables.members.values() if each.cohort == member.cohort]
        return pennames(cohort, all_)[member.user]

    def _disown_reviews(self, workspace: WorkspaceId, user: UserId, alias: UserId) -> set[str]:
        received: set[str] = set()
        for review in list(self._tables.reviews.values()):
            if review.workspace != workspace or user not in (review.author, review.reviewer):
                continue
            if review.author == user:
                received.add(review.id)
            if review.reviewer == user and review.rated_at is None:
                del self._tables.reviews[review.id]
            else:
                self._tables.reviews[review.id] = _disowned(review, user, alias)
        return received


def _disowned(review: Review, user: UserId, alias: UserId) -> Review:
    open_ = review.author == user and review.status in ("asked", "lapsed")
    return replace(
        review,
        author=alias if review.author == user else review.author,
        reviewer=alias if review.reviewer == user else review.reviewer,
        sheet=replace(review.sheet, comment="") if review.sheet else None,
        status="withdrawn" if open_ else review.status,
    )


def _clear(row: Row, user: UserId, alias: UserId, about: set[str], words: set[str]) -> None:
    outgoing = row.outgoing
    message = outgoing.act.message if isinstance(outgoing.act, Post | Edit) else None
    direct = outgoing.place == Direct(user)
    theirs = outgoing.subject.partition(":")[2] in about
    if direct:
        row.receipt = None
        row.outgoing = replace(outgoing, place=Direct(alias))
    if direct or theirs or (message is not None and message.member == user):
        row.state = "sent" if row.state == "sent" else "retracted"
    elif message is not None and any(word in repr(message) for word in {*words, user}):
        nothing = Message(message.topic, "…", (Note((Words("…"),)),))
        row.outgoing = replace(outgoing, act=_saying(nothing, outgoing.act))
    assert row.state in SETTLED or not direct


def _saying(message: Message, act: Act) -> Act:
    return act if isinstance(act, Mark) else replace(act, message=message)
