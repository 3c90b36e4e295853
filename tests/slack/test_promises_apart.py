"""Two workspaces with the same people and channels by id, and a cohort in each.

Everything is done in one of them: every command, every button that is there, every form, the
Home tab, taps; and the other's buttons are pressed there by a forger, since ids can be guessed.
Nothing that anybody is called, or has written, in one of them is ever displayed in the other.
"""

from __future__ import annotations

import json

from sqlalchemy import select

from adapters.database.columns import metadata
from bot.manual import COMMANDS
from tests.servers.slack.state import Post
from tests.slack.lives import ORGANISER, Life, everything_seen, scores, shown
from tests.slack.rendered import nodes
from tests.slack.towns import CHANNEL, Town, town

ANA, BO, CY = "U1", "U2", "U3"
MORE = ("setup mini", "today", "plan 9", "practice weakest", "away until 2026-12-14", "settings")
_FORGETTING = ("forgetme", "leave", "end", "stop")


async def begun(here: Town) -> tuple[Life, Life]:
    """Begin two cohorts where the same has happened, by other names and in other words."""
    lives = []
    for team in here.slack.teams.values():
        for person in team.people.values():
            if not person.is_bot:
                person.display = person.real_name = f"{team.id}name {person.id}"
        life = Life(here, team)
        await life.begin(ANA, BO, CY, ORGANISER)
        lives.append(life)
    await lives[0].wait(15)
    for life in lives:
        life.say(ANA, f"{life.team.id}words of Ana")
        life.say(BO, f"{life.team.id}words of Bo")
    await lives[0].wait(15)
    for life in lives:
        one, other = sorted(life.reviews_of(ANA))
        life.rate(ANA, one, "four")
        await life.open_review(ANA, other)
        await life.submit(other, scores(life, "4", comment=f"{life.team.id}words of a reviewer"))
        await life.practise(ANA)
        life.write(ANA, f"{life.team.id}words to oneself")
    await lives[0].wait(30)
    return lives[0], lives[1]


async def do_everything(life: Life) -> None:
    """Give every command, press every button once, look at every Home, send what opens.

    At the end somebody leaves, and somebody is forgotten.
    """
    texts = [f"{command.name} {more}" for command in COMMANDS for more in ("", "2026-12-30")]
    for text in [text for text in (*texts, *MORE) if text.split()[0] not in _FORGETTING]:
        await life.command(ORGANISER, text.strip())
        await sent_back(life, ORGANISER)
    for user in (ANA, ORGANISER):
        await life.team.open_home(user)
        await life.town.settle()
        for action in actions(life.team.home(user)):
            await life.settled(life.team.press_home(user, action))
            await sent_back(life, user)
    await press_all(life)
    await life.command(BO, "leave yes")
    await life.command(CY, "forgetme")
    channel, note = life.team.ephemerals(CY)[-1]
    await life.settled(life.team.press(CY, channel, note.ts, "forgetme"))


async def press_all(life: Life) -> None:
    """Press every button that stands in a message, as somebody who can see it."""
    seen = [(post.channel, post.ts, post.blocks) for post in shown(life.team)]
    noted = [(channel, note.ts, note.blocks) for channel, note in life.team.ephemerals(ORGANISER)]
    pressed: set[tuple[str, str]] = set()
    for channel, ts, blocks in seen + noted:
        place = life.team.channels[channel]
        user = place.user or ORGANISER
        for action in actions(blocks):
            # What was pressed before may have taken this one away.
            now = place.posts[ts].blocks if ts in place.posts else blocks
            there = action in actions(now) and not action.startswith(_FORGETTING)
            if there and (user, action) not in pressed:
                pressed.add((user, action))
                await life.settled(life.team.press(user, channel, ts, action))
                await sent_back(life, user)


async def sent_back(life: Life, user: str) -> None:
    """Send the form that is open, if it can be sent as it is."""
    view = life.team.modal(user)
    if view is not None and view.get("submit"):
        try:
            await life.submit(user)
        except AssertionError:
            life.team.modals.pop(user)


def actions(blocks: object) -> list[str]:
    """Return what the buttons do that are shown."""
    return [each["action_id"] for each in nodes(blocks) if each.get("type") == "button"]


def forge(here: Life, there: Life) -> None:
    """Put the posts of one workspace into the channel of another, with buttons and ids."""
    place = here.team.channels[CHANNEL]
    for elsewhere in there.team.channels.values():
        for ts, post in elsewhere.posts.items():
            if post.bot and ts not in place.posts:
                blocks = [block for block in post.blocks if block["type"] == "actions"]
                place.posts[ts] = Post(ts, here.team.bot_user, here.team.id, "Forged", blocks)
                place.posts[ts].bot = {"bot_id": here.team.bot_id}


def rows_of(here: Town, workspace: str) -> list[str]:
    """Return all that is stored about a workspace."""
    tables = [each for each in metadata.sorted_tables if "workspace" in each.c]
    return here.store.direct(
        lambda db: [
            f"{each.name} {row}"
            for each in tables
            for row in db.execute(select(each).where(each.c.workspace == workspace))
        ]
    )


def strange(life: Life, other: Life) -> list[str]:
    """Return what is displayed that belongs to the other workspace."""
    canaries = (f"{other.team.id}name", f"{other.team.id}words", f"slack:{other.team.id}")
    return [
        text
        for each in everything_seen(life.team)
        if any(canary in (text := json.dumps(each, ensure_ascii=False)) for canary in canaries)
    ]


async def test_two_workspaces_never_see_each_other_whatever_is_done_in_one() -> None:
    async with town(teams=("T1", "T2")) as here:
        one, other = await begun(here)
        untouched = rows_of(here, other.workspace)

        await do_everything(one)

        assert rows_of(here, other.workspace) == untouched
        assert strange(one, other) == strange(other, one) == []
        assert strange(one, one), "the canaries sing at home"


async def test_ids_of_another_workspace_are_worth_nothing() -> None:
    async with town(teams=("T1", "T2")) as here:
        one, other = await begun(here)
        untouched = rows_of(here, other.workspace)
        forge(one, other)

        await press_all(one)
        for ts, post in list(one.team.channels[CHANNEL].posts.items()):
            if post.text == "Forged":
                one.team.react(BO, CHANNEL, ts, "one")
                one.team.say(CY, CHANNEL, "T1words in a forged thread", thread=ts)
                await one.team.shortcut(ANA, CHANNEL, ts, "practise")
        await here.settle()

        assert rows_of(here, other.workspace) == untouched
        assert strange(one, other) == strange(other, one) == []
