"""A town of cohorts around the real engine: a platform in memory, a clock that is told.

Unlike the console's stage it lets a test say things no honest platform would: forged ids,
events that come late, twice or in the wrong order, people nobody can write to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.inbound import Inbound
from bot.messages import NOTHING, Direct, Place, Reply, Topic
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Act, Edit, Mark, Post, Receipt
from bot.ports.platforms import SeenMessage, SeenReaction, Watched
from bot.ports.work import Work
from bot.services.coach import Coach
from content import loader
from content.schema import Guide
from tests.contract.conftest import AnyStore
from tests.fakes import MemoryStore

T = TypeVar("T")

ZONE = "Europe/Berlin"
GUIDE = loader.load(Path(__file__).parents[1] / "content" / "mini.toml")
_LEASE = timedelta(minutes=1)
_TURNS = 500


def on(day: int, at: str = "09:00", zone: str = ZONE) -> datetime:
    """Return a moment of December 2026 by the clock of a zone; the 7th is a Monday."""
    local = datetime.combine(date(2026, 12, day), time.fromisoformat(at), ZoneInfo(zone))
    return local.astimezone(UTC)


@dataclass(frozen=True)
class Sent:
    """Something the coach did on the platform."""

    at: datetime
    workspace: WorkspaceId
    place: Place
    act: Act
    receipt: Receipt | None
    subject: str = ""

    @property
    def topic(self) -> Topic | None:
        return None if isinstance(self.act, Mark) else self.act.message.topic

    @property
    def summary(self) -> str:
        """Its meaning in one sentence; nothing for a mark."""
        return "" if isinstance(self.act, Mark) else self.act.message.summary

    @property
    def to(self) -> UserId | None:
        return self.place.user if isinstance(self.place, Direct) else None

    @property
    def words(self) -> str:
        """Everything it says, for questions of who is named in it, never of wording."""
        return repr(self.act)


@dataclass
class Platform:
    """One workspace as its platform shows it."""

    messages: dict[MessageId, tuple[Receipt | None, SeenMessage]] = field(default_factory=dict)
    directs: dict[ChannelId, dict[MessageId, SeenMessage]] = field(default_factory=dict)
    posted: dict[Receipt, datetime] = field(default_factory=dict)
    taps: dict[Receipt, dict[SeenReaction, None]] = field(default_factory=dict)
    people: dict[UserId, None] = field(default_factory=dict)

    def thread(self, root: Receipt) -> list[SeenMessage]:
        return [seen for under, seen in self.messages.values() if under == root]

    def since(self, post: Receipt) -> list[SeenMessage]:
        """Return what was written in a direct message after a post of ours."""
        said = self.directs.get(post.channel, {})
        return [seen for seen in said.values() if seen.said_at >= self.posted[post]]


class Town:
    """The engine with its store, the time, and every workspace it serves."""

    def __init__(
        self, store: AnyStore | None = None, now: datetime | None = None, guide: Guide = GUIDE
    ) -> None:
        self.store: AnyStore = store or MemoryStore()
        self.now = now or on(7, "08:00")
        self.awake = True
        self.unreachable: set[UserId] = set()
        self.sent: list[Sent] = []
        self.log: list[Inbound] = []
        self.platforms: dict[WorkspaceId, Platform] = {}
        self._ids = iter(f"id{number:04d}" for number in range(1, 100_000))
        self.coach = Coach({guide.key: guide}, lambda: next(self._ids), Random(7), ZONE)
        self._messages = iter(f"m{number:06d}" for number in range(1, 100_000))
        self._posts = iter(f"p{number:06d}" for number in range(1, 100_000))

    def call(self, call: Callable[[Work], T]) -> T:
        return self.store.call(call)

    def new_message(self) -> MessageId:
        return MessageId(next(self._messages))

    def platform(self, workspace: WorkspaceId) -> Platform:
        return self.platforms.setdefault(workspace, Platform())

    def take(self, event: Inbound) -> Reply:
        """Let the coach take in an event, unless it sleeps, and do what follows at once."""
        self.log.append(event)
        if not self.awake:
            return NOTHING
        reply = self.handle(event)
        self.settle()
        return reply

    def handle(self, event: Inbound) -> Reply:
        """Let the coach take in an event, and nothing else."""
        return self.call(lambda work: self.coach.handle(work, event, self.now))

    # --- time

    def until(self, at: datetime) -> None:
        self.settle()
        while self.awake and (due := self._next()) is not None and due <= at:
            self.now = max(self.now, due)
            self.settle()
        self.now = max(self.now, at)

    def wait(self, **span: float) -> None:
        self.until(self.now + timedelta(**span))

    def settle(self) -> None:
        """Decide and deliver what is due now."""
        for _ in range(_TURNS):
            if not self.awake or not (self._decide() or self._deliver()):
                return
        raise AssertionError("something is due again and again")

    def sleep(self) -> None:
        self.awake = False

    def wake(self) -> None:
        """Start the coach again: it reads what the platforms show before it goes on."""
        self.awake = True
        self.reread()
        self.settle()

    def reread(self) -> None:
        """Let the coach settle everything it watches with what the platforms show."""
        self.call(self._reread)

    def _reread(self, work: Work) -> None:
        for workspace, cohort in self.coach.cohorts(work):
            self._settle(work, self.coach.watched(work, workspace, cohort, self.now))
        self._settle(work, self.coach.practising(work, self.now))

    def _settle(self, work: Work, watched: Watched) -> None:
        coach, now = self.coach, self.now
        for workspace, cohort, _ in watched.channels:
            coach.settle_people(work, workspace, cohort, list(self.platform(workspace).people), now)
        for workspace, prompt, root in watched.threads:
            coach.settle_thread(work, workspace, prompt, self.platform(workspace).thread(root), now)
        for workspace, post, at in watched.posts:
            taps = list(self.platform(workspace).taps.get(at, {}))
            coach.settle_reactions(work, workspace, post, taps, now)
        for workspace, practice, at in watched.directs:
            seen = self.platform(workspace).since(at)
            coach.settle_practice(work, workspace, practice, seen, now)

    # --- what was said

    def told(self, user: UserId, topic: Topic | None = None) -> list[Sent]:
        """Return what was posted to one person, oldest first."""
        posts = (each for each in self.sent if isinstance(each.act, Post) and each.to == user)
        return [each for each in posts if topic in (None, each.topic)]

    def posted(self, topic: Topic | None = None) -> list[Sent]:
        """Return what was posted in channels, oldest first."""
        posts = (each for each in self.sent if isinstance(each.act, Post) and each.to is None)
        return [each for each in posts if topic in (None, each.topic)]

    def _next(self) -> datetime | None:
        moments = self.call(lambda work: (work.agenda.next_at(), work.relay.next_at()))
        return min((at for at in moments if at is not None), default=None)

    def _decide(self) -> bool:
        def decide(work: Work) -> bool:
            due = work.agenda.due(self.now, 1)
            for one in due:
                self.coach.decide(work, one, self.now)
            return bool(due)

        return self.call(decide)

    def _deliver(self) -> bool:
        claimed = self.call(lambda work: work.relay.claim(self.now, _LEASE, 100))
        for one in claimed:
            self._send(one)
        return bool(claimed)

    def _send(self, claimed: Claimed) -> None:
        outgoing = claimed.outgoing
        place, act = outgoing.place, outgoing.act
        if isinstance(place, Direct) and place.user in self.unreachable:
            self.call(lambda work: self._bury(work, claimed))
            return
        receipt = None
        if isinstance(act, Post):
            receipt = Receipt(_channel(place), MessageId(next(self._posts)))
            self.platform(outgoing.workspace).posted[receipt] = self.now
        elif isinstance(act, Edit):
            assert claimed.target is not None
        self.call(lambda work: work.relay.sent(claimed, receipt, self.now))
        self.sent.append(Sent(self.now, outgoing.workspace, place, act, receipt, outgoing.subject))

    def _bury(self, work: Work, claimed: Claimed) -> None:
        work.relay.dead(claimed, "blocked", self.now)
        self.coach.undelivered(work, claimed.outgoing, "blocked", self.now)


def _channel(place: Place) -> ChannelId:
    return ChannelId(f"@{place.user}") if isinstance(place, Direct) else place.channel
