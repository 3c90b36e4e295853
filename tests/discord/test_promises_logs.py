"""What members write, what they are called, and the tokens never reach a log, whatever fails.

A life in which every call of Discord's fails now and then, in every way, and so does the
database, is logged at DEBUG; what is written is looked through, and every record as it was made.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.ports.work import Store, Work
from tests.discord.lives import ANA, BO, CY, Life, scores
from tests.discord.towns import Town, town
from tests.listening import listening, raw
from tests.servers.discord.errors import ApiError
from tests.servers.discord.faults import Fault, Faults

T = TypeVar("T")

WORDS = "robinwords"
NAMES = {"U1": "Nightingale One", "U2": "Nightingale Two", "U3": "Nightingale Three", "U9": "Olga"}
CANARIES = ("ightingale", WORDS, "interaction-token")
SAID = f'{{"code": 50035, "message": "{WORDS}", "errors": {{"{WORDS}": {{"_errors": []}}}}}}'
JSON = "application/json"
FAULTS = (
    Fault("fail", "", 1, error=ApiError(50001)),
    Fault("lose_reply", "", 1),
    Fault("http", "", 1, status=400, body=SAID, content_type=JSON),
    Fault("reset", "", 1),
    Fault("http", "", 1, status=200, body=f'["{WORDS}"]', content_type=JSON),
    Fault("cut_short", "", 1),
    Fault("http", "", 1, status=403, body=f"<html>{WORDS}</html>"),
)
OURS_ALONE = (
    Fault("http", "", 1, status=502, body=f"<html>{WORDS}</html>"),
    Fault("rate_limit", "", 1, retry_after=0.01),
)
"""At these discord.py itself would wait in real time, in calls that it makes for us."""
BY_US = {"add_reaction", "create_thread", "edit_message", "history", "reactions", "edit_channel"}


class Trouble(Faults):
    """Every call fails every third time, each time in another way."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def take(self, name: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        if (planned := super().take(name, channel)) is not None:
            return planned
        self.asked[name] += 1
        ways = FAULTS + OURS_ALONE if name in BY_US else FAULTS
        number, rest = divmod(self.asked[name], 3)
        return replace(ways[number % len(ways)]) if rest == 1 else None


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


async def begun(life: Life) -> None:
    """Live until an answer is with its reviewers, and all of it is well."""
    await life.begin(ANA, BO, CY)
    await life.wait(15)
    life.say(ANA, f"{WORDS} of Ana")
    await life.wait(30)
    life.write(BO, "practice")
    await life.town.settle()


async def troubled(life: Life) -> None:
    """Do all there is to do; whoever is told that it did not work tries again, or does not."""
    for number in range(4):
        life.say(CY, f"{WORDS} {number}")
        life.write(BO, f"{WORDS} practice")
        await life.command(BO, "away", until=WORDS)
        await life.command(ANA, "mydata")
        await life.command(ANA, "settings", life.guild.dm(ANA))
        await life.settled(life.guild.context_menu(BO, life.channel, life.question, "Second take"))
        await life.press(CY, life.channel, life.question, "answer:")
        await sent(life, CY, text=f"{WORDS} in private")
        await life.open_review(ANA, BO)
        await sent(life, BO, comment=WORDS)
        life.rate(ANA, CY, "4️⃣", on=number % 2 == 0)
        await life.wait(5)


async def sent(life: Life, user: str, **values: str) -> None:
    """Fill in the window that is open, if one is."""
    if life.guild.modal(user) is not None:
        await life.fill(user, life.channel, scores(life, "4") | values)
    life.guild.desk.modals.pop(life.id(user), None)


async def ended(here: Town, life: Life) -> None:
    """Read up, lose the session, be thrown out, and let a day pass."""
    await here.read_up()
    here.discord.invalidate()
    await life.wait(60)
    life.guild.kick_bot()
    await life.wait(24 * 60)


async def test_no_word_no_name_and_no_token_is_logged_whatever_fails() -> None:
    with listening() as (text, keeping):
        async with town(people=NAMES) as here:
            life = Life(here, here.guild)
            await begun(life)
            here.discord.desk.answer_seconds = 0.15
            here.discord.faults = trouble = Trouble()
            here.handling = Failing(here.store)
            await troubled(life)
            await ended(here, life)
            canaries = (*CANARIES, here.discord.token)

    lines = text.getvalue().splitlines()
    assert [line for line in lines if any(bird in line for bird in canaries)] == []
    told = [raw(record) for record in keeping.records]
    assert [each for each in told if any(bird in each for bird in canaries)] == []
    assert len(keeping.records) > 60
    assert {record.levelname for record in keeping.records} >= {"INFO", "WARNING", "ERROR"}
    assert trouble.asked.keys() >= {"create_message", "add_reaction", "answer", "history"}
