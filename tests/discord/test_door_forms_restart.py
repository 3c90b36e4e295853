"""A form goes on in a process that has never heard of it, whatever was given in it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from adapters.discord.answers import LOST, OVER, SORRY
from adapters.discord.drafts import onward_of, opener_of
from adapters.discord.forms import begin
from bot.ids import UserId, WorkspaceId
from bot.inbound import FormSubmitted, Inbound
from bot.messages import Button, Field, Form, Reply
from tests.discord.doors import Stage, message, says, stage
from tests.discord.rendered import sampled
from tests.discord.test_carried import EXACT
from tests.discord.test_door_forms import LONG, WORDS, restart
from tests.servers.discord.desk import Interaction
from tests.servers.discord.errors import Json
from tests.servers.discord.filling import inputs

HUGE = Form("T", "review:r1", (Field("f0", "First", long=True), *LONG.fields[1:]))
THANKS = Reply((message("Thank you"),))
Restart = Callable[[Stage], None]


def go_on(it: Stage) -> None:
    """Let everything be as it is."""
    del it


def behind(it: Stage, form: Form, reply: Reply = THANKS) -> None:
    """Let a form be opened whenever it is asked for, and answer it so."""

    def answer(event: Inbound) -> Reply:
        return reply if isinstance(event, FormSubmitted) else Reply(form=form)

    it.engine.reply = answer


async def opened(it: Stage, form: Form, place: str = "C1") -> None:
    behind(it, form)
    action = opener_of(form.action)
    root = await it.post(message("Please", Button("Open it", action)), place)
    await it.guild.press("U1", place, root, action)
    it.engine.events.clear()


async def filled(
    it: Stage, given: Mapping[str, Any], again: Restart = restart, place: str = "C1"
) -> Interaction:
    """Send the form that is open page after page, with something in between."""
    while True:
        window = window_of(it)
        again(it)
        names = inputs(window)
        sent = await it.guild.submit("U1", {k: v for k, v in given.items() if k in names})
        if it.engine.of(FormSubmitted) or "Part " not in sent.text:
            await it.settled()
            return sent
        again(it)
        await it.guild.press("U1", place, *it.button())


def window_of(it: Stage) -> Json:
    window = it.guild.modal("U1")
    assert window is not None, "no form is open"
    return window


def given_to(form: Form, words: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what to fill in everywhere, and what the engine is to get."""
    typed: dict[str, Any] = {}
    for field in form.fields:
        keys = [key for key, _ in field.options]
        line = words.replace("\n", " ")[:150]
        chosen = list(dict.fromkeys([keys[0], keys[-1]])) if field.several else keys[-1:]
        typed[field.name] = chosen if keys else (words if field.long else line)
    sent = {k: ",".join(v) if isinstance(v, list) else v for k, v in typed.items()}
    return typed, {name: value for name, value in sent.items() if value.strip()}


def every_form() -> dict[str, Form]:
    """Return the forms there are, each with as many pages and fields as it may have."""
    found: dict[str, Form] = {}
    for key in ("coursera-senior-em", "longest"):
        for form in sampled(key):
            if isinstance(form, Form):
                name = f"{form.title} {len(form.fields)}"
                found.setdefault(name, form)
    return found


FORMS = every_form()


@pytest.mark.parametrize("name", FORMS)
async def test_every_form_is_sent_whole_with_a_restart_between_every_two_steps(name: str):
    form = FORMS[name]
    async with stage() as it:
        for words in EXACT[::4]:
            await opened(it, form)
            typed, expected = given_to(form, words or "x")
            done = await filled(it, typed)

            (sent,) = it.engine.of(FormSubmitted)
            assert (sent.action, sent.fields, done.text) == (form.action, expected, "Thank you")
            assert len({event.key for event in it.engine.events}) == len(it.engine.events)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if len(form.fields) > 1])
