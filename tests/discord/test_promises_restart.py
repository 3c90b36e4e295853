"""Every button and every form from before a restart does afterwards what it would have done.

The same life is lived twice, once with a new process before anything is pressed or sent.  Each
table names every button and form that exists, so one that is missing fails here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.discord.answers import LOST, OVER, SORRY
from bot.domain.calibration import alias
from bot.services import intake
from tests.content.guides import modelled
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, private, scores
from tests.discord.towns import town
from tests.servers.discord.components import BUTTON
from tests.servers.discord.desk import Interaction, Modal
from tests.servers.discord.filling import Value, inputs
from tests.servers.discord.state import Message
from tests.slack.rows import MOMENTS, State, differences, whole

DORA, EVENING = "U4", "C2"
PEOPLE = {f"U{number}": f"Member{number} Ito" for number in (1, 2, 3, 4, 9)}

PRESSES: Mapping[str, tuple[str, str]] = {
    "again": (ANA, "again:{answer}"),
    "answer": (DORA, "answer:{prompt}"),
    "away": (BO, "away:{cohort}"),
    "helped": (ANA, "helped:{review}"),
    "helpful": (ANA, "helpful:{answer}"),
    "unhelpful": (ANA, "unhelpful:{answer}"),
    "hint": (ANA, "hint:{practice}"),
    "in": (BO, "in:{cohort}:plan"),
    "bar": (BO, "bar:{cohort}"),
    "model": (BO, "model:{cohort}:{alias}"),
    "invite": (ORGANISER, "invite:{cohort}"),
    "join": (ORGANISER, "join:{cohort}"),
    "mine": (CY, "mine:{cohort}"),
    "pause": (ORGANISER, "pause:{cohort}"),
    "practise": (BO, "practise:mini:why-us"),
    "why": (CY, "why:{owed}"),
    "pass": (CY, "pass:{owed}:busy"),
    "return": (CY, "return:{other owed}"),
    "review": (CY, "review:{review}"),
    "say": (BO, "say:help"),
    "settings": (ORGANISER, "settings:{cohort}"),
    "shift": (ORGANISER, "shift:{cohort}"),
    "skip": (ORGANISER, "skip:{cohort}"),
    "write": (ANA, "write:{practice}"),
    "rate": (ANA, "rate:{practice}:4"),
    "another": (ANA, "another:{practice}"),
    "stop": (ANA, "stop:{practice}"),
    "leave": (CY, "leave:{cohort}"),
    "forgetme": (DORA, "forgetme"),
}
"""By verb, in the order in which they are pressed: by whom, and what the button says."""

SUBMITS: Mapping[str, tuple[str, dict[str, Value]]] = {
    "again": (ANA, {"text": "Ana's second take."}),
    "away": (BO, {"until": "2026-12-11"}),
    "answer": (DORA, {"text": "Written before, sent after."}),
    "mine": (ANA, {"board_opt": "out"}),
    "model": (BO, {"clarity": "4", "motivation": "3", "ownership": "4"}),
    "return": (CY, {"because": "off-topic"}),
    "review": (CY, {"comment": "Well said."}),
    "settings": (ORGANISER, {"time": "18:00"}),
    "setup": (ORGANISER, {"guide": "mini", "start": "2026-12-14"}),
    "shift": (ORGANISER, {"by": "1 week"}),
    "skip": (ORGANISER, {"day": "2026-12-24"}),
    "write": (ANA, {"text": "To myself.", "score": "4"}),
}
"""By verb: by whom, and what is filled in."""

Windows = dict[str, Modal | str]
"""By verb: the window that is open, or the message with the way to its next page."""
Before = Callable[[Life], Awaitable[Windows]]
Lived = tuple[Life, Windows]
Outcome = tuple[str, str, str]
"""What somebody was answered, the window they got, and what they were told last in private."""


def test_every_button_and_every_form_is_in_its_table() -> None:
    assert set(PRESSES) == set(intake.PRESSES)
    assert set(SUBMITS) == set(intake.SUBMITS)


async def begun(life: Life) -> Life:
    """Live until there is something for every button to be about."""
    life.guild.add_channel(EVENING, "evening")
    await life.begin(ANA, BO, CY, DORA)
    await life.wait(15)
    life.say(ANA, "Ana's answer.")
    await life.wait(15)
    for one in sorted(life.reviews_of(ANA)):
        life.rate(ANA, one, "4️⃣")
        await life.town.settle()
    life.say(BO, "Bo's answer.")
    await life.wait(30)
    await life.command(ANA, "practice")
    return life


@asynccontextmanager
async def restarted(path: Path, before: Before, *, really: bool) -> AsyncIterator[Lived]:
    """Begin, do something, and go on in a new process if `really`."""
    database = f"sqlite:///{path}-{int(really)}.db"
    guides = {"mini": modelled("mini")}
    async with town(database=database, people=PEOPLE, guides=guides) as first:
        life = await begun(Life(first, first.guild))
        windows = await before(life)
        if not really:
            yield life, windows
            return
        await first.stop()
        again = town(database=database, people=PEOPLE, guides=guides, before=first, seed=2)
        async with again as second:
            yield Life(second, second.guild), windows


def named(life: Life, action: str) -> str:
    """Return an action with the ids of what it is about."""
    reviews = life.reviews_of(ANA)
    names = {
        "cohort": life.cohort.id, "prompt": life.prompt.id, "answer": life.answer_of(ANA).id,
        "review": reviews[reviewer(life)].id,
        "owed": life.reviews_of(BO)[owing(life)[0]].id,
        "other owed": life.reviews_of(BO)[owing(life)[1]].id,
        "alias": alias(life.cohort.id, life.id(BO), "mistake:weak"),
    }  # fmt: skip
    if "{practice}" in action:
        who = life.id(ANA)
        names["practice"] = life.town.call(lambda w: w.practices.of(life.workspace, who))[-1].id
    return action.format(**names)


def reviewer(life: Life) -> str:
    """Return one of those who review Ana's answer."""
    return min(life.reviews_of(ANA))


