"""Pictures in Discord: attached to the post, shown below its text, and never in its way."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from adapters.discord.render import PICTURE, PICTURE_WORDS, render, walk, with_picture
from adapters.discord.send import DiscordCourier, DiscordCouriers
from adapters.pictures.drawing import Pictures
from bot.ids import PostKey
from bot.messages import Bullets, Button, Buttons, Heading, Message, Paragraph, Quote, Reply, Words
from bot.pictures import Image, Picture
from bot.ports.outgoing import Post
from bot.ports.outside import Draw
from bot.voice import pictures
from tests.discord.couriers import KEY, Scene, note, scene
from tests.discord.doors import FakeEngine, Stage, message, shows, stage
from tests.pictures.samples import AWKWARD, PLAIN, board, progress
from tests.servers.discord.components import DISPLAY, GALLERY, ROW
from tests.servers.discord.permissions import Permission
from tests.servers.discord.state import Message as Shown

PNG = b"\x89PNG\r\n\x1a\n not really"


class Artist:
    """Draws anything at once, unless it cannot."""

    def __init__(self, alt: str = "", *, unable: bool = False) -> None:
        self.drawn: list[Picture] = []
        self._alt, self._unable = alt, unable

    async def __call__(self, picture: Picture) -> Image | None:
        self.drawn.append(picture)
        return None if self._unable else Image(PNG, self._alt or pictures.said(picture))


def weekly(*more: Buttons | Quote | Bullets, picture: Picture | None = None) -> Message:
    """Make a message with a picture."""
    blocks = (Heading("The week's board"), *more)
    return Message("leaderboard", "The week's board", blocks, picture=picture or board())


async def couriers_of(scene: Scene, draw: Draw) -> DiscordCouriers:
    """Return couriers that draw, as a process that has just started has them."""
    made = await scene.couriers()
    served = {int(guild.id) for guild in scene.server.guilds.values()}
    return DiscordCouriers(
        scene.clients[-1], scene.clock, scene.wait, served.__contains__, made.line, draw
    )


async def courier_of(scene: Scene, draw: Draw) -> DiscordCourier:
    courier = (await couriers_of(scene, draw)).of(scene.workspace())
    assert courier is not None
    return courier


def kinds(message: Shown) -> list[object]:
    """Return the types of a message's components, without its frame."""
    return [each["type"] for each in walk(message.components) if "components" not in each]


def files(message: Shown) -> list[str]:
    return [each["filename"] for each in message.attachments]


async def test_a_picture_is_attached_whole_and_stands_below_its_text_with_its_words():
    async with scene() as it:
        courier = await courier_of(it, Pictures().aside)

        await courier.post(it.prep, weekly(), KEY, None)

        (message,), call = it.messages(), it.server.calls[-1]
        assert kinds(message) == [DISPLAY, GALLERY]
        assert files(message) == [PICTURE]
        assert call.uploads[PICTURE].startswith(b"\x89PNG")
        said = pictures.said(board())
        assert call.body["attachments"] == [{"id": 0, "filename": PICTURE, "description": said}]
        gallery = [each for each in walk(message.components) if each["type"] == GALLERY]
        assert gallery[0]["items"] == [
            {"media": {"url": f"attachment://{PICTURE}"}, "description": said}
        ]


async def test_a_message_without_a_picture_draws_and_attaches_nothing():
    async with scene() as it:
        artist = Artist()
        courier = await courier_of(it, artist)

        await courier.post(it.prep, note("Hello"), KEY, None)

        assert artist.drawn == []
        assert "attachments" not in it.server.calls[-1].body


async def test_a_picture_stands_above_the_buttons_that_end_a_message():
    async with scene() as it:
        courier = await courier_of(it, Artist())

        await courier.post(it.prep, weekly(Buttons((Button("Mine", "say:me"),))), KEY, None)

        outer = it.messages()[0].components[0]["components"]
        assert [each["type"] for each in outer] == [DISPLAY, GALLERY, ROW]


async def test_where_nothing_can_be_drawn_the_text_is_posted():
    async with scene() as it:
        courier = await courier_of(it, Artist(unable=True))

        await courier.post(it.prep, weekly(), KEY, None)

        assert kinds(it.messages()[0]) == [DISPLAY]


@pytest.mark.parametrize("place", ["prep", "forum"])
async def test_a_forum_and_a_channel_show_it(place):
    async with scene() as it:
        courier = await courier_of(it, Artist())

        receipt = await courier.post(getattr(it, place), weekly(), KEY, None)

        assert kinds(it.guild.messages(receipt.channel)[0]) == [DISPLAY, GALLERY]


async def test_without_the_permission_the_text_is_posted_and_the_cure_told_once(caplog):
    async with scene() as it:
        it.guild.deny("C1", Permission.ATTACH_FILES)
        courier = await courier_of(it, Artist())

        for key in ("k1", "k2"):
            await courier.post(it.prep, weekly(), PostKey(key), None)

        assert [kinds(each) for each in it.messages()] == [[DISPLAY], [DISPLAY]]
        told = [each for each in caplog.records if each.levelno >= logging.ERROR]
        assert [vars(each)["error"] for each in told] == ["missing_permissions"]


