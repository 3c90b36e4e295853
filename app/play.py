"""Playing by hand, and playing from a file: the two ways people take the stage.

By hand every line is one step of the script language, or something short that stands for one;
whatever cannot be done is answered with what can.  The clock moves only when told to.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import TextIO

from adapters.console import grammar
from adapters.console.entries import Entry
from adapters.console.moments import shown
from adapters.console.render import WIDTH, harmless, render
from adapters.console.script import Script, read_line, read_passing
from adapters.console.steps import Say, Scene, ScriptError, Step, Until, Wait
from adapters.console.transcript import Transcript, entry_lines
from adapters.console.welcome import GREETING, HELP
from adapters.console.world import COACH, Shown, partner
from app import faults
from app.lines_in import Lines
from app.stage import Stage
from bot.ids import UserId
from scheduler.faults import without_words

log = logging.getLogger(__name__)

_NARROWEST = 40
_CHANNELS, _PEOPLE = ("#prep",), ("ana", "bo", "cy")
_VERBS = {"in", "to", "on", "with", "sends", "press", "presses", "enters", "leaves"}
_VERBS |= {"blocks", "unblocks"}
_BOLD, _DIM, _CYAN, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[31m", "\x1b[0m"


async def perform(stage: Stage, script: Script) -> str:
    """Play a script on a stage that is set up for it, and return the whole transcript.

    What the author wrote comes back as it was; what the coach says stands where it said it.
    """
    transcript = Transcript(stage.zone, stage.now)
    lines = transcript.given(script.head)

    def record(entry: Entry) -> None:
        if entry.by_coach:
            lines.extend(transcript.entry(entry))

    stage.record_to(record)
    for item in script.items:
        if isinstance(item.step, Wait | Until):
            until = stage.moment(item.step)
            lines.extend(transcript.passing(item.before, item.lines, until))
        else:
            lines.extend(transcript.acting(item.before, item.lines, stage.now))
        await stage.step(item.step)
    lines.extend(transcript.given(script.tail))
    return "\n".join(lines).rstrip("\n") + "\n"


async def play(
    stage: Stage,
    source: TextIO,
    output: TextIO,
    *,
    colours: bool,
    columns: Callable[[], int] = lambda: WIDTH,
) -> int:
    """Let somebody play by hand until the input ends, and return the exit code.

    An empty world gets a channel and three people first; `colours` is for terminals, and `columns`
    tells how wide these are.
    """
    if not stage.world.people:
        names = tuple((name, name) for name in _PEOPLE)
        stage.set_up(Scene(stage.now, stage.zone, _CHANNELS, names))
    await _Player(stage, source, output, colours, columns).run()
    return 0


class _Quit(Exception):
    """The player wants to stop."""


class _Player:
    """One person at the console.  `who` speaks, `where` is as in a script."""

    def __init__(
        self,
        stage: Stage,
        source: TextIO,
        output: TextIO,
        colours: bool,
        columns: Callable[[], int],
    ) -> None:
        self._stage = stage
        self._columns = columns
        self._source = source
        self._lines = Lines(source)
        self._output = output
        self._colours = colours
        self._who = next(iter(stage.world.people), UserId("ana"))
        self._where = next(iter(stage.world.channels), "coach")
        self._transcript = Transcript(stage.zone, stage.now)
        self._words: dict[str, Callable[[], None]] = {
            "help": lambda: self._print(HELP),
            "people": self._people,
            "show": self._latest,
            "quit": self._quit,
            "exit": self._quit,
        }

    async def run(self) -> None:
        """Take lines until there are no more."""
        self._stage.record_to(self._record)
        self._print(GREETING)
        # After a restart, this is where everybody left off.
        self._latest()
        await self._stage.settle()
        try:
            while (line := await self._read()) is not None:
                await self._take(line)
        except _Quit:
            return
        self._print("")

    async def _read(self) -> str | None:
        """Return the next line, with those it goes on in; `None` at the end of the input."""
        parts: list[str] = []
        prompt = self._prompt()
        while True:
            self._output.write(self._coloured(prompt, _DIM))
            self._output.flush()
            line = await self._lines.next()
            if not line:
                return "\n".join(parts) if parts else None
            text = line.rstrip("\r\n")
            if not self._source.isatty():
                # Nobody typed it on the screen, so it has to be shown to be seen.
                self._print(harmless(text))
            parts.append(text.removesuffix("\\"))
            if not text.endswith("\\"):
                return "\n".join(parts)
            prompt = "… "

    def _prompt(self) -> str:
        where = f"to {self._where}" if self._where == "coach" else f"in {self._where}"
        zone = " UTC" if self._stage.zone == "UTC" else ""
        return f"{shown(self._stage.now, self._stage.zone)}{zone} · {self._who} {where}> "

    async def _take(self, line: str) -> None:
        try:
            await self._do(line.strip())
        except ScriptError as error:
            self._print(self._coloured(f"{error.problem} {error.cure}", _RED))
        except _Quit:
            raise
        except Exception as error:
            known = faults.lines(error)
            if known is None:
                log.exception("step failed", exc_info=without_words(error))
                known = ("That is a fault of the coach's; it is in the log.",)
            for told in known:
                self._print(self._coloured(told, _RED))

    async def _do(self, line: str) -> None:
        if not line or line in self._words:
            self._words.get(line, lambda: None)()
        elif line == "next":
            await self._next()
        elif not self._look(line):
            step = self._step(line)
            if step is not None:
                await self._stage.step(step)

    def _look(self, line: str) -> bool:
        """Do what changes only the view; tell whether that was meant."""
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if not rest or " " in rest:
            return False
        if word == "show":
            self._show(rest)
        elif word == "as":
            self._become(rest)
        elif word in ("in", "to") and self._is_place(rest):
            self._where = rest
        else:
            return False
        return True

    def _step(self, line: str) -> Step | None:
        word, _, rest = line.partition(" ")
        if word == "say" and rest.strip():
            return self._say(rest)
        if word == "wait":
            return self._passing(rest, line)
        if word == "until":
            return self._passing(line, line)
        if line.startswith(("---", "[", "coach ", "#")) or self._is_script(line):
            return read_line(line)
        if line.startswith("/") and word != "/coach":
            raise ScriptError(0, f"{word} is not for the coach.", f"Write `/coach {line[1:]}`.")
        return self._say(line)

    def _say(self, text: str) -> Step:
        return Say(who=self._who, where=self._where, text=grammar.tidy(text))

    def _passing(self, words: str, line: str) -> Step:
        try:
            return read_passing(words)
        except ScriptError as error:
            raise ScriptError(
                0,
                error.problem,
                f"Write `wait 20 minutes` or `until 17:00`; to say it, `say {line[:40]}`.",
            ) from error

    def _is_script(self, line: str) -> bool:
        """Tell whether a line is meant as a step: it begins with a person and a verb."""
        match = re.match(rf"({grammar.NAME})(:|\s+(\w+))", line)
        if match is None or match[1] == "coach":
            return False
        known = UserId(match[1]) in self._stage.world.people
        if known:
            return match[2] == ":" or match[3] in _VERBS
        entering = re.fullmatch(rf"{grammar.NAME} enters {grammar.CHANNEL}", line)
        return entering is not None or self._names_nobody(line)

    def _names_nobody(self, line: str) -> bool:
        """Tell whether a line would be a step, were there such a person."""
        match = re.match(rf"{grammar.NAME} (?:in|on) (#?[\w.'’-]+):", line)
        return match is not None and self._is_place(match[1])

    def _is_place(self, name: str) -> bool:
        world = self._stage.world
        return name == "coach" or name in world.channels or world.find(name) is not None

    def _become(self, name: str) -> None:
        if UserId(name) not in self._stage.world.people:
            known = ", ".join(self._stage.world.people)
            raise ScriptError(
                0, f"There is no {name}.", f"There are: {known}. Or write `{name} enters #prep`."
            )
        self._who = UserId(name)
        root = self._stage.world.find(self._where)
        if root is not None and not self._stage.world.sees(self._who, root):
            self._where = next(iter(self._stage.world.channels), "coach")

    async def _next(self) -> None:
        at = await self._stage.next_at()
        if at is None:
            self._print("The coach has nothing to do. Time passes with `wait 1 day`.")
            return
        await self._stage.advance(at)

    def _people(self) -> None:
        world = self._stage.world
        for who, name in world.people.items():
            places = [channel for channel, present in world.channels.items() if who in present]
            full = "" if name == who else f" ({harmless(name)})"
            self._print(f"{who}{full}: {', '.join(places) or 'in no channel'}")

    def _latest(self) -> None:
        for message in list(self._stage.world.displayed())[-10:]:
            where = "direct, " if partner(message.channel) else ""
            words = message.content.summary if message.content else message.text
            by = "coach" if message.by == COACH else message.by
            first = harmless(words).split("\n")[0]
            title = f"{message.label} ({where}{by}): "
            self._print(title + first[: min(80, self._room() - len(title))])

    def _show(self, label: str) -> None:
        root = self._stage.world.find(label)
        if root is None:
            known = ", ".join(self._stage.world.labels()[-12:]) or "none yet"
            raise ScriptError(0, f"There is no message {label}.", f"The latest are: {known}.")
        self._print_message(root, "")
        for message in self._stage.world.thread(root.message):
            self._print_message(message, grammar.INDENT)

    def _print_message(self, message: Shown, margin: str) -> None:
        when = shown(message.said_at, self._stage.zone)
        self._print(self._coloured(f"{margin}{message.label} · {message.by} · {when}", _BOLD))
        shows = message.content
        lines = render(shows, self._room()) if shows else harmless(message.text).split("\n")
        for line in lines:
            self._print(margin + grammar.INDENT + line)
        if message.taps:
            taps = ", ".join(f"{emoji} {who}" for who, emoji in message.taps)
            self._print(f"{margin}{grammar.INDENT}{taps}")

    def _room(self) -> int:
        """Return how wide what the coach says may be: as the terminal is now, but readable."""
        return max(_NARROWEST, min(WIDTH, self._columns())) - len(grammar.INDENT)

    def _quit(self) -> None:
        raise _Quit

    def _record(self, entry: Entry) -> None:
        if not entry.by_coach:
            return
        stamp = self._transcript.stamp(entry.at)
        title, *body = entry_lines(entry, self._room())
        for line in stamp:
            self._print(self._coloured(line, _DIM))
        self._print("\n".join([self._coloured(title, _CYAN), *body]))

    def _coloured(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self._colours and text else text

    def _print(self, text: str) -> None:
        self._output.write(text if text.endswith("\n") else f"{text}\n")
