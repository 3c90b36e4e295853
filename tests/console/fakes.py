"""A tiny coach and a tiny store: just enough for the console to have something to show.

The coach knows a few commands: `ask` posts a question and reminds everybody in the channel an
hour later, `form` opens a form, `tell NAME` writes to somebody, `fail` is a bug, and anything
else is repeated.
"""

# ruff: noqa: ARG002 - fakes keep whole promises and use little of them
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar, cast

from adapters.console.journal import Journal
from adapters.console.script import parse
from adapters.console.send import ConsoleCourier
from adapters.console.world import WORKSPACE, World
from app.play import perform
from app.stage import Stage
from app.turns import VirtualClock
from bot.ids import ChannelId, CohortId, PostKey, PracticeId, PromptId, UserId, WorkspaceId
from bot.inbound import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    Inbound,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
)
from bot.messages import (
    NOTHING,
    Button,
    Buttons,
    Direct,
    Field,
    Form,
    Heading,
    InChannel,
    Message,
    Paragraph,
    Place,
    Reply,
    Said,
    Topic,
    Words,
)
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Edit, Mark, Outgoing, Post, Receipt
from bot.ports.platforms import SeenMessage, SeenReaction, Watched
from bot.ports.storage import Due, DueKind
from bot.ports.work import Work
from scheduler.delivery import Delivery
from scheduler.switchboard import for_all

T = TypeVar("T")

START = datetime(2026, 12, 7, 16, 55, tzinfo=UTC)
ZONE = "America/Los_Angeles"
HEADER = f"Start: Mon 7 Dec 2026, 08:55 in {ZONE}\nChannel: #prep\nPeople: ana, bo, cy\n\n"


def message(*words: str, topic: Topic = "notice", question: str | None = None) -> Message:
    """Return a message of one paragraph for each of `words`."""
    blocks = tuple(Paragraph((Words(each),)) for each in words)
    return Message(topic, words[0], blocks, question=question)


QUESTION = Message(
    "question",
    "A question",
    (
        Heading("Question 1"),
        Paragraph((Words("Tell me about a disagreement, and how it ended."),)),
        Buttons((Button("Answer in private", "form"), Button("Rubric", "rubric"))),
    ),
    taps=("1️⃣", "2️⃣"),
    question="disagreement",
)
FORM = Form(
    "Your review",
    "form",
    (
        Field("clarity", "Clarity", (("1", "absent"), ("4", "good"))),
        Field("flags", "Red flags", (("a", "Blames, always"), ("b", "Rambles")), several=True),
        Field("comment", "Comment", long=True, required=False),
    ),
)


@dataclass
class FakeWork:
    """Outbox, relay and agenda of one list each; see bot.ports."""

    rows: list[Outgoing] = field(default_factory=list)
    settled: dict[PostKey, Receipt | None] = field(default_factory=dict)
    entries: dict[str, Due] = field(default_factory=dict)
    now: datetime = START

    @property
    def outbox(self) -> FakeWork:
        return self

    relay = agenda = outbox

    def put(self, outgoing: Outgoing) -> None:
        self.rows.append(outgoing)

    def claim(
        self, now: datetime, lease: timedelta, limit: int, platforms: frozenset[str] | None = None
    ) -> tuple[Claimed, ...]:
        del platforms
        for row in self.rows:
            if row.key not in self.settled:
                target = self.settled[row.act.of] if isinstance(row.act, Edit) else None
                return (Claimed(row, 1, 1, False, now, None, target),)
        return ()

    def sent(self, claimed: Claimed, receipt: Receipt | None, now: datetime) -> bool:
        self.settled[claimed.outgoing.key] = receipt
        return True

    def dead(self, claimed: Claimed, error: str, now: datetime) -> bool:
        return self.sent(claimed, None, now)

    def set(self, due: Due) -> None:
        self.entries[due.subject] = due

    def clear(self, workspace: WorkspaceId, kind: DueKind, subject: str) -> None:
        del self.entries[subject]

    def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        return tuple(due for due in self.entries.values() if due.at <= now)[:limit]

    def next_at(self, platforms: frozenset[str] | None = None) -> datetime | None:
        del platforms
        waiting = [row.at for row in self.rows if row.key not in self.settled]
        return min([*waiting, *(due.at for due in self.entries.values())], default=None)


class FakeStore:
    """See bot.ports.Store; counts its transactions."""

    def __init__(self) -> None:
        self.work = FakeWork()
        self.runs = 0

    async def run(self, call: Callable[[Work], T]) -> T:
        self.runs += 1
        return call(cast("Work", self.work))


