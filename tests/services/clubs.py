"""A club: one cohort of a town, with its members as people who say and tap things.

Every act first happens on the platform and then reaches the coach as an event, which is
returned by `Town.log`; so a test can play a day and then let it arrive as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.practice import Practice
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review
from bot.ids import ChannelId, DeliveryKey, MessageId, PostKey, UserId, WorkspaceId
from bot.inbound import (
    Author,
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ReactionsCleared,
    ShortcutUsed,
)
from bot.messages import Button, Buttons, Message, Reply
from bot.ports.outgoing import Post, Receipt
from bot.ports.platforms import SeenMessage, SeenReaction
from tests.services.towns import Sent, Town

Shortcut = Literal["practise", "second-take"]

HERE = WorkspaceId("console:here")
CHANNEL = ChannelId("#prep")
OLGA = "olga"
SCORES = {"clarity": "4", "motivation": "4", "ownership": "4"}


class Club:
    """One cohort; people are named by their ids."""

    def __init__(
        self,
        town: Town,
        people: str = "ana bo cy",
        workspace: str = HERE,
        channel: ChannelId = CHANNEL,
    ) -> None:
        self.town = town
        self.workspace = WorkspaceId(workspace)
        self.channel = channel
        self.platform = town.platform(self.workspace)
        for name in (OLGA, *people.split()):
            self.platform.people[UserId(name)] = None
        self.people = tuple(people.split())
        self.names: dict[str, str] = {}

    def start(self, how: str = "", people: Sequence[str] | None = None) -> Cohort:
        """Set the cohort up for Monday the 7th and let everybody join."""
        self.command(OLGA, f"setup mini start=2026-12-07 {how}")
        for name in self.people if people is None else people:
            self.command(name, "join")
        return self.cohort

    # --- what is stored

    @property
    def cohort(self) -> Cohort:
        found = self.town.call(lambda work: work.cohorts.at(self.workspace, self.channel))
        assert found is not None
        return found

    def prompts(self) -> tuple[Prompt, ...]:
        cohort = self.cohort.id
        return self.town.call(lambda work: work.prompts.of(cohort))

    @property
    def prompt(self) -> Prompt:
        """The question asked last."""
        return self.prompts()[-1]

    def member(self, who: str) -> Member | None:
        cohort = self.cohort.id
        return self.town.call(lambda work: work.members.get(cohort, UserId(who)))

    def the_member(self, who: str) -> Member:
        found = self.member(who)
        assert found is not None
        return found

    def the_practice(self, who: str) -> Practice:
        """Return what somebody is practising."""
        found = self.town.call(lambda w: w.practices.open_of(self.workspace, UserId(who)))
        assert found is not None
        return found

    def answer(self, who: str, prompt: Prompt | None = None) -> Answer:
        found = self.answer_if_any(who, prompt)
        assert found is not None
        return found

    def answer_if_any(self, who: str, prompt: Prompt | None = None) -> Answer | None:
        key = (prompt or self.prompt).id
        return self.town.call(lambda work: work.answers.by(key, UserId(who)))

    def text(self, who: str, prompt: Prompt | None = None) -> str:
        return self.answer(who, prompt).text(self.cohort.rules.pause_between_parts)

    def reviews(self, who: str, prompt: Prompt | None = None) -> dict[str, Review]:
        """Return the reviews of somebody's answer by reviewer."""
        answer = self.answer(who, prompt).id
        found = self.town.call(lambda work: work.reviews.of(answer))
        return {review.reviewer: review for review in found}

    def owed(self, who: str) -> tuple[Review, ...]:
        return self.town.call(lambda work: work.reviews.open_for(self.workspace, UserId(who)))

    def asked(self, who: str, prompt: Prompt | None = None) -> list[str]:
        """Return who is asked to review somebody's answer and has not done so."""
        return [name for name, r in self.reviews(who, prompt).items() if r.status == "asked"]

    def receipt(self, key: PostKey) -> Receipt:
        found = self.town.call(lambda work: work.outbox.receipt(key))
        assert found is not None, "it was not posted"
        return found

    def key_of(self, sent: Sent) -> PostKey:
        """Return the key of a post that arrived."""
        at = sent.receipt
        assert at is not None
        found = self.town.call(lambda w: w.outbox.posted(self.workspace, at.channel, at.message))
        assert found is not None
        return found.key

    # --- what people do

    def say(
        self, who: str, text: str, prompt: Prompt | None = None, at: datetime | None = None
    ) -> MessageId:
        """Write into a question's thread, the last one's by default."""
        root = self.receipt((prompt or self.prompt).post)
        message, said_at = self.town.new_message(), at or self.town.now
        seen = SeenMessage(message, UserId(who), who, False, text, said_at, said_at)
        self.platform.messages[message] = (root, seen)
        self.town.take(
            MessageSaid(
                workspace=self.workspace, by=self._author(who), at=said_at, key=self._key(),
                channel=self.channel, message=message, text=text, thread=root.message,
            )
        )  # fmt: skip
        return message

    def edit(self, message: MessageId, text: str) -> None:
        root, seen = self.platform.messages[message]
        assert root is not None
        seen = replace(seen, text=text, revised_at=self.town.now)
        self.platform.messages[message] = (root, seen)
        self.town.take(
            MessageEdited(
                workspace=self.workspace, by=self._author(seen.user), at=self.town.now,
                key=self._key(), channel=self.channel, message=message, text=text,
                thread=root.message, said_at=seen.said_at,
            )
        )  # fmt: skip

    def delete(self, message: MessageId) -> None:
        """Delete a message; as on Discord, nobody is told who did it."""
        del self.platform.messages[message]
        self.town.take(
            MessageDeleted(
                workspace=self.workspace, by=self._author(""), at=self.town.now, key=self._key(),
                channel=self.channel, message=message,
            )
        )  # fmt: skip

    def tap(
        self, who: str, post: PostKey, emoji: str, *, on: bool = True, bot: bool = False
    ) -> None:
        at = self.receipt(post)
        taps = self.platform.taps.setdefault(at, {})
        one = SeenReaction(UserId(who), emoji)
        if on:
            taps[one] = None
        else:
            taps.pop(one, None)
        self.town.take(
            Reacted(
                workspace=self.workspace, by=Author(UserId(who), who, is_bot=bot),
                at=self.town.now, key=self._key(), channel=at.channel, message=at.message,
                emoji=emoji, added=on,
            )
        )  # fmt: skip

    def clear(self, post: PostKey, emoji: str | None = None) -> None:
        """Take off everybody's taps, as a moderator can, or all with one emoji."""
        at = self.receipt(post)
        there = self.platform.taps.get(at, {})
        self.platform.taps[at] = {
            one: None for one in there if emoji is not None and one.emoji != emoji
        }
        self.town.take(
            ReactionsCleared(
                workspace=self.workspace, by=Author(UserId(""), ""), at=self.town.now,
                key=self._key(), channel=at.channel, message=at.message, emoji=emoji,
            )
        )  # fmt: skip

    def rate(self, author: str, reviewer: str, emoji: str, *, on: bool = True) -> None:
        """Tap a request to review somebody's answer to the last question, as its reviewer."""
        self.tap(reviewer, self.reviews(author)[reviewer].post, emoji, on=on)

    def command(self, who: str, text: str, *, direct: bool = False) -> Reply:
        return self.town.take(
            CommandGiven(
                workspace=self.workspace, by=self._author(who), at=self.town.now, key=self._key(),
                channel=None if direct else self.channel, text=text,
            )
        )  # fmt: skip

    def write(self, who: str, text: str, message: MessageId | None = None) -> Reply:
        """Write to the coach alone; `message` is one of before, said anew."""
        channel, at = ChannelId(f"@{who}"), self.town.now
        message = message or self.town.new_message()
        seen = SeenMessage(message, UserId(who), who, False, text, at, at)
        self.platform.directs.setdefault(channel, {})[message] = seen
        return self.town.take(
            MessageSaid(
                workspace=self.workspace, by=self._author(who), at=self.town.now, key=self._key(),
                channel=channel, message=message, text=text, direct=True,
            )
        )  # fmt: skip

    def press(self, who: str, action: str) -> Reply:
        return self.town.take(
            ButtonPressed(
                workspace=self.workspace, by=self._author(who), at=self.town.now, key=self._key(),
                channel=self.channel, action=action,
            )
        )  # fmt: skip

    def submit(self, who: str, action: str, **fields: str) -> Reply:
        return self.town.take(
            FormSubmitted(
                workspace=self.workspace, by=self._author(who), at=self.town.now, key=self._key(),
                channel=self.channel, action=action, fields=fields,
            )
        )  # fmt: skip

    def use(self, who: str, name: Shortcut, at: Receipt, thread: MessageId | None = None) -> Reply:
        """Use a shortcut on a message, ours or anybody's."""
        return self.town.take(
            ShortcutUsed(
                workspace=self.workspace, by=self._author(who), at=self.town.now, key=self._key(),
                channel=at.channel, message=at.message, thread=thread, name=name,
                direct=at.channel.startswith("@"),
            )
        )  # fmt: skip

    def use_on_question(self, who: str, name: Shortcut) -> Reply:
        return self.use(who, name, self.receipt(self.prompt.post))

    def enter(self, who: str) -> None:
        self.platform.people[UserId(who)] = None
        self._move(who, present=True)

    def exit(self, who: str) -> None:
        self.platform.people.pop(UserId(who), None)
        self._move(who, present=False)

    def _move(self, who: str, *, present: bool) -> None:
        self.town.take(
            MembershipChanged(
                workspace=self.workspace, by=self._author(who), at=self.town.now, key=self._key(),
                channel=self.channel, present=present,
            )
        )  # fmt: skip

    def _author(self, who: str) -> Author:
        return Author(UserId(who), self.names.get(who, who))

    def _key(self) -> DeliveryKey:
        return DeliveryKey(f"event {len(self.town.log)}")

    # --- small conveniences

    def told(self, who: str, topic: str | None = None) -> list[str]:
        """Return the summaries of what one person was sent, oldest first."""
        sent = self.town.told(UserId(who))
        return [
            each.act.message.summary
            for each in sent
            if isinstance(each.act, Post)
            and topic in (None, each.topic)
            and each.workspace == self.workspace
        ]

    def reviewed(self, author: str = "ana", emoji: str = "4️⃣") -> None:
        """Let everybody who is asked to review somebody's answer tap a number, and time pass."""
        for reviewer in self.asked(author):
            self.rate(author, reviewer, emoji)
        self.town.wait(minutes=6)

    def answered(self, who: str = "ana", text: str = "My answer.") -> MessageId:
        """Let somebody answer the last question, and time pass until reviewers are asked."""
        message = self.say(who, text)
        self.town.wait(minutes=11)
        return message


def a_club(people: str = "ana bo cy", how: str = "", town: Town | None = None) -> Club:
    """Return a club on its first Monday at 09:05, with the first question asked."""
    club = Club(town or Town(), people)
    club.start(how)
    club.town.wait(minutes=65)
    return club


def buttons(message: Message) -> list[Button]:
    rows = (block.buttons for block in message.blocks if isinstance(block, Buttons))
    return [button for row in rows for button in row]