def owing(life: Life) -> list[str]:
    """Return those who were asked for a review of Bo's answer at first."""
    found = life.reviews_of(BO)
    first = min(review.asked_at for review in found.values())
    return sorted(user for user, review in found.items() if review.asked_at == first)


def who(life: Life, verb: str, user: str) -> str:
    """Return who has a button or form: of reviewers it depends on whom the dice chose.

    The dice of a new process fall otherwise, so one is away before there is more to review.
    """
    one, other = sorted(life.reviews_of(ANA))
    spare = next(each for each in (BO, CY, DORA) if each not in {one, other})
    owes, owes_too = owing(life)
    found = {
        "review": one, "away": other, "answer": spare, "forgetme": spare,
        "why": owes, "pass": owes, "return": owes_too,
    }  # fmt: skip
    return found.get(verb, user)


async def pressed(life: Life, user: str, action: str) -> Interaction:
    """Press a button that says this, in the cohort's channel."""
    world, place = life.guild.world, life.guild.world.channels[life.channel]
    shown = Message(world.snowflakes.new(), place.id, world.bot)
    button = {"type": BUTTON, "id": 2, "style": 1, "label": "Press", "custom_id": action}
    shown.components = [{"type": 1, "id": 1, "components": [button]}]
    place.messages[shown.id] = shown
    return await life.settled(life.guild.press(user, place.id, shown.id, action))


def outcome(life: Life, user: str, done: Interaction) -> Outcome:
    """Return what came of it."""
    assert done.acked, "it was not answered"
    assert done.errors == []
    assert not any(words in done.text for words in (SORRY, LOST, OVER)), done.text
    last = [each.text for each in private(life.town, user)][-1:]
    return done.text, str((done.modal or {}).get("title", "")), "".join(last)