async def test_every_form_that_was_refused_opens_again_after_a_restart_as_it_was(name: str):
    form = FORMS[name]
    typed, expected = given_to(form, " *Some* words,\n\nand more `code` ")
    wrong = (form.fields[0].name, "Not *that*."), (form.fields[-1].name, "Nor this.")
    async with stage() as it:
        await opened(it, form)
        behind(it, form, Reply(errors=wrong))
        refused = await filled(it, typed)
        assert "Nothing was sent yet." in refused.text
        restart(it)
        it.engine.events.clear()
        await it.guild.press("U1", "C1", *it.button())
        assert "Not *that*." in str(window_of(it))
        behind(it, form)
        await filled(it, {})

        assert it.engine.of(FormSubmitted)[0].fields == expected


async def test_what_was_typed_on_the_first_page_arrives_to_the_last_space():
    async with stage() as it:
        for words in filter(str.strip, EXACT):
            await opened(it, HUGE)
            await filled(it, {"f0": words, "f6": "last"})

            assert it.engine.of(FormSubmitted)[0].fields == {"f0": words, "f6": "last"}


@pytest.mark.parametrize("step", range(3))
async def test_one_restart_at_any_step_is_enough_to_show_it(step: int):
    count = iter(range(9))

    def once(it: Stage) -> None:
        if next(count) == step:
            restart(it)

    async with stage() as it:
        await opened(it, LONG)
        await filled(it, {"f0": "a", "f4": "b", "f6": "c"}, once)

        assert it.engine.of(FormSubmitted)[0].fields == {"f0": "a", "f4": "b", "f6": "c"}


async def test_whoever_goes_on_sees_what_was_given_so_far():
    async with stage() as it:
        await opened(it, LONG)
        first = await it.guild.submit("U1", {"f0": "2026-12-07", "f1": ""})

        assert "**Field 0:** 2026-12-07" in first.text.split("\n")
        assert "**Field 1:** –" in first.text.split("\n")


async def test_in_a_direct_message_it_stays_in_the_server_it_began_in():
    async with stage() as it:
        place = it.guild.dm("U1")
        await opened(it, LONG, place)
        await it.guild.submit("U1", {"f0": "a"})
        it.engine.asked.clear()
        restart(it)
        await it.guild.press("U1", place, *it.button())
        await filled(it, {"f6": "c"}, place=place)

        workspaces = {event.workspace for event in it.engine.events}
        assert workspaces == {"discord:home"}
        assert it.engine.asked == []


async def test_a_form_goes_on_however_long_ago_it_was_begun():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        it.clock.forward(hours=30)
        await it.guild.press("U1", "C1", *it.button())
        await filled(it, {"f6": "c"}, go_on)

        assert it.engine.of(FormSubmitted)[0].fields == {"f0": "a", "f6": "c"}


# --- what no message can carry -------------------------------------------------------------------


async def test_what_is_too_long_for_a_message_is_sent_while_memory_lasts():
    async with stage() as it:
        await opened(it, HUGE)
        await filled(it, {"f0": "x" * 4_000, "f6": "c"}, go_on)

        assert it.engine.of(FormSubmitted)[0].fields == {"f0": "x" * 4_000, "f6": "c"}


async def test_what_is_too_long_for_a_message_can_be_copied_after_a_restart():
    async with stage() as it:
        await opened(it, HUGE)
        await it.guild.submit("U1", {"f0": "x" * 4_000})
        await it.settled()
        assert sum(text.count("x") for text in it.whispers()) >= 4_000
        restart(it)
        over = await it.guild.press("U1", "C1", *it.button(place=0))

        assert over.text.startswith(OVER)
        assert it.button()[1] == "review:r1"


async def test_a_page_sent_after_its_beginning_was_lost_gives_back_what_was_typed():
    async with stage() as it:
        await opened(it, HUGE)
        await it.guild.submit("U1", {"f0": "x" * 4_000})
        await it.guild.press("U1", "C1", *it.button(place=0))
        restart(it)
        lost = await it.guild.submit("U1", {"f6": WORDS})

        assert lost.text.startswith(LOST)
        assert WORDS in lost.text
        assert it.engine.of(FormSubmitted) == []


