"""A rehearsal: scripted members live through a whole cohort on a virtual clock.

Everything is real except people and time: the engine, the database, the sweep, the outbox
and its delivery.  The same options give the same bytes, the seconds it took apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from adapters.console import grammar
from adapters.console.entries import Entry
from adapters.console.steps import Change, Press, Remove, Say, Scene, ScriptError, Send, Step, Tap
from adapters.console.transcript import Transcript, head
from adapters.console.world import WORKSPACE
from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app import console, wiring
from app.cast import ORGANISER, Actor, cast, plan_of
from app.turns import VirtualClock
from bot.domain import cadence
from bot.ids import UserId
from bot.ports.work import Work
from content.schema import Guide

CHANNEL = "#prep"
SETUP_AT = time(15, 0)
"""The organiser sets up in the afternoon, three days before the start."""
SETUP_DAYS_BEFORE = 3
INVITATION = "note1"
"""The label of the message with the Join button: the first notice in the channel."""
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What to play.  `silent` is the share of members who never review, 0 to 1."""

    guide: Guide
    members: int
    seed: int
    start: date
    zone: str
    silent: float
    database: str | None = None


class StageTakenError(Exception):
    """The database of a rehearsal holds a cohort already."""

    def __init__(self) -> None:
        super().__init__(
            "--database: there is a cohort in it already. Give every rehearsal a new file."
        )


@dataclass(slots=True)
class _Tally:
    """What became visible, counted."""

    kinds: Counter[str] = field(default_factory=Counter)
    questions: set[str] = field(default_factory=set)
    messages: int = 0


def run(
    options: Options,
    emit: Callable[[str], None],
    *,
    as_json: bool,
    progress: Callable[[int, int], None],
) -> int:
    """Play the cohort, emit line by line what everybody sees, and return the exit code."""
    if options.database:
        return asyncio.run(_run(options, options.database, emit, progress, as_json=as_json))
    with tempfile.TemporaryDirectory(prefix="loopmates-") as folder:
        url = f"sqlite:///{Path(folder) / 'rehearsal.db'}"
        return asyncio.run(_run(options, url, emit, progress, as_json=as_json))


async def _run(
    options: Options,
    url: str,
    emit: Callable[[str], None],
    progress: Callable[[int, int], None],
    *,
    as_json: bool,
) -> int:
    seconds = wiring.stopwatch()
    store = open_store(url, durable=options.database is not None, threaded=False)
    try:
        if await store.run(_in_use):
            raise StageTakenError
        play = _Play(options, store, emit, as_json=as_json)
        await play.perform(progress)
        play.close(await store.run(play.summary), seconds())
    finally:
        store.close()
    return 0


