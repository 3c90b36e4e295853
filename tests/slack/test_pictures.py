"""Pictures in Slack: uploaded before the post, shown below its text, and never in its way."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from adapters.pictures.drawing import Pictures
from adapters.slack.calls import Calls
from adapters.slack.gates import Gates
from adapters.slack.render import render, with_picture
from adapters.slack.send import SlackCourier
from adapters.slack.uploads import ALT_LIMIT
from adapters.slack.workspaces import client_for
from bot.ids import PostKey
from bot.messages import Button, Buttons, Message, Paragraph, Quote, Reply, Table, Words
from bot.pictures import Image, Picture
from bot.ports.outgoing import Post
from bot.ports.outside import Draw
from bot.voice import pictures
from tests.pictures.samples import AWKWARD, PLAIN, SCRIPTS, board, progress
from tests.slack.couriers import IN_PREP, TO_ANA, Scene, note, scene
from tests.slack.doors import Engine, door, shows

KEY = PostKey("k1")
PNG = b"\x89PNG\r\n\x1a\n not really"
UPLOADS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")


class Artist:
    """Draws anything at once, unless it cannot."""

    def __init__(self, alt: str = "", *, unable: bool = False) -> None:
        self.drawn: list[Picture] = []
        self._alt, self._unable = alt, unable

    async def __call__(self, picture: Picture) -> Image | None:
        self.drawn.append(picture)
        return None if self._unable else Image(PNG, self._alt or pictures.said(picture))


def weekly(picture: Picture | None = None, *more: Buttons | Table | Quote) -> Message:
    """Make a message with a picture."""
    said = Paragraph((Words("The week's board."),))
    return Message("leaderboard", "The week's board", (said, *more), picture=picture or board())


async def courier_of(scene: Scene, draw: Draw) -> SlackCourier:
    """Return a courier that draws, as a process that has just started has it."""
    workspace = await scene.workspace()
    client = client_for(workspace.token, scene.slack.base_url, scene.session)
    calls = Calls(workspace.id, client, Gates(scene.clock, scene.wait), scene.patience)
    scene.slack.calls.clear()
    return SlackCourier(workspace, client, scene.clock, scene.wait, calls, draw)


def kinds(scene: Scene, channel: str = "C1") -> list[list[str]]:
    """Return the types of the blocks of the messages in a channel."""
    return [[block["type"] for block in post.blocks] for post in scene.team.messages(channel)]


async def test_a_picture_is_uploaded_whole_and_stands_below_its_text_with_its_words():
    async with scene() as it:
        courier = await courier_of(it, Pictures().aside)

        await courier.post(IN_PREP, weekly(), KEY, None)

        (post,) = it.team.messages("C1")
        (file,) = it.team.files.values()
        assert [block["type"] for block in post.blocks] == ["rich_text", "image"]
        assert post.blocks[1]["slack_file"] == {"id": file.id}
        assert post.blocks[1]["alt_text"] == pictures.said(board())
        assert file.content.startswith(b"\x89PNG")
        assert it.asked()[-4:] == [*UPLOADS, "chat.postMessage"]


async def test_a_message_without_a_picture_draws_and_uploads_nothing():
    async with scene() as it:
        artist = Artist()
        courier = await courier_of(it, artist)

        await courier.post(IN_PREP, note("Hello"), KEY, None)

        assert (artist.drawn, it.asked(*UPLOADS)) == ([], [])


async def test_a_picture_stands_above_the_buttons_that_end_a_message():
    async with scene() as it:
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(None, Buttons((Button("Mine", "say:me"),))), KEY, None)

        assert kinds(it) == [["rich_text", "image", "actions"]]


async def test_where_nothing_can_be_drawn_the_text_is_posted():
    async with scene() as it:
        courier = await courier_of(it, Artist(unable=True))

        await courier.post(IN_PREP, weekly(), KEY, None)

        assert kinds(it) == [["rich_text"]]
        assert it.asked(*UPLOADS) == []


async def test_without_the_scope_the_text_is_posted_and_the_cure_told_once(caplog):
    async with scene() as it:
        it.team.scopes.discard("files:write")
        courier = await courier_of(it, Artist())

        for key in ("k1", "k2"):
            await courier.post(IN_PREP, weekly(), PostKey(key), None)

        assert kinds(it) == [["rich_text"], ["rich_text"]]
        (told,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
        assert "files:write" in vars(told)["cure"]


async def test_the_scope_works_as_soon_as_it_is_there():
    async with scene() as it:
        it.team.scopes.discard("files:write")
        courier = await courier_of(it, Artist())
        await courier.post(IN_PREP, weekly(), KEY, None)

        it.team.scopes.add("files:write")
        await courier.post(IN_PREP, weekly(), PostKey("k2"), None)

        assert kinds(it) == [["rich_text"], ["rich_text", "image"]]


@pytest.mark.parametrize("step", UPLOADS)
@pytest.mark.parametrize("fault", ["http", "reset", "lose_reply", "limit", "refusal"])
async def test_whatever_step_of_an_upload_fails_the_text_is_posted_once(step, fault, caplog):
    async with scene() as it:
        match fault:
            case "http":
                it.slack.faults.http(step, 503)
            case "limit":
                it.slack.faults.rate_limit(step, 30)
            case "refusal":
                it.slack.faults.fail(step, "storage_limit_reached")
            case _:
                getattr(it.slack.faults, fault)(step)
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(), KEY, None)

        assert kinds(it) == [["rich_text"]]
        assert "a picture was left out" in caplog.text


async def test_an_upload_that_never_ends_is_not_waited_for_long():
    async with scene() as it:
        it.slack.faults.stall("upload")
        courier = await courier_of(it, Artist())
        courier.uploads._patience = timedelta(milliseconds=200)

        await courier.post(IN_PREP, weekly(), KEY, None)

        assert kinds(it) == [["rich_text"]]


@pytest.mark.parametrize(("slow", "waits"), [(1, [1.0]), (2, [1.0, 2.0])])
async def test_a_file_that_is_not_ready_is_waited_for_a_little(slow, waits):
    async with scene() as it:
        it.team.slow_files = slow
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(), KEY, None)

        assert kinds(it) == [["rich_text", "image"]]
        assert it.waits == waits
        assert len(it.team.files) == 1


async def test_a_file_that_never_gets_ready_is_left_out(caplog):
    async with scene() as it:
        it.team.slow_files = 99
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(), KEY, None)

        assert kinds(it) == [["rich_text"]]
        assert "a picture was left out" in caplog.text


async def test_a_file_that_is_not_ready_costs_no_table():
    async with scene() as it:
        it.team.slow_files = 1
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(None, Table(("a",), (("b",),))), KEY, None)

        assert kinds(it) == [["rich_text", "table", "image"]]


async def test_a_table_that_is_refused_costs_no_picture():
    async with scene() as it:
        it.slack.faults.fail("chat.postMessage", "invalid_blocks")
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(None, Table(("a",), (("b",),))), KEY, None)

        assert kinds(it) == [["rich_text", "rich_text", "image"]]


async def test_a_refusal_that_names_nothing_costs_the_picture_and_not_the_post():
    async with scene() as it:
        it.slack.faults.fail("chat.postMessage", "invalid_blocks")
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(), KEY, None)

        assert kinds(it) == [["rich_text"]]


async def test_a_process_that_ends_between_upload_and_post_leaves_one_post():
    async with scene() as it:
        it.slack.faults.stall("chat.postMessage")
        it.patience = timedelta(milliseconds=150)
        it.put("k1", IN_PREP, Post(weekly()))
        await it.relay(await courier_of(it, Artist())).drain()
        assert (kinds(it), len(it.team.files)) == ([], 1)

        await it.live_on(it.relay(await courier_of(it, Artist())))

        assert kinds(it) == [["rich_text", "image"]]
        assert len(it.team.files) == 2


async def test_a_post_whose_answer_is_lost_is_found_and_uploads_nothing_again():
    async with scene() as it:
        it.slack.faults.lose_reply("chat.postMessage")
        it.put("k1", IN_PREP, Post(weekly()))

        await it.live_on(it.relay(await courier_of(it, Artist())))

        assert kinds(it) == [["rich_text", "image"]]
        assert len(it.team.files) == 1


async def test_a_post_that_is_tried_again_shows_the_file_that_is_there():
    async with scene() as it:
        it.slack.faults.rate_limit("chat.postMessage", 30)
        it.put("k1", IN_PREP, Post(weekly()))

        await it.live_on(it.relay(await courier_of(it, Artist())))

        assert kinds(it) == [["rich_text", "image"]]
        assert len(it.team.files) == 1


async def test_an_edit_shows_the_new_picture_and_takes_an_old_one_away():
    async with scene() as it:
        courier = await courier_of(it, Artist())
        receipt = await courier.post(IN_PREP, weekly(), KEY, None)
        first = it.team.messages("C1")[0].blocks[1]["slack_file"]

        await courier.edit(receipt, weekly(board(PLAIN[:3])))
        second = it.team.messages("C1")[0].blocks[1]["slack_file"]
        await courier.edit(receipt, note("Nothing to see"))

        assert first != second
        assert kinds(it) == [["rich_text"]]


async def test_a_long_message_is_divided_alike_with_its_picture_and_without_it():
    message = weekly(None, Quote("All of it. " * 3_000))
    async with scene() as it:
        courier = await courier_of(it, Artist())

        receipt = await courier.post(IN_PREP, message, KEY, None)

        parts = [it.team.messages("C1")[0], *it.team.thread("C1", receipt.message)]
        plain = render(message)
        block = parts[0].blocks[1 if parts[0].blocks[1]["type"] == "image" else -1]
        assert len(parts) == len(plain)
        assert sum("image" in str(part.blocks) for part in parts) == 1
        assert with_picture(plain[0], block).text == parts[0].text


@pytest.mark.parametrize("names", [PLAIN, SCRIPTS, AWKWARD])
async def test_slack_takes_the_words_of_every_board_beside_as_much_text_as_fits(names):
    async with scene() as it:
        courier = await courier_of(it, Artist())

        await courier.post(IN_PREP, weekly(board(names), Quote("👩‍💻 & <b> " * 4_000)), KEY, None)

        assert "image" in kinds(it)[0]


async def test_words_that_are_too_long_for_a_picture_are_cut():
    async with scene() as it:
        courier = await courier_of(it, Artist("word " * 1_000))

        await courier.post(TO_ANA, weekly(), KEY, None)

        (post,) = it.team.messages(it.team.dm("U1"))
        assert len(post.blocks[1]["alt_text"]) <= ALT_LIMIT


@pytest.mark.parametrize("place", ["C1", "direct"])
async def test_the_picture_of_a_private_reply_follows_in_the_direct_message(place):
    said = Paragraph((Words("You had 3 answers."),))
    reply = Reply((Message("notice", "Your progress", (said,), picture=progress()),))
    async with door("socket", Engine(shows(reply)), draw=Artist()) as it:
        channel = it.team.dm("U1") if place == "direct" else place

        await it.team.command("U1", channel, "progress")
        await it.settled()

        assert it.whispers() == ["Your progress\nYou had 3 answers."]
        (post,) = it.team.messages(it.team.dm("U1"))
        assert [block["type"] for block in post.blocks] == ["image"]
        assert it.team.messages("C1") == []


async def test_a_private_reply_without_its_picture_is_whole():
    said = Paragraph((Words("You had 3 answers."),))
    reply = Reply((Message("notice", "Your progress", (said,), picture=progress()),))
    async with door("socket", Engine(shows(reply)), draw=Artist()) as it:
        it.team.scopes.discard("files:write")

        await it.team.command("U1", "C1", "progress")
        await it.settled()

        assert it.whispers() == ["Your progress\nYou had 3 answers."]
        assert it.team.messages(it.team.dm("U1")) == []
