"""The manual: every command with its usage, and other words people use for them.

Help, suggestions and the check that every command is handled are made from these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.errors import UnknownCommand
from bot.words import nearest

Courtesy = Literal["greeting", "thanks", "assent"]


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """One command: how to write it, what it does, and who may use it."""

    name: str
    usage: str
    what: str
    who: Literal["anyone", "member", "organiser"]


COMMANDS: Final = (
    CommandHelp(
        "setup",
        "setup GUIDE start=monday zone=Europe/Berlin time=09:00 days=mon-fri",
        "Start a cohort in this channel. You become its organiser.",
        "anyone",
    ),
    CommandHelp("join", "join [TRACK]", "Join this channel's cohort.", "anyone"),
    CommandHelp("leave", "leave", "Leave the cohort. You can join again at any time.", "member"),
    CommandHelp(
        "away",
        "away until 14 Dec | away 3 days",
        "Take some days off. Nobody asks you for anything, and your streak stays.",
        "member",
    ),
    CommandHelp("back", "back", "Be back earlier than planned.", "member"),
    CommandHelp(
        "mute",
        "mute until 14 Dec | mute off",
        "Get nothing but your results until then. You can answer, and your streak counts.",
        "member",
    ),
    CommandHelp("today", "today", "See today's question and what waits for you.", "member"),
    CommandHelp(
        "review", "review", "Get an answer to review now, if you like to do more.", "member"
    ),
    CommandHelp(
        "bar", "bar", "Set the bar: rate model answers, and see how near you were.", "member"
    ),
    CommandHelp("focus", "focus [WEEK]", "See what this week is about, or another one.", "anyone"),
    CommandHelp("plan", "plan", "See the study plan and the next dates.", "anyone"),
    CommandHelp("timeline", "timeline", "See the interviews, step by step.", "anyone"),
    CommandHelp("guide", "guide", "See what the interview guide holds.", "anyone"),
    CommandHelp(
        "practice",
        "practice [ROUND | QUESTION | weakest | hint | done | stop]",
        "Practise alone with me in a direct message.",
        "member",
    ),
    CommandHelp("progress", "progress", "See how you are doing. Only you see it.", "member"),
    CommandHelp(
        "leaderboard",
        "leaderboard [in | anonymous | out]",
        "See this week's board, and choose whether and how you appear on it.",
        "member",
    ),
    CommandHelp("pause", "pause", "Stop posting until `resume`.", "organiser"),
    CommandHelp(
        "resume", "resume", "Go on after a pause. Nothing of the plan is lost.", "organiser"
    ),
    CommandHelp(
        "skip",
        "skip 24 Dec | skip undo 24 Dec",
        "Post nothing on a day, such as a holiday.",
        "organiser",
    ),
    CommandHelp(
        "shift", "shift 3 days | shift 1 week", "Move everything still to come.", "organiser"
    ),
    CommandHelp(
        "mentor",
        "mentor @NAME | mentor remove @NAME",
        "Name a member who reviews where nobody else is left to ask.",
        "organiser",
    ),
    CommandHelp(
        "settings",
        "settings [time=18:00 days=mon,wed,fri reviewers=2 track=remote …]",
        "See or change settings. Your track and my_zone are yours; the rest is the organisers'.",
        "member",
    ),
    CommandHelp("me", "me", "See all that is yours: answers, reviews, practice.", "anyone"),
    CommandHelp(
        "why", "why", "See why I sent you my last messages, and how to get fewer.", "anyone"
    ),
    CommandHelp("mydata", "mydata", "Get everything that is stored about you.", "anyone"),
    CommandHelp("forgetme", "forgetme", "Erase everything that is stored about you.", "anyone"),
    CommandHelp("help", "help [COMMAND]", "See what I can do.", "anyone"),
)

NAMES: Final = tuple(command.name for command in COMMANDS)

ALIASES: Final = {
    other: name
    for name, others in {
        "setup": "create init new begin install",
        "join": "register enter subscribe signup enrol enroll in",
        "leave": "quit exit unsubscribe stop unjoin bye goodbye cancel withdraw",
        "away": "vacation holiday holidays ooo absent sick busy leave-of-absence",
        "back": "return returned here present",
        "mute": "silence silent unmute snooze dnd quiet notifications",
        "why": "reason reasons because explain spam",
        "today": "question questions answer answers task open pending todo reviews now",
        "review": "pull more another next",
        "bar": "calibrate calibration model models level benchmark strict",
        "mentor": "mentors coach tutor expert",
        "focus": "week topic homework weekly",
        "plan": "schedule calendar agenda dates phases phase weeks syllabus when",
        "timeline": "process steps interview interviews stages",
        "guide": "company rounds round rubric criteria about content book",
        "practice": "mock drill train training exercise solo rehearse quiz card cards",
        "me": "home overview profile my mine dashboard",
        "progress": "stats statistics status streak score mine results result feedback",
        "leaderboard": "board scores standings standing ranking rankings rank top points winners",
        "pause": "halt freeze suspend hold",
        "resume": "continue unpause unfreeze restart",
        "skip": "unskip omit",
        "shift": "postpone delay move push reschedule",
        "settings": "config configure configuration preferences prefs options option set change",
        "mydata": "export download gdpr data dump",
        "forgetme": "delete erase remove forget delete-me erase-me remove-me delete-my-data",
        "help": "start hi hello hey menu commands command usage man manual info faq",
    }.items()
    for other in others.split()
}
"""Other words for commands, suggested but never obeyed; words of one entry are joined by "-"."""


def name_and_rest(text: str) -> tuple[str, str]:
    """Split tidied words into a command's name and what follows it; nothing asks for help.

    A name may be written as two words ("my data").

    Raises:
        UnknownCommand: If they begin with no command's name; it suggests one if it can.
    """
    words = text.split()
    while words and words[0].strip(_EDGES) in _US:
        del words[0]
    while len(words) > 1 and words[-1] in _POLITE:
        del words[-1]
    if not words:
        return ("help", "")
    first = words[0].strip(_EDGES)
    for length, name in ((1, first), (2, "".join(words[:2]))):
        known = _SPELLINGS.get(name, name)
        if known in NAMES:
            return (known, " ".join(words[length:]))
    phrase = "-".join(words)
    meant = ALIASES.get(phrase) or ALIASES.get(first) or nearest(first, NAMES)
    raise UnknownCommand(first, meant)


def courtesy(text: str) -> Courtesy | None:
    """Return what tidied words say if they are nothing but polite; emoji alone are, too."""
    if not text.strip(f"{_EDGES} "):
        return None
    spoken = [bare for word in text.split() if (bare := _bare(word)) and bare not in _US]
    if not spoken:
        return "assent" if any(_bare(word) == "" for word in text.split()) else None
    if len(spoken) > _LONGEST_COURTESY or not set(spoken) <= _COURTEOUS:
        return None
    if "help" in spoken and "for" not in spoken:
        return None
    meant = [kind for kind, core in _COURTESIES.items() if core & set(spoken)]
    return meant[0] if meant else None


def _bare(word: str) -> str:
    """Return a word without anything but letters and digits."""
    return "".join(sign for sign in word if sign.isalnum())


_LONGEST_COURTESY: Final = 6
_SAID: Final[dict[Courtesy, str]] = {
    "thanks": "thanks thank thx ty tysm cheers",
    "greeting": "hello hi hey hiya morning afternoon evening",
    "assent": "ok okay okey k kk great cool nice perfect super awesome excellent lovely wonderful "
    "brilliant good fine understood noted",
}
_FILLERS: Final = (
    "you your so very much a lot many that thats is s re its it for the help got will do there "
    "everybody everyone all again work job best"
)
_COURTESIES: Final[dict[Courtesy, frozenset[str]]] = {
    kind: frozenset(said.split()) for kind, said in _SAID.items()
}
_COURTEOUS: Final = frozenset().union(*_COURTESIES.values(), _FILLERS.split())
_US: Final = ("coach", "loopmates", "")
_EDGES: Final = "/.,:;!?"
_POLITE: Final = ("please", "pls", "thanks")
_SPELLINGS: Final = {"practise": "practice"}
