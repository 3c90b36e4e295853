"""The connection is cut for an hour; afterwards it is as if it had never been.

What people wrote, changed, deleted and tapped, who came and who left, and what they answered in
private is read again.  What Slack does not keep cannot be: a command, a button, a form or a
shortcut.  Of those Slack itself tells whoever used them that the app did not answer.
"""

from __future__ import annotations

import json

from tests.slack.lives import Life, scores
from tests.slack.rows import MOMENTS, State, differences, whole
from tests.slack.towns import BOTH, CHANNEL, How, town

ANA, BO, CY, LEAVER, LONER, CLOSED, NEWCOMER = "U1", "U2", "U3", "U4", "U5", "U6", "U7"
AWAY = (LEAVER, LONER, CLOSED)
"""Members who review nothing, so that there is no doubt who reviews what."""
PEOPLE = {f"U{number}": f"Member{number} Ito" for number in (1, 2, 3, 4, 5, 6, 9)}
NOWHERE = "http://127.0.0.1:9/slack/events"


async def before(life: Life) -> None:
    """Live until all is well under way: two answers with their reviewers, one practice."""
    life.team.add_user(NEWCOMER, "new", display="New Comer")
    await life.begin(ANA, BO, CY, *AWAY)
    for user in AWAY:
        await life.command(user, "away until 2026-12-21")
    await life.wait(15)
    life.say(ANA, "Ana's answer.")
    life.say(BO, "Bo's answer.")
    life.say(BO, "Bo's second thought.")
    await life.wait(15)
    life.rate("U1", BO, "two")
    await life.practise(LONER)


async def hour(life: Life) -> None:
    """Live for an hour, in which people do everything that leaves something to be seen."""
    await life.wait(5)
    first = life.say(CY, "Cy's first part.")
    await life.wait(2)
    second = life.say(CY, "Sent too soon.", broadcast=True)
    life.say(CY, "A last part.", files=1)
    life.say(ANA, "Too late to count.")
    await life.wait(2)
    life.team.edit(BO, CHANNEL, life.answer_of(BO).heard[0].message, "Bo's answer, changed.")
    life.team.delete(CHANNEL, life.answer_of(BO).heard[1].message)
    life.team.edit(CY, CHANNEL, first, "Cy's first part, changed.")
    life.team.delete(CHANNEL, second)
    await life.wait(2)
    life.rate(ANA, BO, "two", on=False)
    life.rate(ANA, BO, "four")
    life.rate(ANA, CY, "five")
    life.rate(ANA, CY, "fire")
    await life.wait(1)
    life.rate(ANA, CY, "fire", on=False)
    life.rate(ANA, CY, "seedling")
    life.team.leave(LEAVER, CHANNEL)
    life.team.join(NEWCOMER, CHANNEL)
    life.team.deactivate(CLOSED)
    alone = life.write(LONER, "To myself.")
    wrong = life.write(LONER, "Not this.")
    await life.wait(5)
    life.team.edit(LONER, life.team.dm(LONER), alone, "To myself, changed.")
    life.team.delete(life.team.dm(LONER), wrong)
    await life.wait(40)


async def lived(how: How, *, cut: bool) -> State:
    """Live a morning, with the connection cut for an hour of it or not; return what it leaves."""
    async with town(how, people=PEOPLE) as here:
        life = Life(here, here.team)
        await before(life)
        url = here.slack.posting.url
        if cut and how == "socket":
            await here.slack.cut()
        elif cut:
            here.slack.events_over_http(NOWHERE)
        await hour(life)
        if cut and how == "socket":
            await here.reconnect()
        elif cut:
            here.slack.events_over_http(url)
            await here.read_up()
        await life.wait(60)
        assert bool(here.slack.deliveries.lost) is cut
        return whole(here, MOMENTS)


def standing(state: State) -> State:
    """Return a state without what was taken back: of what came and went meanwhile nothing tells."""
    rows = {name: [json.loads(row) for row in state[name]] for name in state}
    gone: set[str] = set()
    for answer in rows["answers"]:
        gone |= {part["message"] for part in answer["heard"] if part["deleted_at"]}
        answer["heard"] = [part for part in answer["heard"] if not part["deleted_at"]]
    for review in rows["reviews"]:
        review["taps"] = [tap for tap in review["taps"] if tap["on"]]
    for practice in rows["practices"]:
        # Only what was told at once has a moment at which it was heard.
        practice.pop("heard_at", None)
    rows["heard"] = [row for row in rows["heard"] if row["message"] not in gone]
    return {name: [json.dumps(row) for row in rows[name]] for name in rows}


@BOTH
async def test_after_an_hour_without_a_connection_all_is_as_if_it_had_been_there(how: How) -> None:
    whole_life, cut_life = await lived(how, cut=False), await lived(how, cut=True)

    assert differences(standing(whole_life), standing(cut_life)) == []


async def test_what_is_pressed_while_the_coach_is_away_is_refused_by_slack_itself() -> None:
    async with town("socket", people=PEOPLE) as here:
        life = Life(here, here.team)
        await before(life)
        await life.open_review(BO, ANA)
        await here.slack.cut()
        stored = whole(here)

        done = [
            await life.command(ANA, "leaderboard out"),
            await life.press(BO, CHANNEL, life.question, "answer:"),
            await life.submit(ANA, scores(life, "4")),
            await life.settled(life.team.shortcut(CY, CHANNEL, life.question, "practise")),
        ]
        await here.reconnect()

        assert [each.acked for each in done] == [False] * 4
        assert differences(stored, whole(here)) == []
