"""Refusals: what the coach will not do, in the sentence the member is shown.

A constructor takes values, builds the sentence and keeps the values as attributes.
Every sentence says what is so and what to do about it, in at most 200 characters.
"""

from __future__ import annotations

from datetime import date

from bot.ids import CohortId


class CoachError(Exception):
    """The coach refuses; `str(error)` is for the member, word for word."""


class NoCohortHere(CoachError):
    """Nobody has set up a cohort in this channel."""

    def __init__(self) -> None:
        super().__init__("There is no cohort in this channel yet. Start one with `setup`.")


class CohortExists(CoachError):
    """The channel has a running cohort already."""

    def __init__(self, guide: str) -> None:
        self.guide = guide
        super().__init__(
            f"A cohort for {_short(guide)} is already running in this channel. "
            "Use another channel, or change this one with `settings`."
        )


class NotAQuestion(CoachError):
    """A message has nothing to do with a question of ours."""

    def __init__(self) -> None:
        super().__init__(
            "I cannot tell which question this message belongs to. Choose one of my questions, "
            "or an answer in its thread."
        )


class NotAnswered(CoachError):
    """There is no first take to compare with."""

    def __init__(self) -> None:
        super().__init__("You have not answered this question yet. Answer it first, in its thread.")


class NotAMember(CoachError):
    """Only members of the cohort may do this; `cohort` is one that can be joined."""

    def __init__(self, cohort: CohortId | None = None) -> None:
        self.cohort = cohort
        super().__init__("You are not in this cohort yet. Say `join` in its channel first.")


class NoCohortYet(CoachError):
    """Somebody belongs to no cohort at all."""

    def __init__(self) -> None:
        super().__init__(
            "You are in no cohort yet. Say `join` in the channel of one, or start one in a channel "
            "with `setup`. To practise alone, say `practice`."
        )


class OrganisersOnly(CoachError):
    """Only an organiser of the cohort may do this."""

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"Only an organiser of this cohort can change that (`{command}`). Ask one of them."
        )


class ChannelOnly(CoachError):
    """The command needs a cohort's channel."""

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(f"`{command}` needs a channel. Say it in the one that it is for.")


class UnknownCommand(CoachError):
    """There is no such command; perhaps another was meant."""

    def __init__(self, word: str, meant: str | None) -> None:
        self.word = word
        self.meant = meant
        cure = f"Did you mean `{meant}`?" if meant else "Say `help` to see what I can do."
        super().__init__(f"I do not know `{word[:40]}`. {cure}")


class BadArgument(CoachError):
    """A word after a command cannot be read."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        self.cure = cure
        super().__init__(f"{problem} {cure}")


class NoSuchGuide(CoachError):
    """There is no guide by that name."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        self.key = key
        super().__init__(
            f"There is no guide called “{_short(key, 40)}”. I have: {_few(known, 120)}."
        )


class DateIsPast(CoachError):
    """The date has passed already."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(f"{day.isoformat()} has passed already. Give a date still to come.")


class NotYours(CoachError):
    """The button or form belongs to somebody else."""

    def __init__(self) -> None:
        super().__init__("This is not yours to use. `today` shows what waits for you.")


class TooLate(CoachError):
    """What the button or form is about has ended."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} Nothing was changed.")


class Conflict(Exception):
    """Another transaction came first: nothing of this one was kept, so it can be tried again."""


def _short(words: str, limit: int = 80) -> str:
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def _few(names: tuple[str, ...], limit: int) -> str:
    """Return as many names as fit, and whether there are more."""
    listed = ", ".join(names) or "none"
    shown = len(names)
    while len(listed) > limit:
        shown -= 1
        listed = ", ".join([*names[:shown], "more"])
    return listed
