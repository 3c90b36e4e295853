"""What stands after a command's name, read for one command each.

Each function takes the words after one command and returns what they mean; none of them
needs to know who speaks.  What cannot be read is refused with `BadArgument` or another
`CoachError`, never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bot.errors import BadArgument, NoSuchGuide
from bot.manual import ALIASES, name_and_rest
from bot.words import FARTHEST, echo, listed, pick, read_date, read_number, read_span
from content.schema import Guide


@dataclass(frozen=True, slots=True)
class Words:
    """The words after a command's name, tidied, and what they can refer to."""

    rest: str
    today: date
    guides: Mapping[str, Guide]

    def without(self, *fillers: str) -> str:
        """Return the words without little ones at their beginning."""
        words = self.rest.split()
        while words and words[0] in fillers:
            del words[0]
        return " ".join(words)


# --- things of the guides --------------------------------------------------------------------


def find_guide(text: str, words: Words) -> str:
    """Return the key of the guide that `text` names by key, company or title."""
    wanted = text.replace(" ", "-")
    if wanted in words.guides:
        return wanted
    fits = [
        key
        for key, guide in words.guides.items()
        if text in (guide.company.casefold(), guide.title.casefold())
    ]
    if len(fits) > 1:
        problem = f"There is more than one guide for {echo(text)}."
        raise BadArgument(problem, f"Choose from {listed(fits)}.")
    if not fits:
        raise NoSuchGuide(text, tuple(words.guides))
    return fits[0]


def find_track(text: str, words: Words) -> str:
    """Return the key of the location track that `text` names, of any guide."""
    names = {place.key: place.name for guide in words.guides.values() for place in guide.locations}
    return pick(text, list(names.items()), "track")


# --- commands that take a word or two --------------------------------------------------------


def track(words: Words) -> str | None:
    """Return the key of a location track of any guide; `None` without words."""
    wanted = words.without("as", "the", "on", "track")
    return find_track(wanted, words) if wanted else None


def back_on(words: Words) -> date | None:
    """Return the first day back, later than today; `None` without words."""
    if not words.rest:
        return None
    return _until(words, "away", "Say the day you are back", "Back today means not away at all.")


def mute_until(words: Words) -> date | None:
    """Return the first day that is not muted, later than today; `None` ends a mute."""
    if words.rest in ("off", "end", "none", "no", "over", "stop"):
        return None
    return _until(words, "mute", "Say until when", "Until today means not muted at all.")


def _until(words: Words, command: str, ask: str, today_is: str) -> date:
    """Return the day on which something ends that `command` begins, later than today."""
    example = f"{command} until {words.today + timedelta(days=7)}"
    cure = f"{ask}, like `{example}`, or `{command} 3 days`."
    until = words.without("until", "till", "til", "to", "by", "for")
    if not until:
        raise BadArgument("I do not know until when.", cure)
    dated = words.rest.split()[0] in ("until", "till", "til", "to", "by")
    if dated:
        cure = f"{ask}, like `{example}`."
    days = 1 if words.rest == "today" else None if dated else read_span(until)
    if days is not None and not 1 <= days <= FARTHEST.days:
        raise BadArgument(f"I cannot use {echo(until)} as a length.", cure)
    if days is not None:
        return words.today + timedelta(days=days)
    day = read_date(until, words.today, f"{command} until ")
    if day == words.today:
        raise BadArgument(today_is, cure)
    return day


def week(words: Words) -> int | None:
    """Return a plan week, from 1; `None` is the present one."""
    wanted = words.without("week", "for", "on", "this")
    return read_number(wanted, 1, 52, "focus 2") if wanted else None


def practice(words: Words) -> str | None:
    """Return the key of a round or question, or one of the words of `_PRACTICE`."""
    what = words.without("the", "my", "with", "for")
    if what in _PRACTICE:
        return _PRACTICE[what]
    guides = words.guides.values()
    rounds = {round_.key: round_.name for guide in guides for round_ in guide.rounds}
    questions = {question.key: question.key for guide in guides for question in guide.questions}
    return pick(what, list((rounds | questions | rounds).items()), "round or question")


def board(words: Words) -> Literal["show", "in", "out", "anonymous"]:
    """Return whether to show the leaderboard or to appear on it."""
    for opt, said in _BOARD.items():
        if words.rest in said:
            return opt
    cure = "Say `leaderboard`, `leaderboard in`, `leaderboard anonymous` or `leaderboard out`."
    raise BadArgument(f"I cannot use {echo(words.rest)} here.", cure)


def skip(words: Words) -> tuple[date, bool]:
    """Return the day to skip, and whether that is to be undone."""
    said = words.rest.split()
    day = " ".join(word for word in said if word not in ("undo", "on"))
    if not day:
        raise BadArgument(
            "I do not know which day.", f"Name it, like `skip {words.today + timedelta(days=7)}`."
        )
    return (read_date(day, words.today, "skip "), "undo" in said)


def shift(words: Words) -> int:
    """Return by how many days to shift, from 1 to a year."""
    days = read_span(words.without("by", "forward", "everything"))
    if days is not None and 1 <= days <= FARTHEST.days:
        return days
    problem = f"I cannot shift by {echo(words.rest)}." if words.rest else "I do not know how far."
    raise BadArgument(problem, "Say how far forward, like `shift 3 days` or `shift 1 week`.")


def mentor(words: Words) -> tuple[str | None, bool]:
    """Return who is meant, as they were named, and whether it is to end."""
    said = words.without("add", "name", "make")
    verb, _, rest = said.partition(" ")
    if verb not in ("remove", "end", "no"):
        return (said or None, False)
    if not rest:
        raise BadArgument("I do not know who.", "Name them, like `mentor remove @ana`.")
    return (rest, True)


def sure(words: Words, command: str) -> bool:
    """Return whether the member is sure of a command that takes something away."""
    if words.rest not in ("", "yes", "sure", "confirm"):
        cure = f"Say `{command}` to see what would go, or `{command} yes` if you are sure."
        raise BadArgument(f"I cannot use {echo(words.rest)} here.", cure)
    return words.rest != ""


def topic(words: Words) -> str | None:
    """Return the name of the command to explain; `None` for all."""
    wanted = words.without("with", "on", "about", "for", "me", "the", "all", "everything")
    return name_and_rest(ALIASES.get(wanted, wanted))[0] if wanted else None


# --- private -----------------------------------------------------------------------------------

_BOARD: Final[Mapping[Literal["show", "in", "out", "anonymous"], tuple[str, ...]]] = {
    "show": ("", "show"),
    "in": ("in", "opt in", "opt-in", "on"),
    "out": ("out", "opt out", "opt-out", "off"),
    "anonymous": ("anonymous", "anonymously", "anon", "in anonymous", "in anonymously"),
}

_PRACTICE: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("", "start", "next", "due"), None),
    **dict.fromkeys(("weakest", "weak"), "weakest"),
    **dict.fromkeys(("done", "finish", "finished", "ready"), "done"),
    **dict.fromkeys(("stop", "end", "quit", "cancel"), "stop"),
    **dict.fromkeys(("hint", "hints"), "hint"),
}