class FakeCoach:
    """See bot.services.coach.Coach; `heard` is all it was told."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.reread: list[object] = []
        self._keys = 0

    def handle(self, work: Work, event: Inbound, now: datetime) -> Reply:
        self.heard.append(event)
        match event:
            case CommandGiven():
                return self._command(work, event, now)
            case ButtonPressed(action="form"):
                return Reply(form=FORM)
            case ButtonPressed():
                return Reply((message(f"You pressed {event.action}."),))
            case FormSubmitted():
                if event.fields.get("comment") == "bad":
                    return Reply(errors=(("comment", "Say more."),))
                return Reply((message(f"Thanks: {sorted(event.fields.items())}"),))
            case MessageSaid(thread=thread) if thread is not None:
                self._put(
                    work,
                    InChannel(event.channel),
                    Mark(event.channel, event.message, "✅"),
                    now,
                )
            case MessageEdited() | MessageDeleted():
                self._put(work, Direct(event.by.id), Post(message("Noted.")), now)
            case _:
                pass
        return NOTHING

    def decide(self, work: Work, due: Due, now: datetime) -> None:
        work.agenda.clear(due.workspace, due.kind, due.subject)
        place = InChannel(ChannelId(due.subject))
        self._put(work, place, Post(message("One hour left.", topic="reminder")), now)
        self._put(work, place, Edit(PostKey("k1"), message("Closed.", topic="question")), now)

    def undelivered(self, work: Work, outgoing: Outgoing, reason: str, now: datetime) -> None:
        self.reread.append(reason)

    def cohorts(self, work: Work) -> tuple[tuple[WorkspaceId, CohortId], ...]:
        return ((WORKSPACE, CohortId("c")),)

    def watched(
        self, work: Work, workspace: WorkspaceId, cohort: CohortId, now: datetime
    ) -> Watched:
        return Watched(channels=((workspace, cohort, ChannelId("#prep")),))

    def practising(self, work: Work, now: datetime) -> Watched:
        return Watched()

    def closing(self, work: Work, since: datetime, until: datetime) -> Watched:
        return Watched()

    def found(self, work: Work, outgoing: Outgoing, now: datetime) -> Watched:
        return Watched()

    def settle_practice(
        self,
        work: Work,
        workspace: WorkspaceId,
        practice: PracticeId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        self.reread.append(seen)

    def settle_thread(
        self,
        work: Work,
        workspace: WorkspaceId,
        prompt: PromptId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        self.reread.append(seen)

    def settle_reactions(
        self,
        work: Work,
        workspace: WorkspaceId,
        post: PostKey,
        seen: Sequence[SeenReaction],
        now: datetime,
    ) -> None:
        self.reread.append(seen)

    def settle_people(
        self,
        work: Work,
        workspace: WorkspaceId,
        cohort: CohortId,
        present: Sequence[UserId],
        now: datetime,
    ) -> None:
        self.reread.append(tuple(present))

    def tidy(self, work: Work, now: datetime) -> None:
        return None

    def _command(self, work: Work, event: CommandGiven, now: datetime) -> Reply:
        word, _, rest = event.text.partition(" ")
        if word == "fail":
            raise RuntimeError(rest)
        if word == "form":
            return Reply(form=FORM)
        if word == "tell":
            text = Message("notice", "News", (Paragraph((Said(f"News for {rest}"),)),))
            self._put(work, Direct(UserId(rest)), Post(text), now)
        elif word == "ask" and event.channel is not None:
            self._put(work, InChannel(event.channel), Post(QUESTION), now)
            work.agenda.set(Due(WORKSPACE, "cohort", event.channel, now + timedelta(hours=1)))
        else:
            return Reply((message(f"You said {event.text or 'nothing'}."),))
        return NOTHING

    def _put(self, work: Work, place: Place, act: Post | Edit | Mark, now: datetime) -> None:
        self._keys += 1
        work.outbox.put(Outgoing(PostKey(f"k{self._keys}"), WORKSPACE, place, act, now))


@dataclass
class Theatre:
    """A stage, with everything behind it in reach."""

    stage: Stage
    coach: FakeCoach
    store: FakeStore
    world: World
    courier: ConsoleCourier


def theatre(journal: Journal | None = None, people: bool = True) -> Theatre:
    """Return a stage with ana, bo and cy in #prep, or an empty one."""
    world, clock, coach, store = World(journal), VirtualClock(START), FakeCoach(), FakeStore()
    courier = ConsoleCourier(world, clock)
    delivery = Delivery(store, for_all("console", courier), clock, Random(1), coach.undelivered)
    stage = Stage(
        store=store,
        coach=coach,
        world=world,
        delivery=delivery,
        clock=clock,
        zone=ZONE,
        couriers=for_all("console", courier),
    )
    if people:
        stage.set_up(parse(HEADER).scene)
    return Theatre(stage, coach, store, world, courier)


async def played(text: str) -> str:
    """Play `text` behind the usual header and return the transcript without it."""
    transcript = await perform(theatre().stage, parse(HEADER + text))
    assert transcript.startswith(HEADER)
    return transcript.removeprefix(HEADER)
