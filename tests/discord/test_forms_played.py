"""Forms of the whole coach: there from the first second, and at every step in another process."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, scores
from tests.discord.towns import Town, town
from tests.servers.discord.filling import Value, inputs

COMMENT = " Say *what* `changed`:\n\n- first 👩‍👩‍👧\n- then\t<@1> "


class Processes:
    """One process of the coach after the other, on the same Discord and the same database."""

    def __init__(self, stack: AsyncExitStack, folder: Path) -> None:
        self._stack, self._database = stack, f"sqlite:///{folder}/loopmates.db"
        self._town: Town | None = None
        self.count = 0

    async def next(self) -> Life:
        before, self.count = self._town, self.count + 1
        if before is not None:
            await before.stop()
        self._town = await self._stack.enter_async_context(
            town(database=self._database, before=before, seed=self.count)
        )
        return Life(self._town, self._town.guild)


async def step(life: Life, user: str, place: str, values: Mapping[str, Value]) -> str:
    """Send the page somebody has open, or press what leads to the next; return what is said."""
    window = life.guild.modal(user)
    if window is None:
        await life.press_last(user, "~go.", place)
        return "Part "
    known = inputs(window)
    given = {name: value for name, value in values.items() if name in known}
    done = await life.settled(life.guild.submit(user, given))
    assert done.errors == []
    return done.text


async def test_forms_of_several_pages_are_sent_by_as_many_processes_as_there_are_steps(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        processes = Processes(stack, tmp_path)
        life = await (await processes.next()).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(20)
        await life.open_review(ANA, BO)
        await life.command(ORGANISER, "settings")
        await life.press_last(ORGANISER, "settings:")
        where = life.at(life.reviews_of(ANA)[BO].post).channel
        changes: dict[str, Value] = {"days": "mon,wed", "zone": "Asia/Tokyo", "reviewers": "9"}
        filled: list[tuple[str, str, Mapping[str, Value]]] = [
            (BO, where, scores(life, "4", comment=COMMENT)),
            (ORGANISER, life.channel, changes),
        ]

        while filled:
            life = await processes.next()
            steps = [(await step(life, *one), one) for one in filled]
            filled = [one for said, one in steps if "Part " in said or "Nothing was" in said]
            if any("Nothing was" in said for said, _ in steps):
                changes["reviewers"] = "1"

        sheet = life.reviews_of(ANA)[BO].sheet
        assert sheet is not None
        assert set(sheet.scores.values()) == {4}
        assert sheet.comment.strip() == COMMENT.strip()
        cohort = life.cohort
        assert (cohort.plan.zone, cohort.rules.reviewers) == ("Asia/Tokyo", 1)
        assert sorted(cohort.plan.days) == [1, 3]
        assert processes.count == 6


async def test_a_review_form_opens_and_counts_while_there_is_no_reaction_to_tap() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        here.discord.faults.fail("add_reaction", 50013, 1_000)
        life.say(ANA, "Ana's answer.")
        await life.wait(20)
        at = life.at(life.reviews_of(ANA)[BO].post)
        request = life.guild.message(at.channel, at.message)
        assert request.reactions == {}
        await life.open_review(ANA, BO)
        await life.fill(BO, at.channel, scores(life, "4"))

        sheet = life.reviews_of(ANA)[BO].sheet
        assert sheet is not None
        assert set(sheet.scores.values()) == {4}
