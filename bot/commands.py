"""What members can tell the coach to do: words in, values out.

A command is read without knowing who said it or where; who may use it is written in
`COMMANDS`, which help is made from, and judged by the service.  Whatever the words, the
outcome is a `Command` or a `CoachError` whose sentence names problem and cure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final, Literal

from bot import arguments, manual, options
from bot.arguments import Words
from bot.errors import BadArgument, CoachError, UnknownCommand
from bot.manual import COMMANDS, CommandHelp, Courtesy, name_and_rest
from bot.options import OWN_SETTINGS, Changes
from bot.words import LONGEST, echo, tidy
from content.schema import Guide

__all__ = ["COMMANDS", "OWN_SETTINGS", "Changes", "Command", "CommandHelp", "Courtesy", "parse"]

# --- the commands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setup:
    """Start a cohort in this channel; `None` asks for the default.  `guide` is a guide's key."""

    guide: str | None = None
    start: date | None = None
    zone: str | None = None
    time: time | None = None
    days: frozenset[int] | None = None
    reviewers: int | None = None
    hide_authors: bool | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Join the cohort; `track` is the key of a location track."""

    track: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the cohort, once the member is `sure`."""

    sure: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """Be away from today; `back_on`, later than today, is the first day back, `None` asks."""

    back_on: date | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Be here again."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Get an answer to review now."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Rate the next model answer."""


@dataclass(frozen=True, slots=True)
class Mentor:
    """Name `who` a mentor, or not any more (`remove`); `None` shows who they are."""

    who: str | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Mute:
    """Send nothing unasked but results before `until`, later than today; `None` ends that."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Explain the last private messages."""


@dataclass(frozen=True, slots=True)
class Today:
    """Show today's question and what is open."""


@dataclass(frozen=True, slots=True)
class Focus:
    """Show what a week is about; `None` is the present one."""

    week: int | None = None


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """Show the study plan and the next dates."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Show the steps of the interview process."""


@dataclass(frozen=True, slots=True)
class ShowGuide:
    """Show what the guide holds."""


@dataclass(frozen=True, slots=True)
class Practise:
    """Practise alone.

    `what` is the key of a round or a question of some guide, or "weakest", or one of "done",
    "stop" and "hint", which concern the practice under way; `None` is whatever is due.
    """

    what: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Show the member's own standing."""


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Show the leaderboard, or appear on it, by name or not, or not at all."""

    opt: Literal["show", "in", "out", "anonymous"] = "show"


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop posting until resumed."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Post again."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Post nothing on `day`, or something after all."""

    day: date
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """Move everything to come by `days`, at least 1."""

    days: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Change settings, or show them when there are no changes."""

    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True)
class Me:
    """Show everything that concerns the person, in all cohorts."""


@dataclass(frozen=True, slots=True)
class MyData:
    """Send everything that is stored about the member."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Erase everything about the member, once they are `sure`."""

    sure: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """Explain all commands, or one: `topic` is its name."""

    topic: str | None = None


Command = (
    Setup
    | Join
    | Leave
    | Away
    | Back
    | Mute
    | Pull
    | Bar
    | Mentor
    | Why
    | Today
    | Focus
    | ShowPlan
    | Timeline
    | ShowGuide
    | Practise
    | Progress
    | Leaderboard
    | Pause
    | Resume
    | Skip
    | Shift
    | Settings
    | Me
    | MyData
    | ForgetMe
    | Help
)

# --- from words to a command ---------------------------------------------------------------


def parse(text: str, *, today: date, guides: Mapping[str, Guide]) -> Command:
    """Return the command that `text` says; no words at all ask for help.

    Args:
        text: What stands after the coach's name, in any case, spacing, quotes or width.
        today: The date from which "3 days" and "friday" count.
        guides: The guides there are, by key.

    Raises:
        CoachError: If it is no command, or something after it cannot be read.
    """
    name, rest = name_and_rest(tidy(text))
    if len(text) > LONGEST:
        raise BadArgument("That is too long for a command.", f"Try `{name}` with fewer words.")
    if name in _BARE:
        if rest:
            raise BadArgument(f"I cannot use {echo(rest)} here.", f"Say just `{name}`.")
        return _BARE[name]()
    return _READERS[name](Words(rest, today, guides))


LONGEST_COMMAND: Final = 3
"""Words of the longest command that is likely in private: “practice system design”."""


def courtesy(words: str) -> Courtesy | None:
    """Return what somebody means who is only polite; `None` for everything else."""
    return manual.courtesy(tidy(words)) if len(words) <= LONGEST else None


def reads_as_command(words: str, guides: Mapping[str, Guide]) -> bool:
    """Tell whether somebody practising means a command rather than an answer.

    Answers may begin with a command's word ("Leave me ..."), so only a short line that reads
    as one counts.
    """
    if len(words.split()) > LONGEST_COMMAND:
        return False
    try:
        parse(words, today=date(2000, 1, 3), guides=guides)
    except UnknownCommand:
        return False
    except CoachError:
        return True
    return True


_BARE: Final[Mapping[str, Callable[[], Command]]] = {
    "back": Back,
    "today": Today,
    "plan": ShowPlan,
    "timeline": Timeline,
    "guide": ShowGuide,
    "progress": Progress,
    "pause": Pause,
    "resume": Resume,
    "me": Me,
    "why": Why,
    "review": Pull,
    "bar": Bar,
    "mydata": MyData,
}
"""The commands that take nothing, by name."""

_READERS: Final[Mapping[str, Callable[[Words], Command]]] = {
    "setup": lambda words: Setup(**options.setup(words)),
    "join": lambda words: Join(arguments.track(words)),
    "away": lambda words: Away(arguments.back_on(words)),
    "mentor": lambda words: Mentor(*arguments.mentor(words)),
    "mute": lambda words: Mute(arguments.mute_until(words)),
    "focus": lambda words: Focus(arguments.week(words)),
    "practice": lambda words: Practise(arguments.practice(words)),
    "leaderboard": lambda words: Leaderboard(arguments.board(words)),
    "skip": lambda words: Skip(*arguments.skip(words)),
    "shift": lambda words: Shift(arguments.shift(words)),
    "settings": lambda words: Settings(options.changes(words)),
    "forgetme": lambda words: ForgetMe(arguments.sure(words, "forgetme")),
    "leave": lambda words: Leave(arguments.sure(words, "leave")),
    "help": lambda words: Help(arguments.topic(words)),
}
"""The other commands, each with how to read what stands after its name."""
