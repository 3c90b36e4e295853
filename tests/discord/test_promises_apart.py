"""Two servers with the same people, two channels of one, and a cohort in each: all keep apart.

Everything is done in one of them: every command, every button that is there, every form, taps;
and the other's buttons, forms and messages are used there by a forger, since ids can be guessed.
Nothing that anybody is called, or has written, in one of them is ever displayed in the other.
"""

from __future__ import annotations

import copy
from typing import Any

from adapters.discord.commands import MENUS
from bot.ids import ChannelId, MessageId
from bot.manual import COMMANDS
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, ours, private, scores
from tests.discord.spoken import actions, rows_of, spoken
from tests.discord.towns import Town, town
from tests.servers.discord.components import BUTTON
from tests.servers.discord.desk import COMMAND, Interaction, Modal
from tests.servers.discord.filling import inputs
from tests.servers.discord.state import Message

_FORGETTING = ("forgetme", "leave", "end", "stop")
OPTIONS: dict[str, dict[str, Any]] = {
    "setup": {"guide": "mini"},
    "away": {"until": "2026-12-14"},
    "mute": {"until": "off"},
    "focus": {"week": 1},
    "practice": {"what": "weakest"},
    "leaderboard": {"me": "in"},
    "skip": {"day": "2026-12-30"},
    "shift": {"by": "1 week"},
    "settings": {"quiet": "21:00-08:00"},
    "help": {"command": "plan"},
}


async def lived(*lives: Life) -> None:
    """Live a morning in all of them: the same happens, by other names and in other words."""
    for life in lives:
        await life.begin(ANA, BO, CY, ORGANISER)
    await lives[0].wait(15)
    for life in lives:
        life.say(ANA, f"{mark(life)}words of Ana")
        life.say(BO, f"{mark(life)}words of Bo")
    await lives[0].wait(15)
    for life in lives:
        one, other = sorted(life.reviews_of(ANA))
        life.rate(ANA, one, "4️⃣")
        await life.open_review(ANA, other)
        where = life.at(life.reviews_of(ANA)[other].post).channel
        await life.fill(other, where, scores(life, "4", comment=f"{mark(life)}words of a reviewer"))
        await life.command(CY, "practice")
        life.write(CY, f"{mark(life)}words to oneself")
        await life.town.settle()
    await lives[0].wait(30)


def mark(life: Life) -> str:
    """Return what tells a life's words from another's."""
    return life.where or life.guild.town.name


async def two_servers(here: Town) -> tuple[Life, Life]:
    """Live in two servers."""
    one, other = [Life(here, guild) for guild in here.discord.guilds.values()]
    for life in (one, other):
        for user in (ANA, BO, CY, ORGANISER):
            life.guild.rename(user, f"{mark(life)}name {user}")
    await lived(one, other)
    return one, other


async def do_everything(life: Life) -> None:
    """Give every command, press every button once, send what opens; at the end somebody leaves."""
    for command in COMMANDS:
        if command.name not in _FORGETTING:
            await life.command(ORGANISER, command.name, **_least(command.name))
            await sent_back(life, ORGANISER)
            await life.command(ORGANISER, command.name, **OPTIONS.get(command.name, {}))
            await sent_back(life, ORGANISER)
    await press_all(life)
    await life.command(BO, "leave")
    await life.press_last(BO, "in:")
    await life.command(CY, "forgetme", sure=True)


def _least(command: str) -> dict[str, Any]:
    return OPTIONS[command] if command in {"mute", "skip", "shift"} else {}


async def press_all(life: Life) -> None:
    """Press every button that stands in a message of this life, as somebody who can see it."""
    seen = [*ours(life.town, life.guild)]
    seen += [each for each in life.guild.ephemerals(ORGANISER) if here(life, each)]
    for user in (ANA, BO, CY, ORGANISER):
        seen += [each for each in private(life.town, user) if theirs(life, each)]
    pressed: set[tuple[str, str]] = set()
    for message in seen:
        user = reader(life, message)
        for action in actions(message):
            # What was pressed before may have taken this one away.
            there = action in actions(message) and not action.startswith(_FORGETTING)
            if there and (user, action) not in pressed:
                pressed.add((user, action))
                await life.settled(life.guild.press(user, message.channel, message.id, action))
                await sent_back(life, user)


async def sent_back(life: Life, user: str) -> None:
    """Send the form that is open, if it can be sent as it is."""
    window = life.guild.modal(user)
    if window is not None:
        place = life.guild.desk.modals[life.id(user)].channel
        try:
            await life.fill(user, place, {})
        except AssertionError:
            life.guild.desk.modals.pop(life.id(user), None)


def here(life: Life, message: Message) -> bool:
    """Tell whether a message stands in the server of a life."""
    return life.guild.world.channels[message.channel].guild == life.guild.id


def theirs(life: Life, message: Message) -> bool:
    """Tell whether a direct message is a post of a life's server."""
    where, channel, post = life.workspace, ChannelId(message.channel), MessageId(message.id)
    return life.town.call(lambda work: work.outbox.posted(where, channel, post)) is not None


