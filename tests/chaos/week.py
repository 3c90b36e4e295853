"""What a cohort does in a week: a script of acts, each done when what it reacts to is displayed.

The same seed gives the same acts, with faults and without.  Between two acts everybody waits until
the first one shows, so that what follows does not depend on how long anything took.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.chaos.sides import MEMBERS, ORGANISER, Post
from tests.chaos.world import World

START = datetime(2026, 12, 7, 7, 50, tzinfo=UTC)
"""Monday, ten to nine in Berlin: ten minutes before the first question."""
DAYS = 5
BOARD_AT = datetime(2026, 12, 11, 16, 0, tzinfo=UTC)
END = BOARD_AT + timedelta(hours=20)


class Week:
    """One cohort's week; `seed` decides who does what."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._side = world.side
        self._dice = random.Random(f"week {seed}")
        self._numbers = count(1)

    async def live(self) -> None:
        """Live it."""
        await self._begin()
        for day in range(1, DAYS + 1):
            await self._day(day)
        board = "leaderboard"
        await self._world.until(lambda: self._posted(board), board)
        await self._world.past(END)

    async def _begin(self) -> None:
        side = self._side
        await self._again(side.set_up, side.channel, "the kickoff")
        kickoff = side.channel()[0][0]
        for user in MEMBERS:
            await self._again(
                lambda user=user: side.press(user, kickoff, "join:"),  # type: ignore[misc]
                lambda user=user: _heard(side.whispered(user), "You are in"),  # type: ignore[misc]
                f"{user} joins",
            )

    async def _day(self, day: int) -> None:
        """Answer the question of the day; review, tap, comment, find helpful."""
        if day == DAYS:
            await self._world.until(lambda: self._question(day), f"question {day}")
            return
        await self._world.until(lambda: self._question(day), f"question {day}")
        question = self._question(day)
        assert question is not None
        for author in self._dice.sample(MEMBERS, 2 if day == 1 else 1):
            await self._answer(day, question, author)

    async def _answer(self, day: int, question: Post, author: str) -> None:
        side, world, dice = self._side, self._world, self._dice
        text = f"Answer {next(self._numbers)} of {author}."
        more = gone = ""
        post = second = side.say(author, question, text)
        act = dice.choice(("nothing", "edit", "second part", "delete"))
        if act in {"second part", "delete"}:
            # At once: minutes later it would be another answer, and faults take minutes.
            more = f"More about it, {next(self._numbers)}."
            second = side.say(author, question, more)
        await world.until(
            lambda: side.marked(post) and side.marked(second), f"{author}'s answer counts"
        )
        if act == "edit":
            text = text.replace("Answer", "Edited answer")
            side.edit(author, post, text)
        elif act == "delete":
            side.delete(author, second)
            gone = more
        found: dict[str, Post] = {}

        def all_asked() -> bool:
            found.update(self._requests(author, text, gone))
            return len(found) >= 2

        await world.until(all_asked, f"two are asked to review {text!r}")
        commented = False
        for user in sorted(found):
            # Of one answer only one review has a comment: their order is by ids nobody knows.
            commented = await self._review(user, found[user], silent=commented) or commented
        told = f"{day} {author}"
        await world.until(lambda: self._results(author) > self._known.get(author, 0), told)
        self._known[author] = self._results(author)
        if not commented and dice.random() < 0.7:
            await self._help(author)

    async def _review(self, reviewer: str, request: Post, *, silent: bool) -> bool:
        """Review by form or by taps; tell whether with a comment."""
        side, number = self._side, self._dice.randint(2, 5)
        if self._dice.random() < 0.4 and not silent:
            comment = f"Comment {next(self._numbers)}."

            async def by_form() -> None:
                await side.press(reviewer, request, "review:")
                await side.settled()
                await side.fill(reviewer, number, comment)

            await self._again(by_form, lambda: self._given(reviewer, request), "a form is taken")
            return True
        if self._dice.random() < 0.3:
            side.tap(reviewer, request, 1)
            await self._world.until(lambda: self._given(reviewer, request), "a tap counts")
            side.tap(reviewer, request, 1, on=False)
            await self._world.until(lambda: not self._given(reviewer, request), "a tap is gone")
        side.tap(reviewer, request, number)
        await self._world.until(lambda: self._given(reviewer, request), "a review is taken")
        return False

    async def _help(self, author: str) -> None:
        side = self._side
        result = [post for post, text in side.direct(author) if "What your reviewers saw" in text]
        before = len(side.whispered(author))
        await self._again(
            lambda: side.press(author, result[-1], "helpful:"),
            lambda: _heard(side.whispered(author)[before:], "Noted"),
            "helpful",
        )

    async def _again(
        self, act: Callable[[], Awaitable[None]], shown: Callable[[], object], what: str
    ) -> None:
        """Do something again and again until it shows, as somebody does who gets no answer."""
        for _ in range(20):
            await act()
            await self._world.quiet()
            if shown():
                return
            await self._world.past(self._world.clock() + timedelta(minutes=5))
            if shown():
                return
        await self._world.until(shown, what)

    # --- what is displayed ----------------------------------------------------------------------

    @property
    def _known(self) -> dict[str, int]:
        if not hasattr(self, "_results_known"):
            self._results_known: dict[str, int] = {}
        return self._results_known

    def _posted(self, words: str) -> list[Post]:
        return [post for post, text in self._side.channel() if words in text]

    def _question(self, number: int) -> Post | None:
        found = self._posted(f"Question {number} of")
        return found[0] if found and self._side.answerable(found[0]) else None

    def _requests(self, author: str, text: str, gone: str) -> dict[str, Post]:
        """Return who was asked to review an answer, and where.

        What the author took out must be gone there: a review counts for what was read, so one
        given earlier would rightly keep it.
        """
        return {
            user: post
            for user in MEMBERS
            if user != author
            for post, shown in self._side.direct(user)
            if text in shown and "Could you review" in shown and not (gone and gone in shown)
        }

    def _given(self, reviewer: str, request: Post) -> bool:
        return any(
            post == request and "Your review counts" in text
            for post, text in self._side.direct(reviewer)
        )

    def _results(self, author: str) -> int:
        return sum("What your reviewers saw" in text for _, text in self._side.direct(author))


def _heard(whispers: list[str], words: str) -> bool:
    return any(words in each for each in whispers)


__all__ = ["END", "ORGANISER", "START", "Week"]