class _Play:
    """One rehearsal under way."""

    def __init__(
        self, options: Options, store: DatabaseStore, emit: Callable[[str], None],
        *, as_json: bool,
    ) -> None:  # fmt: skip
        self._options = options
        self._emit = emit
        self._as_json = as_json
        self._tally = _Tally()
        self._order = count()
        self._plans: list[tuple[datetime, int, Step]] = []
        guide = options.guide
        plan = plan_of(guide, options.start, options.zone)
        people = cast(options.members, options.silent, options.seed)
        self._actors = {p.name: Actor(p, guide, plan, options.seed) for p in people}
        opening = options.start - timedelta(days=SETUP_DAYS_BEFORE)
        self._start = cadence.instant(options.zone, opening, SETUP_AT)
        self._end = cadence.instant(
            options.zone, options.start + timedelta(weeks=guide.weeks), time(0)
        )
        names = tuple((name, name.capitalize()) for name in (ORGANISER, *self._actors))
        self._scene = Scene(
            start=self._start,
            zone=options.zone,
            channels=(CHANNEL,),
            people=names,
            guide=guide.key,
            seed=options.seed,
        )
        together = console.company(
            store, {guide.key: guide}, VirtualClock(self._start), options.zone, options.seed
        )
        self._stage = together.stage
        self._stage.record_to(self._see)
        self._transcript = Transcript(options.zone, self._start)

    async def perform(self, progress: Callable[[int, int], None]) -> None:
        """Play until nobody has anything left to do."""
        self._stage.set_up(self._scene)
        if not self._as_json:
            self._emit("\n".join(self._transcript.given(head(self._scene))))
        await self._open()
        days = (self._end - self._start).days
        while (at := await self._next()) is not None:
            if self._plans and self._plans[0][0] <= at:
                _, _, step = heapq.heappop(self._plans)
                await self._stage.advance(max(at, self._stage.now))
                await self._take(step)
            else:
                await self._stage.advance(at)
            progress(min((at - self._start).days, days - 1), days)
        progress(days, days)

    def summary(self, work: Work) -> dict[str, object]:
        """Count what came of it."""
        answered = reviewed = stuck = 0
        for cohort in work.cohorts.led(WORKSPACE, self._user(ORGANISER)):
            for answer in work.answers.of(cohort.id):
                if answer.status == "withdrawn":
                    continue
                answered += 1
                stuck += answer.status != "done"
                rated = sum(review.status == "rated" for review in work.reviews.of(answer.id))
                reviewed += rated >= ENOUGH
        return {
            "kind": "summary",
            "focus": self._tally.kinds["focus"],
            "questions": self._tally.kinds["question"],
            "distinct_questions": len(self._tally.questions),
            "answers": answered,
            "answers_with_two_reviews": reviewed,
            "stuck": stuck,
            "leaderboards": self._tally.kinds["board"],
            "messages": self._tally.messages,
        }

    def close(self, summary: dict[str, object], seconds: float) -> None:
        """Emit the last line."""
        if self._as_json:
            self._emit(json.dumps({**summary, "seconds": round(seconds, 2)}, ensure_ascii=False))
            return
        answers, reviewed = summary["answers"], summary["answers_with_two_reviews"]
        short = ""
        if answers != reviewed:
            short = (
                "# The authors whom peers left short were offered a guided self-review, and got "
                "a result\n# with the reviews there were.\n"
            )
        self._emit(
            f"\n# {summary['focus']} weekly focus posts, {summary['questions']} questions "
            f"({summary['distinct_questions']} different), {summary['leaderboards']} "
            f"leaderboards.\n# {answers} answers, {reviewed} of them with two peer reviews, "
            f"{summary['stuck']} stuck.\n{short}"
            f"# {summary['messages']} messages from the coach in {seconds:.1f} seconds. "
            "Play it yourself: loopmates run"
        )

    async def _open(self) -> None:
        options = self._options
        words = (
            f"/coach setup {options.guide.key} start={options.start.isoformat()} "
            f"zone={options.zone}"
        )
        await self._stage.step(Say(who=ORGANISER, where=CHANNEL, text=words))
        for actor in self._actors.values():
            self._plan(actor.arrive(self._start, INVITATION))

    async def _take(self, step: Step) -> None:
        """Let somebody do what they planned, unless it cannot be done any more."""
        # A request may have ended in the meantime; a person would see that its button is gone.
        with contextlib.suppress(ScriptError):
            await self._stage.step(step)

    async def _next(self) -> datetime | None:
        due = await self._stage.next_at()
        moments = [at for at in (due, self._plans[0][0] if self._plans else None) if at]
        return min(moments, default=None)

    def _plan(self, planned: Iterator[tuple[datetime, Step]]) -> None:
        for at, step in planned:
            heapq.heappush(self._plans, (at, next(self._order), step))

    def _see(self, entry: Entry) -> None:
        """Take in one thing that became visible: count it, show it, let people plan."""
        if entry.by_coach and entry.kind in ("post", "reply"):
            self._tally.messages += 1
        if entry.kind == "post" and entry.topic == "focus":
            self._tally.kinds["focus"] += 1
        if entry.kind == "post" and entry.topic == "question":
            self._tally.kinds["question"] += 1
            self._tally.questions.add(entry.question or "")
        if entry.topic == "leaderboard" and entry.to == "channel" and entry.kind == "post":
            self._tally.kinds["board"] += 1
        self._show(entry)
        if entry.to[:3] == "dm:":
            watching = [self._actors[entry.place]] if entry.place in self._actors else []
        else:
            watching = list(self._actors.values())
        for actor in watching:
            self._plan(actor.see(entry))

    def _show(self, entry: Entry) -> None:
        if not self._as_json:
            self._emit("\n".join(self._transcript.entry(entry)))
        elif entry.kind not in ("mark", "form", "errors"):
            self._emit(_as_json(entry, self._options.zone))

    def _user(self, name: str) -> UserId:
        return UserId(name)


def _in_use(work: Work) -> bool:
    return bool(work.cohorts.alive() or work.cohorts.led(WORKSPACE, UserId(ORGANISER)))


def _as_json(entry: Entry, zone: str) -> str:
    record = {
        "at": entry.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "local": cadence.local(zone, entry.at).isoformat(timespec="seconds"),
        "to": entry.to,
        "kind": _kind(entry),
        "question": entry.question,
        "member": str(entry.who) if entry.kind == "act" else entry.member,
        "text": _text(entry),
    }
    return json.dumps(record, ensure_ascii=False)


def _kind(entry: Entry) -> str:
    """Return what an entry is called in records."""
    act = entry.act
    if act is None:
        return entry.topic or "notice" if entry.kind == "post" else "notice"
    if isinstance(act, Say) and entry.to.startswith("thread:"):
        return "answer"
    if isinstance(act, Tap | Send) and entry.about in ("review_request", "reassigned"):
        return "review"
    return "practice" if entry.about == "practice" else "notice"


def _text(entry: Entry) -> str:
    match entry.act:
        case Say(text=text) | Change(text=text):
            return text
        case Tap(emoji=emoji, added=added):
            return f"{'+' if added else '-'}{emoji}"
        case Press(button=button):
            return f"[{button}]"
        case Send(fields=fields):
            return "; ".join(f"{name}={value}" for name, value in fields)
        case Remove():
            return "(deleted)"
        case None:
            return "\n".join(entry.lines())
        case act:
            return grammar.write(act)