def reader(life: Life, message: Message) -> str:
    """Return the handle of whom a direct message is for, or of the organiser."""
    members = life.guild.world.channels[message.channel].members
    return next((user for user in (ANA, BO, CY) if life.id(user) in members), ORGANISER)


def strange(life: Life, other: Life) -> list[str]:
    """Return what is displayed of another life: in this server, or in its direct messages."""
    canaries = (f"{mark(other)}name", f"{mark(other)}words", str(other.workspace))
    told = [each.json for each in spoken(life.town) if each.guild == life.guild.id]
    told += [
        each.text for user in (ANA, BO, CY, ORGANISER) for each in private(life.town, user)
        if theirs(life, each)
    ]  # fmt: skip
    return [text for text in told if any(canary in text for canary in canaries)]


def mixed(one: Life, other: Life) -> list[str]:
    """Return what speaks of both at once."""
    told = [each.json for each in spoken(one.town)]
    marks = [(f"{mark(life)}name", f"{mark(life)}words") for life in (one, other)]
    return [text for text in told if all(any(each in text for each in some) for some in marks)]


async def test_two_servers_never_see_each_other_whatever_is_done_in_one() -> None:
    async with town(guilds=("G1", "G2")) as world:
        one, other = await two_servers(world)
        untouched = rows_of(world, other.workspace)

        await do_everything(one)

        assert rows_of(world, other.workspace) == untouched
        assert strange(one, other) == strange(other, one) == mixed(one, other) == []
        assert strange(one, one), "the canaries sing at home"
        assert strange(other, other)


# --- forged ids ---------------------------------------------------------------------------------


def forge(one: Life, other: Life) -> list[Message]:
    """Put the buttons of one server's posts into the channel of another."""
    place = one.guild.world.channels[one.channel]
    theirs_ = [*ours(one.town, other.guild)]
    theirs_ += [each for user in (ANA, BO, CY) for each in private(one.town, user)]
    made = []
    for message in theirs_:
        if here(other, message) or theirs(other, message):
            forged = Message(message.id[:-1] + "7", place.id, message.author)
            forged.components = copy.deepcopy(message.components)
            if forged.id not in place.messages and actions(forged):
                place.messages[forged.id] = forged
                made.append(forged)
    return made


async def menu(life: Life, user: str, message: Message, name: str) -> Interaction:
    """Choose from the menu of a message of another server, in this one."""
    desk, target = life.guild.desk, life.guild.world.written(message, readable=True)
    command = life.guild.commands.find(name, 3, life.guild.id)
    data = {"id": command["id"], "name": name, "type": 3, "target_id": message.id}
    data["resolved"] = {"messages": {message.id: target}}
    return await life.settled(desk.ask(desk.begin(COMMAND, life.id(user), life.channel, data)))


async def send_there(life: Life, user: str, window: dict[str, Any]) -> Interaction:
    """Send a window in another server than where it was opened, or as somebody else."""
    life.guild.desk.modals[life.id(user)] = Modal(window, life.channel, None)
    given = {name: "Forged." for name in ("text",) if name in inputs(window)}
    return await life.settled(life.guild.submit(user, given))


async def test_buttons_of_another_server_do_nothing_there_and_are_answered() -> None:
    async with town(guilds=("G1", "G2")) as world:
        one, other = await two_servers(world)
        untouched, done = rows_of(world, other.workspace), []
        forged = forge(one, other)

        for message in forged:
            for action in actions(message):
                if not action.startswith(("say:", *_FORGETTING)):
                    for user in (ANA, ORGANISER):
                        pressing = one.guild.press(user, one.channel, message.id, action)
                        done.append((action, await one.settled(pressing)))

        assert rows_of(world, other.workspace) == untouched
        assert strange(one, other) == strange(other, one) == []
        assert [action for action, each in done if not each.acked or each.errors] == []
        assert {action.partition(":")[0] for action, _ in done} >= {"join", "answer", "review"}
        assert all(each.text for action, each in done if not action.startswith("practise"))


async def test_forms_and_messages_of_another_server_do_nothing_there_and_are_answered() -> None:
    async with town(guilds=("G1", "G2")) as world:
        one, other = await two_servers(world)
        windows = [await opened(other, user, verb) for user, verb in OPENED]
        untouched = kept(rows_of(world, other.workspace))

        done = [
            await send_there(one, user, window)
            for window in windows
            for user in (ANA, BO, CY, ORGANISER)
        ]

        own = kept(rows_of(world, one.workspace))
        question = other.guild.message(other.channel, other.question)
        chosen = [await menu(one, ANA, question, name) for name in MENUS]

        assert [each for each in done if not each.acked or not each.text] == []
        assert ["which question" in each.text for each in chosen] == [True, True]
        assert kept(rows_of(world, one.workspace)) == own
        assert kept(rows_of(world, other.workspace)) == untouched
        assert strange(one, other) == []


OPENED = ((CY, "answer"), (ANA, "away"), (ANA, "mine"), (ORGANISER, "settings"))