async def nothing(life: Life) -> Windows:
    del life
    return {}


async def press_everything(path: Path, *, really: bool) -> tuple[dict[str, Outcome], State]:
    """Press every button; return what came of each, and what is stored in the end."""
    async with restarted(path, nothing, really=really) as (life, _):
        came = {}
        for verb, (one, action) in PRESSES.items():
            user = who(life, verb, one)
            done = await pressed(life, user, named(life, action))
            came[verb] = outcome(life, user, done)
            life.guild.desk.modals.clear()
        return came, whole(life.town, MOMENTS)


async def test_every_button_does_after_a_restart_what_it_would_have_done(tmp_path: Path) -> None:
    as_ever, stored = await press_everything(tmp_path / "presses", really=False)
    afterwards, stored_too = await press_everything(tmp_path / "presses", really=True)

    assert afterwards == as_ever
    assert differences(stored, stored_too) == []
    assert [verb for verb, came in afterwards.items() if not any(came)] == []


# --- forms --------------------------------------------------------------------------------------


async def open_all(life: Life) -> Windows:
    """Open every form, as a person with many devices could."""
    found: Windows = {}
    for verb, (one, _) in SUBMITS.items():
        user = who(life, verb, one)
        if verb == "setup":
            await life.command(user, "setup", life.town.discord.id_of(EVENING))
        else:
            await pressed(life, user, named(life, PRESSES[verb][1]))
        found[verb] = life.guild.desk.modals.pop(life.id(user))
    return found


async def send_first_pages(life: Life) -> Windows:
    """Open every form, and send the first page of each that has more than one."""
    found = await open_all(life)
    for verb, window in found.items():
        user = who(life, verb, SUBMITS[verb][0])
        assert isinstance(window, Modal)
        if "/1." in window.body["custom_id"].partition("~")[2].partition("~")[0]:
            continue
        life.guild.desk.modals[life.id(user)] = window
        done = await life.settled(life.guild.submit(user, given(life, verb, window)))
        assert "Part " in done.text, done.text
        assert done.original is not None
        found[verb] = done.original.id
    return found


def given(life: Life, verb: str, window: Modal) -> dict[str, Value]:
    """Return what is filled in there."""
    every = scores(life, "4") if verb == "review" else {}
    known = inputs(window.body)
    return {name: value for name, value in (every | SUBMITS[verb][1]).items() if name in known}


async def send(life: Life, verb: str, window: Modal | str) -> Outcome:
    """Fill in what is left of a form."""
    user = who(life, verb, SUBMITS[verb][0])
    channel = life.town.discord.id_of(EVENING) if verb == "setup" else life.channel
    if isinstance(window, Modal):
        life.guild.desk.modals[life.id(user)] = window
    else:
        await life.press(user, channel, window, "~go")
    every = scores(life, "4") if verb == "review" else {}
    done = await life.fill(user, channel, every | SUBMITS[verb][1])
    return outcome(life, user, done)


async def send_everything(
    path: Path, before: Before, *, really: bool
) -> tuple[dict[str, Outcome], State]:
    """Send every form; return what came of each, and what is stored in the end."""
    async with restarted(path, before, really=really) as (life, windows):
        came = {verb: await send(life, verb, window) for verb, window in windows.items()}
        return came, whole(life.town, MOMENTS)


async def test_every_form_counts_after_a_restart_as_it_would_have_before(tmp_path: Path) -> None:
    as_ever, stored = await send_everything(tmp_path / "as ever", open_all, really=False)
    for before in (open_all, send_first_pages):
        path = tmp_path / before.__name__
        afterwards, stored_too = await send_everything(path, before, really=True)

        assert afterwards == as_ever
        assert differences(stored, stored_too) == []
        assert [verb for verb, came in afterwards.items() if not any(came)] == []