async def test_a_picture_that_is_refused_costs_no_post(caplog):
    async with scene() as it:
        it.server.faults.fail("create_message", 40005)
        courier = await courier_of(it, Artist())

        await courier.post(it.prep, weekly(), KEY, None)

        assert [kinds(each) for each in it.messages()] == [[DISPLAY]]
        assert "a picture was left out" in caplog.text


async def test_closed_direct_messages_are_asked_once_and_the_thread_shows_it():
    async with scene() as it:
        it.guild.close_dms("U1")
        courier = await courier_of(it, Artist())

        receipt = await courier.post(it.to_ana, weekly(), KEY, None)

        assert kinds(it.guild.messages(receipt.channel)[-1]) == [DISPLAY, GALLERY]
        assert len(it.asked("create_message")) == 2


async def test_a_post_whose_answer_is_lost_is_there_once_with_its_picture():
    async with scene() as it:
        it.server.faults.lose_reply("create_message", times=2)
        it.put("k1", it.prep, Post(weekly()))

        await it.live_on(it.relay(await couriers_of(it, Artist())))

        assert [kinds(each) for each in it.messages()] == [[DISPLAY, GALLERY]]


async def test_a_process_that_ends_while_it_posts_leaves_one_post():
    async with scene(timedelta(milliseconds=150)) as it:
        it.server.faults.stall("create_message")
        it.put("k1", it.prep, Post(weekly()))
        await it.relay(await couriers_of(it, Artist())).drain()

        await it.live_on(it.relay(await couriers_of(it, Artist())))

        assert [kinds(each) for each in it.messages()] == [[DISPLAY, GALLERY]]


async def test_an_edit_replaces_the_picture_and_takes_it_away():
    async with scene() as it:
        courier = await courier_of(it, Artist())
        receipt = await courier.post(it.prep, weekly(), KEY, None)
        first = it.messages()[0].attachments

        await courier.edit(receipt, weekly(picture=board(PLAIN[:3])))
        second = it.messages()[0].attachments
        await courier.edit(receipt, note("Nothing to see"))

        assert files(it.messages()[0]) == []
        assert (len(first), len(second)) == (1, 1)
        assert first != second
        assert kinds(it.messages()[0]) == [DISPLAY]


async def test_a_long_message_is_divided_alike_with_its_picture_and_without_it():
    bullets = [Bullets(((Words("one"),),)) for _ in range(19)]
    rows = [Buttons((Button(f"{n}", f"say:{n}"),)) for n in range(12)]
    message = weekly(*bullets, *rows, Quote("All of it. " * 900), picture=board(AWKWARD))
    async with scene() as it:
        courier = await courier_of(it, Artist())

        await courier.post(it.prep, message, KEY, None)

        assert len(it.messages()) == len(render(message))
        assert [GALLERY in kinds(each) for each in it.messages()].count(True) == 1


async def test_words_that_are_too_long_for_a_picture_are_cut():
    async with scene() as it:
        courier = await courier_of(it, Artist("👩‍💻 word " * 500))

        await courier.post(it.prep, weekly(), KEY, None)

        said = it.server.calls[-1].body["attachments"][0]["description"]
        assert PICTURE_WORDS - 20 < len(said.encode("utf-16-le")) // 2 <= PICTURE_WORDS


def test_a_part_without_a_picture_stays_as_it_is():
    (part,) = render(weekly())

    assert with_picture(part, None) == part


def personal() -> Reply:
    said = Paragraph((Words("You had 3 answers."),))
    return Reply((Message("notice", "Your progress", (said,), picture=progress()),))


async def asked(it: Stage) -> None:
    """Press a button in front of everybody that shows one's own progress."""
    shown = await it.post(message("Week 3", Button("My progress", "say:progress")))
    await it.guild.press("U1", "C1", shown, "say:progress")


async def test_the_picture_of_a_private_reply_follows_its_words_for_the_same_eyes():
    async with stage(FakeEngine(shows(personal())), draw=Pictures().aside) as it:
        await asked(it)
        await it.settled()

        words, picture = it.guild.ephemerals("U1")
        assert words.text == "You had 3 answers."
        assert (kinds(picture), files(picture)) == ([GALLERY], [PICTURE])
        assert len(it.guild.messages("C1")) == 1


async def test_a_private_reply_in_the_direct_message_is_followed_by_its_picture():
    async with stage(FakeEngine(shows(personal())), draw=Artist()) as it:
        direct = it.guild.dm("U1")
        it.guild.say("U1", direct, "progress")
        await it.settled()

        assert [files(each) for each in it.guild.messages(direct)][-1] == [PICTURE]
        assert it.guild.messages(direct)[-2].text == "You had 3 answers."


async def test_a_private_reply_that_cannot_be_drawn_is_whole():
    async with stage(FakeEngine(shows(personal())), draw=Artist(unable=True)) as it:
        await asked(it)
        await it.settled()

        assert it.whispers() == ["You had 3 answers."]