async def opened(life: Life, user: str, verb: str) -> dict[str, Any]:
    """Open the form of a button, as its button would, and close the window."""
    name = f"{verb}:{life.prompt.id if verb == 'answer' else life.cohort.id}"
    button = {"type": BUTTON, "style": 1, "label": verb, "custom_id": name, "id": 2}
    place = life.guild.world.channels[life.channel]
    planted = Message(life.guild.world.snowflakes.new(), place.id, life.guild.world.bot)
    planted.components = [{"type": 1, "id": 1, "components": [button]}]
    place.messages[planted.id] = planted
    await life.press(user, life.channel, planted.id, verb)
    window = life.guild.modal(user)
    assert window is not None, f"{verb} opens no form"
    life.guild.dismiss(user)
    return window


def kept(rows: list[str]) -> list[str]:
    """Leave out what only says that something came in."""
    return [row for row in rows if not row.startswith("inbox ")]


# --- one server, one person ---------------------------------------------------------------------


async def test_two_cohorts_in_two_channels_of_one_server_never_see_each_other() -> None:
    people = {f"U{number}": f"Member{number} Ito" for number in (1, 2, 3, 4, 5, 9)}
    async with town(people=people) as world:
        world.guild.add_channel("C2", "evening")
        one, other = Life(world, world.guild, "C-G1"), Life(world, world.guild, "C2")
        await one.begin(ANA, BO, CY)
        await other.begin(ANA, "U4", "U5")
        await one.wait(15)
        for life in (one, other):
            life.say(ANA, f"{mark(life)}words of Ana")
        await one.wait(20)
        reviewers = (set(one.reviews_of(ANA)), set(other.reviews_of(ANA)))
        for life, (user, _) in ((one, (BO, CY)), (other, ("U4", "U5"))):
            await life.open_review(ANA, user)
            where = life.at(life.reviews_of(ANA)[user].post).channel
            comment = f"{mark(life)}words of a reviewer"
            await life.fill(user, where, scores(life, "4", comment=comment))
            for name in ("leaderboard", "me", "today", "mydata", "progress"):
                await life.command(user, name)
        await one.wait(60)

        assert reviewers == ({BO, CY}, {"U4", "U5"})
        for life, strangers in ((one, ("U4", "U5")), (other, (BO, CY))):
            told = [text for user in strangers for text in told_to(world, user)]
            assert told
            assert [text for text in told if f"{mark(life)}words" in text] == []
            boards = await life.command(ANA, "leaderboard")
            assert not any(people[user] in boards.text for user in strangers)


def told_to(world: Town, user: str) -> list[str]:
    """Return what somebody alone was ever told, and what is told to all."""
    alone = [each.text for each in private(world, user)]
    return alone + [each.text for each in world.guild.ephemerals(user)]


async def test_what_is_done_in_direct_messages_lands_in_the_server_it_is_about() -> None:
    async with town(guilds=("G1", "G2")) as world:
        one, other = [Life(world, guild) for guild in world.discord.guilds.values()]
        await one.begin(ANA, BO, CY)
        await other.begin(ANA, BO)
        await one.wait(15)
        for life in (one, other):
            life.say(ANA, f"{mark(life)}words of Ana")
        await one.wait(20)
        other.rate(ANA, BO, "4️⃣")
        one.rate(ANA, BO, "2️⃣")
        await other.open_review(ANA, BO)
        await other.fill(BO, other.guild.dm(BO), scores(other, "5", comment="G2words of Bo"))
        await one.command(CY, "practice")
        one.write(CY, "G1words of Cy to oneself")
        await world.settle()

        assert [tap.emoji for tap in one.reviews_of(ANA)[BO].taps if tap.on] == ["2️⃣"]
        assert [tap.emoji for tap in other.reviews_of(ANA)[BO].taps if tap.on] == ["4️⃣"]
        sheet = other.reviews_of(ANA)[BO].sheet
        assert sheet
        assert sheet.comment == "G2words of Bo"
        assert one.reviews_of(ANA)[BO].sheet is None
        assert one.practice_of(CY).text == "G1words of Cy to oneself"
        assert mixed(one, other) == []


async def test_of_two_practices_in_two_servers_each_gets_what_is_pressed_at_its_own() -> None:
    async with town(guilds=("G1", "G2")) as world:
        one, other = [Life(world, guild) for guild in world.discord.guilds.values()]
        for life in (one, other):
            await life.begin(ANA)
            await life.command(ANA, "practice", what="talk")
        for life in (one, other):
            at = life.at(life.practice_of(ANA).post)
            await life.press(ANA, at.channel, at.message, "write:")
            await life.fill(
                ANA, at.channel, {"text": f"{mark(life)}words to oneself", "score": "3"}
            )

        for life in (one, other):
            where, who = life.workspace, life.id(ANA)
            done = world.call(lambda work, at=where, by=who: work.practices.of(at, by))  # type: ignore[misc]
            assert [each.text for each in done] == [f"{mark(life)}words to oneself"]
