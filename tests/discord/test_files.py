"""Long texts of a reply come as files; nothing of them is lost and nothing else changes."""

from __future__ import annotations

import json

import pytest

from adapters.discord.answers import Answers
from adapters.discord.files import BYTES_MOST, FEW, FILES_MOST, reply_pages
from adapters.discord.render import render
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import Author, MessageSaid
from bot.messages import Button, Buttons, Message, Note, Paragraph, Quote, Reply, Words
from tests.discord.doors import FakeEngine, shows, stage
from tests.discord.rendered import rows_of, texts_of
from tests.discord.server_stages import staged
from tests.servers.discord.permissions import Permission

ANSWERS = json.dumps([{"text": f"Answer {n}: ä 👩‍👧 `x` @everyone"} for n in range(600)], indent=1)
MEMBERSHIPS = json.dumps([{"name": "ana"}])
ESSAY = "It was a long week. " * 900


def titled(title: str) -> Paragraph:
    return Paragraph((Words(title, bold=True),))


def data(*parts: tuple[str, str]) -> Message:
    blocks = [block for title, body in parts for block in (titled(title), Quote(body))]
    end = (Note((Words("Delete it all with /coach forgetme."),)), Buttons((Button("Go", "go"),)))
    return Message("notice", "Your data", (titled("All I keep about you:"), *blocks, *end))


def test_what_would_take_many_messages_is_one_with_all_of_it_in_files():
    said = data(("Memberships", MEMBERSHIPS), ("Answers", ANSWERS), ("What you said", ESSAY))

    (page,) = reply_pages(said)

    assert {each.name: each.content.decode() for each in page.files} == {
        "answers.json": ANSWERS,
        "what-you-said.txt": ESSAY,
    }
    shown = "\n".join(texts_of(page.part.components))
    assert all(word in shown for word in ("All I keep", "Answers", "ana", "forgetme"))
    assert rows_of(page.part.components) == [["Go"]]


def test_what_takes_few_messages_is_read_in_them():
    said = data(("Answers", ESSAY[:9_000]))

    pages = reply_pages(said)

    assert 1 < len(pages) <= FEW
    assert [page.part for page in pages] == list(render(said))
    assert not any(page.files for page in pages)


def test_two_texts_of_one_title_are_two_files():
    (page,) = reply_pages(data(("Übung!", ESSAY), ("Übung!", ESSAY), ("日本", ESSAY)))

    assert [each.name for each in page.files] == ["bung.txt", "bung-2.txt", "text.txt"]


@pytest.mark.parametrize(("texts", "most"), [(FILES_MOST + 1, BYTES_MOST), (4, 5_000 * 4 - 1)])
def test_what_does_not_fit_into_the_files_of_a_message_is_still_said(texts: int, most: int):
    pages = reply_pages(data(*((f"Part {n}", "x " * 2_500) for n in range(texts))), most)

    assert len(pages) > FEW
    assert not any(page.files for page in pages)


async def test_a_long_reply_to_a_command_is_one_message_with_files_for_those_eyes_only():
    said = data(("Answers", ANSWERS), ("Memberships", MEMBERSHIPS))
    async with stage(FakeEngine(shows(Reply((said,))))) as it:
        done = await it.guild.command("U1", "C1", "coach mydata")
        await it.settled()

        assert (len(it.whispers()), done.ephemeral) == (1, True)
        (call,) = [call for call in it.server.calls if call.uploads]
        assert (call.name, dict(call.uploads)) == ("answer", {"answers.json": ANSWERS.encode()})
        assert it.guild.messages("C1") == []


async def test_a_long_reply_after_thinking_has_its_files_too():
    said = data(("Answers", ANSWERS))
    async with stage(FakeEngine(shows(Reply((said, said))))) as it:
        await it.guild.command("U1", "C1", "coach mydata")
        await it.settled()

        calls = [call for call in it.server.calls if call.uploads]
        assert [call.name for call in calls] == ["answer", "follow_up"]
        assert all(call.uploads == {"answers.json": ANSWERS.encode()} for call in calls)


async def test_a_long_reply_to_what_was_written_comes_with_files_in_the_direct_message():
    said = data(("Answers", ANSWERS))
    async with stage(FakeEngine(shows(Reply((said,))))) as it:
        direct = it.guild.dm("U1")
        it.guild.say("U1", direct, "mydata")
        await it.settled()

        assert isinstance(it.engine.events[-1], MessageSaid)
        assert [len(each.attachments) for each in it.guild.messages(direct)] == [0, 1]
        (call,) = [call for call in it.server.calls if call.uploads]
        assert call.uploads == {"answers.json": ANSWERS.encode()}


async def test_in_the_thread_of_somebody_with_closed_direct_messages_it_stays_messages():
    said = data(("Answers", ESSAY))
    async with stage() as it:
        root = it.guild.say("BOT", "C1", "Just the two of us")
        thread = it.guild.start_thread("BOT", "C1", root)
        it.guild.town.roles[it.guild.id].permissions &= ~Permission.ATTACH_FILES
        await it.settled()
        event = MessageSaid(
            workspace=WorkspaceId("discord:1"),
            by=Author(UserId(it.server.id_of("U1")), "Ana"),
            at=it.clock(),
            key=DeliveryKey("m:1"),
            channel=ChannelId(thread),
            message=MessageId(it.server.world.snowflakes.new()),
            text="mydata",
            direct=True,
        )

        await Answers(it.door.drafts).say(it.client, event, Reply((said,)), "")

        shown = [each for each in it.guild.messages(thread) if each.components]
        assert len(shown) > FEW
        assert "".join(each.text for each in shown).count("It was a long week.") == 900


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"attachments": [{"id": 0, "filename": "a.txt"}]}, "attachments.0"),
        ({}, "components"),
        ({"attachments": [{"filename": "a.txt"}]}, "attachments.0.id"),
    ],
)
async def test_the_local_discord_refuses_a_file_that_is_not_there(more, place):
    component = {"type": 13, "file": {"url": "attachment://b.txt"}}
    async with staged() as it:
        status, answer = await it.send(flags=1 << 15, components=[component], **more)

        assert (status, answer["code"]) == (400, 50035)
        errors = answer["errors"]
        for step in place.split("."):
            errors = errors[step]
        assert errors["_errors"]
