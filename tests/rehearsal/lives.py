"""Two weeks of a cohort in which all that reviews can come to happens, with every payload kept.

Everybody has an id and a name that occur nowhere else, so whoever is told of anywhere is found.
The same members do the same things every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot.domain.pennames import pennames
from bot.domain.reviews import NUMBERS, Review
from bot.ids import UserId
from bot.inbound import Inbound
from bot.messages import Reply
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Outgoing, Post
from tests.content.guides import modelled
from tests.contract.conftest import AnyStore
from tests.services.clubs import OLGA, SCORES, Club, buttons
from tests.services.towns import Town, on

GUIDE = modelled("mini")
DAYS = (7, 8, 9, 10, 11, 14, 15, 16, 17, 18)
"""The posting days of the small guide, in December 2026."""
EMOJI = {number: emoji for emoji, number in NUMBERS.items()}
ASKED = ("today", "me", "progress", "leaderboard", "why", "mydata", "plan", "settings", "review")
FAULTS = ("blank", "off-topic", "confidential")


@dataclass(frozen=True)
class Shown:
    """What one person was shown at once: a reply with its notes, and perhaps a form."""

    who: UserId
    reply: Reply


class Overheard(Town):
    """A town that keeps every payload: what couriers were given, and what was answered at once."""

    def __init__(self, store: AnyStore | None = None) -> None:
        super().__init__(store, guide=GUIDE)
        self.outgoing: list[Outgoing] = []
        self.shown: list[Shown] = []

    def handle(self, event: Inbound) -> Reply:
        reply = super().handle(event)
        self.shown.append(Shown(event.by.id, reply))
        return reply

    def _send(self, claimed: Claimed) -> None:
        self.outgoing.append(claimed.outgoing)
        super()._send(claimed)


class Life(Club):
    """A cohort that is lived through; who is `silent` answers and never reviews."""

    def __init__(self, town: Overheard, count: int, silent: int = 0, seed: int = 1) -> None:
        ids = [f"U0{letter}Q7X{letter}" for letter in "KBZDWFAHVJTLPNYE"[:count]]
        super().__init__(town, " ".join(ids))
        self.overheard = town
        self.silent = frozenset(ids[:silent])
        self.names = {who: _name(who) for who in ids} | {OLGA: "Olgahild Vanterpool"}
        self.veiled = frozenset(ids[1::3])
        """Those who are anonymous on the leaderboard."""
        self.rng = Random(seed)
        self._read = 0

    def pen_name(self, who: str) -> str:
        """Return what an anonymous member is called on the leaderboard."""
        cohort = self.cohort
        members = self.town.call(lambda work: work.members.of(cohort.id))
        return pennames(cohort, members)[UserId(who)]

    def begin(self, how: str = "") -> None:
        """Set up, and let everybody join and set the bar; some hide, one is a mentor."""
        self.command(OLGA, f"setup mini start=2026-12-07 {how}")
        for place, who in enumerate(self.people):
            # People join at moments of their own; their pen names come of these.
            self.town.until(self.town.now + timedelta(microseconds=104_729 * (place + 1)))
            self.command(who, "join")
        for who in self.veiled:
            self.command(who, "leaderboard anonymous")
        self.command(OLGA, f"mentor {self.people[-1]}")
        self.command(self.people[0], "settings my_zone=Asia/Tokyo")

    def live(self, days: int = len(DAYS)) -> None:
        """Live through so many posting days."""
        for number, day in enumerate(DAYS[:days]):
            self.town.until(on(day, "09:05"))
            for who in self.people:
                self._answer(who, number)
            self.town.wait(minutes=12)
            for hours in (2, 3, 1.5):
                self._look_into_messages()
                for who in self.people:
                    self._review(who, number)
                self.town.wait(hours=hours)
            self._ask_about_everything(number)
            self.town.wait(hours=3)

    def _answer(self, who: str, number: int) -> None:
        words, roll = f"What {self.rng.random():.9f} says of question {number}.", self.rng.random()
        if roll < 0.1:
            return
        if roll < 0.3:
            self.press(who, f"answer:{self.prompt.id}")
            self.submit(who, f"answer:{self.prompt.id}", text=words)
            return
        message = self.say(who, words)
        if roll > 0.9:
            self.edit(message, f"{words} And more.")
        elif roll > 0.87:
            self.delete(message)

    def _review(self, who: str, number: int) -> None:
        if who in self.silent:
            return
        for review in self.owed(who):
            if self.rng.random() < 0.3:
                self.press(who, f"why:{review.id}")
                self.press(who, f"review:{review.id}")
            roll = self.rng.random()
            if roll < 0.07:
                self.press(who, f"pass:{review.id}:{self.rng.choice(('busy', 'conflict'))}")
            elif roll < 0.2 or (number == 3 and review.author == self.people[-2]):
                self.press(who, f"return:{review.id}")
                self.submit(who, f"return:{review.id}", because=self.rng.choice(FAULTS))
            elif roll < 0.9:
                self._rate(who, review)

    def _rate(self, who: str, review: Review) -> None:
        score = self.rng.choice((1, 2, 3, 4, 5))
        if self.rng.random() < 0.5:
            self.tap(who, review.post, EMOJI[score])
            self.tap(who, review.post, "💬")
            return
        comment = f"Comment {self.rng.random():.9f}." if self.rng.random() < 0.7 else ""
        answer = self.town.call(lambda work: work.answers.get(self.workspace, review.answer))
        assert answer is not None
        rubric = GUIDE.rubric(answer.question)
        scores = {criterion.key: str(score) for criterion in rubric.criteria}
        flags = rubric.red_flags[0].key if score < 3 and rubric.red_flags else ""
        self.submit(who, f"review:{review.id}", **scores, flags=flags, comment=comment)

    def _look_into_messages(self) -> None:
        """Let authors press what stands below their results, and give a second take or two."""
        new, self._read = self.town.sent[self._read :], len(self.town.sent)
        for sent in new:
            if sent.to is None or sent.topic != "result" or not isinstance(sent.act, Post):
                continue
            for button in buttons(sent.act.message):
                if button.action.startswith("again:") and self.rng.random() < 0.3:
                    self.press(sent.to, button.action)
                    words = f"Another {self.rng.random():.9f} attempt."
                    self.submit(sent.to, button.action, text=words)
                elif not button.action.startswith("again:") and self.rng.random() < 0.6:
                    self.press(sent.to, button.action)

    def _ask_about_everything(self, number: int) -> None:
        for place, who in enumerate(self.people):
            asked = ASKED if (place + number) % 3 == 0 else ("progress", "leaderboard")
            for command in asked:
                self.command(who, command)
            if who not in self.silent and number % 2 == 0:
                self._set_the_bar(who)
        for command in ("today", "leaderboard", "settings", "why", "mydata"):
            self.command(OLGA, command)

    def _set_the_bar(self, who: str) -> None:
        (shown,) = self.command(who, "bar").messages
        for button in buttons(shown):
            if button.action.startswith("model:"):
                self.press(who, button.action)
                score = str(self.rng.randint(1, 5))
                self.submit(who, button.action, **dict.fromkeys(SCORES, score))


def lived(
    count: int, silent: int = 0, how: str = "", store: AnyStore | None = None, days: int = len(DAYS)
) -> Life:
    """Return a cohort that has lived through so many posting days."""
    life = Life(Overheard(store), count, silent)
    life.begin(how)
    life.live(days)
    return life


def _name(who: str) -> str:
    """Return a name of two words, each of them this member's alone."""
    letter = who[2].lower()
    return f"Xqu{letter}zor Vyth{letter}lim"
