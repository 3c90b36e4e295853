"""Slack asks to be left alone, and is; everything is said later, in order, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from adapters.slack.calls import UNSAID
from tests.servers.slack.faults import Fault, Faults
from tests.slack.lives import Life, once, told
from tests.slack.stories import first_day
from tests.slack.towns import CHANNEL, Town, town

ANA, BO, CY = "U1", "U2", "U3"
ASKED = [1, 30, None, 3600]
LIMITED = frozenset({"chat.postMessage", "chat.update", "conversations.open"})
BODY = '{"ok": false, "error": "ratelimited"}'


class Limiting(Faults):
    """The first two calls of every method in every channel meet a limit.

    Without `retry_after` Slack does not say for how long.
    """

    def __init__(self, retry_after: int | None) -> None:
        super().__init__()
        self.retry_after = retry_after
        self._met: dict[tuple[str, str | None], int] = {}

    def take(self, method: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        marked = method == "reactions.add" and channel == CHANNEL
        times = self._met.setdefault((method, channel), 0)
        if times >= 2 or not (marked or method in LIMITED):
            return super().take(method, channel)
        self._met[method, channel] += 1
        if self.retry_after is None:
            return Fault("http", method, 1, status=429, body=BODY)
        return Fault("rate_limit", method, 1, retry_after=self.retry_after)


def sooner_than_asked(here: Town, asked: timedelta) -> Iterator[str]:
    """Yield what was asked again before the time was over that Slack asked for."""
    closed: dict[tuple[object, ...], datetime] = {}
    for call in here.slack.calls:
        gate = (call.method, call.args.get("channel"), call.args.get("users"))
        if gate in closed and call.at < closed.pop(gate):
            yield f"{gate} at {call.at}"
        if call.error in ("rate_limit", "http"):
            closed[gate] = call.at + asked


@pytest.mark.parametrize("retry_after", ASKED)
async def test_what_meets_a_limit_is_said_later_in_order_and_in_full(
    retry_after: int | None,
) -> None:
    patience = 5 if retry_after != 3600 else 130
    async with town() as here:
        await first_day(Life(here, here.team), patience)
        quiet = told(here.team)

    async with town() as here:
        here.slack.faults = Limiting(retry_after)
        await first_day(Life(here, here.team), patience)
        once(here.team)
        asked = UNSAID if retry_after is None else timedelta(seconds=retry_after)

        assert told(here.team) == quiet
        assert list(sooner_than_asked(here, asked)) == []
        assert here.call(lambda work: work.relay.counts().get("dead", 0)) == 0


@pytest.mark.parametrize("retry_after", ASKED)
async def test_what_is_read_again_meets_a_limit_and_is_read_in_the_end(
    retry_after: int | None,
) -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(15)
        await here.slack.cut()
        life.say(BO, "Bo's answer.")
        life.rate(ANA, BO, "four")
        life.team.leave(CY, CHANNEL)
        for method in ("conversations.replies", "reactions.get", "conversations.members"):
            if retry_after is None:
                here.slack.faults.http(method, 429, BODY)
            else:
                here.slack.faults.rate_limit(method, retry_after)
        await here.reconnect()
        if retry_after == 3600:
            # So long nobody waits for: the next reading tries again.
            await life.wait(61)
            await here.read_up()

        cohort = life.cohort.id
        members = here.call(lambda work: work.members.of(cohort))
        assert life.text_of(BO) == "Bo's answer."
        assert life.reviews_of(ANA)[BO].status == "rated"
        assert [member.user for member in members if member.left] == [CY]


async def test_a_limit_in_one_channel_keeps_nobody_else_waiting() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        here.slack.faults.rate_limit("chat.postMessage", 3600, channel=here.team.dm(BO))
        life.write(BO, "practice")
        life.write(CY, "practice")
        await here.settle()
        before = [len(here.team.messages(here.team.dm(user))) for user in (BO, CY)]
        await life.wait(61)

        assert before == [1, 2]
        assert len(here.team.messages(here.team.dm(BO))) == 2
