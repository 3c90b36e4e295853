from __future__ import annotations

import asyncio
from datetime import timedelta

from adapters.discord.answers import OVER, SORRY
from adapters.discord.door_asking import Patience
from bot.inbound import FormSubmitted
from bot.messages import Button, Field, Form, Reply
from tests.discord.doors import Stage, form, message, says, shows, stage

ASKING = message("Review this", Button("Review", "review:r1"))
LONG = Form(
    "Review an answer",
    "review:r1",
    tuple(Field(f"f{number}", f"Field {number}", required=False) for number in range(7)),
)
WORDS = "It was good, and the example at the end was even better than good."


async def opened(it: Stage, shown: Form, channel: str = "C1") -> None:
    it.engine.reply = shows(Reply(form=shown))
    root = await it.post(ASKING, channel)
    await it.guild.press("U1", channel, root, "review:r1")
    it.engine.events.clear()
    it.engine.reply = says("Thank you")


def restart(it: Stage) -> None:
    """Forget what a new process would not know."""
    it.door.drafts._kept.clear()


async def test_a_form_comes_back_with_its_action_its_fields_and_the_channel():
    async with stage() as it:
        await opened(it, form("review:r1", "text", "more"))
        done = await it.guild.submit("U1", {"text": WORDS, "more": ""})
        await it.settled()

        sent = it.engine.of(FormSubmitted)[0]
        assert (sent.action, sent.fields) == ("review:r1", {"text": WORDS})
        assert sent.channel == it.server.id_of("C1")
        assert (done.text, done.ephemeral) == ("Thank you", True)
        assert len(it.door.drafts) == 0


async def test_a_form_of_two_pages_is_sent_when_both_are_there():
    async with stage() as it:
        await opened(it, LONG)
        first = await it.guild.submit("U1", {"f0": "a", "f4": "b"})
        assert "Part 1 of 2" in first.text
        assert it.engine.events == []
        await it.guild.press("U1", "C1", *it.button())
        await it.guild.submit("U1", {"f6": "c"})
        await it.settled()

        sent = it.engine.of(FormSubmitted)[0]
        assert sent.fields == {"f0": "a", "f4": "b", "f6": "c"}


async def test_what_is_wrong_is_said_and_what_was_typed_is_still_there():
    async with stage() as it:
        await opened(it, form("review:r1", "text", "more"))
        it.engine.reply = shows(Reply(errors=(("text", "That is too short."),)))
        refused = await it.guild.submit("U1", {"text": "Good", "more": WORDS})
        assert "That is too short." in refused.text
        await it.guild.press("U1", "C1", *it.button())
        window = it.guild.modal("U1")
        assert window is not None
        assert "That is too short." in str(window)
        it.engine.reply = says("Thank you")
        await it.guild.submit("U1", {"text": WORDS})
        await it.settled()

        assert it.engine.of(FormSubmitted)[-1].fields == {"text": WORDS, "more": WORDS}


async def test_a_form_that_could_not_be_handled_can_be_sent_again_as_it_was():
    async with stage() as it:
        await opened(it, form("review:r1", "text"))
        it.engine.failures = 1
        failed = await it.guild.submit("U1", {"text": WORDS})
        assert SORRY in failed.text
        await it.guild.press("U1", "C1", *it.button())
        again = await it.guild.submit("U1")

        assert again.text == "Thank you"
        assert it.engine.of(FormSubmitted)[0].fields == {"text": WORDS}


async def test_a_form_of_one_page_is_sent_after_a_restart_too():
    async with stage() as it:
        await opened(it, form("review:r1", "text"))
        restart(it)
        done = await it.guild.submit("U1", {"text": WORDS})

        assert done.text == "Thank you"
        assert it.engine.of(FormSubmitted)[0].action == "review:r1"


async def test_a_form_refused_after_a_restart_gives_back_what_was_typed():
    async with stage() as it:
        await opened(it, form("review:r1", "text"))
        restart(it)
        it.engine.reply = shows(Reply(errors=(("text", "That is too short."),)))
        refused = await it.guild.submit("U1", {"text": WORDS})

        assert "That is too short." in refused.text
        assert WORDS in refused.text
        assert it.button()[1] == "review:r1"


async def test_a_form_opened_in_private_belongs_where_its_button_does():
    async with stage() as it:
        place = it.guild.dm("U1")
        it.engine.reply = shows(Reply(form=LONG))
        root = await it.post(ASKING, place)
        await it.guild.press("U1", place, root, "review:r1")
        it.engine.events.clear()
        it.engine.asked.clear()
        it.engine.reply = says("Thank you")
        await it.guild.submit("U1", {"f0": "a"})
        await it.guild.press("U1", place, *it.button())
        await it.guild.submit("U1", {"f6": "c"})
        await it.settled()

        sent = it.engine.of(FormSubmitted)[0]
        assert (sent.channel, sent.workspace) == (None, "discord:home")
        assert it.engine.asked == []


async def test_a_form_that_takes_long_is_thought_about_and_then_answered():
    patience = Patience(timedelta(milliseconds=50), timedelta(milliseconds=50))
    async with stage(patience=patience) as it:
        await opened(it, form("review:r1", "text"))
        it.engine.hold = asyncio.Event()
        done = await it.guild.submit("U1", {"text": WORDS})
        assert (done.answer, done.deferred) == (5, True)
        it.engine.hold.set()
        await it.settled()

        assert it.whispers() == ["Thank you"]


async def test_nobody_goes_on_with_somebody_elses_form():
    async with stage() as it:
        await opened(it, LONG)
        await it.guild.submit("U1", {"f0": "a"})
        _, action = it.button()
        root = await it.post(message("Forged", Button("Go on", action)))
        over = await it.guild.press("U2", "C1", root, action)

        assert over.text.startswith(OVER)
        assert it.guild.modal("U2") is None