# --- what is so by now ---------------------------------------------------------------------------


async def test_a_form_that_is_over_meanwhile_says_so_and_gives_back_what_was_typed():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        it.engine.reply = says("That review is over.")
        restart(it)
        over = await it.guild.press("U1", "C1", *it.button())
        assert over.text == "That review is over."
        behind(it, LONG, Reply())
        await it.guild.press("U1", "C1", *it.button(place=0))
        it.engine.reply = says("That review is over.")
        restart(it)
        await it.guild.submit("U1", {"f6": WORDS})
        await it.settled()

        assert it.whispers()[-2] == "That review is over."
        assert WORDS in it.whispers()[-1]
        assert it.engine.of(FormSubmitted) == []


@pytest.mark.parametrize(
    "other",
    [
        Form("T", "review:r1", LONG.fields[1:]),
        Form("T", "review:r2", LONG.fields),
        Form("T", "review:r1", LONG.fields[:3]),
    ],
)
async def test_a_form_that_became_another_is_begun_anew_and_never_filled_in_wrongly(other: Form):
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        behind(it, other, Reply())
        restart(it)
        lost = await it.guild.press("U1", "C1", *it.button())

        assert lost.text.startswith(OVER)
        assert it.guild.modal("U1") is None


async def test_a_first_page_of_a_form_that_became_another_gives_back_what_was_typed():
    async with stage() as it:
        await opened(it, LONG)
        behind(it, Form("T", "review:r1", LONG.fields[:3]), Reply())
        restart(it)
        lost = await it.guild.submit("U1", {"f0": WORDS})

        assert lost.text.startswith(LOST)
        assert WORDS in lost.text


async def test_while_nothing_can_be_looked_up_it_can_be_pressed_again():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        way = it.button()
        restart(it)
        it.engine.failures = 1
        failed = await it.guild.press("U1", "C1", *way)
        assert SORRY in failed.text
        await it.guild.press("U1", "C1", *way)
        await filled(it, {"f6": "c"})

        assert it.engine.of(FormSubmitted)[0].fields == {"f0": "a", "f6": "c"}


async def test_a_form_that_failed_is_sent_again_after_a_restart_as_it_was():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": " a "})
        await it.guild.press("U1", "C1", *it.button())
        it.engine.failures = 1
        failed = await it.guild.submit("U1", {"f6": "c"})
        assert SORRY in failed.text
        restart(it)
        await it.guild.press("U1", "C1", *it.button())
        await filled(it, {})

        assert it.engine.of(FormSubmitted)[0].fields == {"f0": " a ", "f6": "c"}


# --- what is not believed ------------------------------------------------------------------------


async def test_a_carried_form_is_only_its_owners():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        way, *_ = it.guild.ephemerals("U1")
        stolen = it.guild.ephemerals("U1").copy()
        it.server.world.ephemerals.setdefault(it.server.id_of("U2"), []).extend(stolen)
        for forget in (go_on, restart):
            forget(it)
            over = await it.guild.press("U2", "C1", way.id, next(iter(way.buttons)))
            assert over.text.startswith(OVER)

        assert it.guild.modal("U2") is None


async def test_a_draft_of_another_form_with_the_same_id_is_not_taken_for_it():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        onward = onward_of(it.button()[1])
        assert onward is not None
        other = begin(Form("Skip a day", "skip:c1", LONG.fields))
        home = WorkspaceId(f"discord:{it.guild.id}")
        it.door.drafts.keep(other, UserId(it.server.id_of("U1")), home, onward.id)
        await it.guild.press("U1", "C1", *it.button())

        assert "(2/2)" in window_of(it)["title"]
        assert "Review an answer" in window_of(it)["title"]
