"""What members write, what they are called, and the tokens never reach a log, whatever fails.

A life in which every method of Slack fails now and then, in every way, and so does the database,
is logged at DEBUG; what is written is looked through, and every record as it was made.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from bot.ports.work import Store, Work
from tests.listening import Keeping, listening, raw
from tests.servers.slack.faults import Fault, Faults
from tests.slack.lives import Life, scores
from tests.slack.stories import first_day
from tests.slack.towns import BOTH, CHANNEL, How, town

T = TypeVar("T")

ANA, BO, CY = "U1", "U2", "U3"
NAMES = {"U1": "Nightingale One", "U2": "Nightingale Two", "U3": "Nightingale Three", "U9": "Olga"}
WORDS = "robinwords"
CANARIES = ("ightingale", WORDS, "xoxb-", "xapp-", "loopback-signing", "ticket-", "response-")
SAID = f'{{"ok": false, "error": "invalid_blocks", "detail": "{WORDS}", "needed": "{WORDS}"}}'
FAULTS = (
    Fault("rate_limit", "", 1, retry_after=1),
    Fault("lose_reply", "", 1),
    Fault("http", "", 1, status=500, body=f"<html>{WORDS}</html>"),
    Fault("reset", "", 1),
    Fault("http", "", 1, status=200, body=f'["{WORDS}"]'),
    Fault("http", "", 1, status=200, body=f'{{"ok": true, "ts": {{"{WORDS}": 1}}'),
    Fault("fail", "", 1, error="internal_error"),
    Fault("http", "", 1, status=502, body=WORDS),
)


class Trouble(Faults):
    """Every method fails every other time, each time in another way."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, int] = {}

    def take(self, method: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        if (planned := super().take(method, channel)) is not None:
            return planned
        times = self.asked[method] = self.asked.get(method, -1) + 1
        return FAULTS[times // 2 % len(FAULTS)] if times % 2 == 0 else None


class Failing:
    """A store that fails now and then, with an error that quotes somebody."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._dice = random.Random(3)

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        if self._dice.random() < 0.2:
            raise RuntimeError(f"could not keep {WORDS} of {NAMES['U1']}")
        return await self._store.run(call)


@pytest.fixture
def logged() -> Iterator[tuple[io.StringIO, Keeping]]:
    """Log as the program does."""
    with listening() as both:
        yield both


async def lived(life: Life) -> None:
    """Live a day of troubles; whoever is told that it did not work tries again, or does not."""
    await first_day(life, patience=90, answer=f"{WORDS} of Ana")
    life.town.handling = Failing(life.town.store)
    for number in range(6):
        life.say(CY, f"{WORDS} {number}")
        life.write(BO, f"{WORDS} practice")
        await life.command(BO, f"away until {WORDS}")
        await life.command(ANA, "mydata")
        await life.command("U9", "settings")
        await life.press(CY, CHANNEL, life.question, "answer:")
        if (view := life.team.modal(CY)) and view["callback_id"].startswith("answer:"):
            await life.submit(CY, {"text": f"{WORDS} in private"})
        await life.settled(life.team.shortcut(BO, CHANNEL, life.question, "second-take"))
        await life.team.open_home(ANA)
        await life.wait(5)
    await life.open_review(ANA, BO)
    if (view := life.team.modal(BO)) and view["callback_id"].startswith("review:"):
        await life.submit(BO, scores(life, "4", comment=WORDS))
    await life.town.read_up()
    life.team.revoke()
    await life.wait(24 * 60)


@BOTH
async def test_no_word_no_name_and_no_token_is_logged_whatever_fails(
    how: How, logged: tuple[io.StringIO, Keeping]
) -> None:
    text, keeping = logged
    async with town(how, people=NAMES) as here:
        here.slack.faults = trouble = Trouble()
        here.slack.sockets.ack_seconds = 0.3
        await lived(Life(here, here.team))
        asked = dict(trouble.asked)

    lines = text.getvalue()
    assert [line for line in lines.splitlines() if any(bird in line for bird in CANARIES)] == []
    told = [raw(record) for record in keeping.records]
    assert [each for each in told if any(bird in each for bird in CANARIES)] == []
    assert len(keeping.records) > 100
    levels = {record.levelname for record in keeping.records}
    assert levels >= {"INFO", "WARNING", "ERROR"}
    assert asked.keys() >= {"chat.postMessage", "chat.update", "reactions.add", "views.open"}
