"""The platform: what is displayed, to whom, and what the coach can do there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.console.grammar import read
from adapters.console.receive import Received, receive
from adapters.console.steps import ScriptError
from adapters.console.world import COACH, direct
from bot.ids import ChannelId, MessageId, PostKey, UserId
from bot.inbound import (
    CommandGiven,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ShortcutUsed,
)
from bot.messages import Direct, InChannel, InThread
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused
from tests.console.fakes import QUESTION, START, Theatre, message, theatre

PREP = ChannelId("#prep")
ANA, BO = UserId("ana"), UserId("bo")


@pytest.fixture
def scene() -> Theatre:
    return theatre()


def do(scene: Theatre, text: str) -> Received:
    return receive(scene.world, read(text), START)


async def ask(scene: Theatre) -> Receipt:
    return await scene.courier.post(InChannel(PREP), QUESTION, PostKey("k"), None)


async def test_words_in_a_thread_reach_the_coach_with_their_thread(scene: Theatre) -> None:
    root = await ask(scene)

    event = do(scene, "bo in q1 with 2 files: mine").event

    assert isinstance(event, MessageSaid)
    assert (event.channel, event.thread, event.text) == (PREP, root.message, "mine")
    assert (event.files, event.direct, event.by.id) == (2, False, BO)


async def test_a_reply_to_a_reply_stands_in_the_same_thread(scene: Theatre) -> None:
    root = await ask(scene)
    do(scene, "bo in q1: first")

    event = do(scene, "ana in bo1: second").event

    assert isinstance(event, MessageSaid)
    assert event.thread == root.message


def test_words_to_the_coach_are_direct(scene: Theatre) -> None:
    event = do(scene, "bo to coach: practice").event

    assert isinstance(event, MessageSaid)
    assert event.direct
    assert event.channel == direct(BO)


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("bo in #prep: /coach plan", PREP),
        ("bo: /coach plan", None),
        ("bo in #prep: @coach plan", PREP),
    ],
)
def test_a_command_says_where_it_was_given(
    scene: Theatre, text: str, channel: ChannelId | None
) -> None:
    event = do(scene, text).event

    assert isinstance(event, CommandGiven)
    assert (event.text, event.channel) == ("plan", channel)


async def test_a_reaction_is_reported_once_on_and_once_off(scene: Theatre) -> None:
    await ask(scene)

    events = [do(scene, f"bo on q1: {tap}").event for tap in ("+4", "+4", "-4", "-4")]

    assert [event.added if isinstance(event, Reacted) else None for event in events] == [
        True,
        None,
        False,
        None,
    ]


def test_an_edit_and_a_deletion_name_the_message(scene: Theatre) -> None:
    said = do(scene, "bo in #prep: old").event
    edited = do(scene, "bo on bo1: edit: new").event
    deleted = do(scene, "bo on bo1: delete").event

    assert isinstance(said, MessageSaid)
    assert isinstance(edited, MessageEdited)
    assert isinstance(deleted, MessageDeleted)
    assert said.message == edited.message == deleted.message
    assert edited.text == "new"
    assert scene.world.find("bo1") is None


async def test_a_shortcut_says_on_what_message_it_was_used_and_where_that_stands(
    scene: Theatre,
) -> None:
    root = await ask(scene)
    on_question = do(scene, "bo on q1: practise this").event
    do(scene, "bo in q1: my answer")
    do(scene, "bo to coach: hello")
    in_thread = do(scene, "bo on bo1: second take").event
    alone = do(scene, "bo on bo2: practise this").event

    assert isinstance(on_question, ShortcutUsed)
    assert isinstance(in_thread, ShortcutUsed)
    assert isinstance(alone, ShortcutUsed)
    assert (on_question.message, on_question.thread) == (root.message, None)
    assert (on_question.name, in_thread.name) == ("practise", "second-take")
    assert (in_thread.thread, in_thread.channel, in_thread.direct) == (root.message, PREP, False)
    assert (alone.channel, alone.direct) == (direct(BO), True)


def test_somebody_new_enters_and_leaves(scene: Theatre) -> None:
    entered = do(scene, "dora enters #prep").event
    left = do(scene, "dora leaves #prep").event

    assert isinstance(entered, MembershipChanged)
    assert isinstance(left, MembershipChanged)
    assert (entered.present, left.present) == (True, False)
    assert UserId("dora") not in scene.world.channels[PREP]


def test_no_two_happenings_share_a_delivery_key(scene: Theatre) -> None:
    texts = ["bo: /coach plan", "bo: /coach plan", "bo in #prep: hi", "bo in #prep: hi"]

    keys = [event.key for text in texts if (event := do(scene, text).event)]

    assert len(set(keys)) == len(texts)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("zed in #prep: hi", "no person called zed"),
        ("bo in #nowhere: hi", "no channel #nowhere"),
        ("bo in q9: hi", "no message q9"),
        ("bo on q1: edit: mine", "by the coach"),
        ('bo on q1: press "Nothing"', "no button"),
        ("bo sends the form: a=1", "no form open"),
        ("bo in ana1: overheard", "no message ana1"),
    ],
)
async def test_what_no_platform_would_let_through_is_refused_and_nothing_happens(
    scene: Theatre, text: str, problem: str
) -> None:
    await ask(scene)
    do(scene, "ana to coach: between us")
    before = scene.world.count

    with pytest.raises(ScriptError, match=problem):
        do(scene, text)

    assert scene.world.count == before


async def test_a_label_that_could_be_mistaken_gets_a_dash(scene: Theatre) -> None:
    for name in ("q", "bo1"):
        do(scene, f"{name} enters #prep")
        do(scene, f"{name} in #prep: hi")

    assert scene.world.labels() == ("q-1", "bo1-1")


async def test_a_post_is_found_by_its_key(scene: Theatre) -> None:
    place, key = Direct(BO), PostKey("key")
    receipt = await scene.courier.post(place, message("Hello"), key, None)

    assert await scene.courier.find(place, key, START, None) == receipt
    assert await scene.courier.find(place, PostKey("other"), START, None) is None


async def test_the_platform_shows_a_post_twice_that_is_posted_twice(scene: Theatre) -> None:
    await ask(scene)
    await ask(scene)

    assert scene.world.labels() == ("q1", "q2")


async def test_a_thread_shows_what_is_still_there(scene: Theatre) -> None:
    root = await ask(scene)
    for text in ("bo in q1: one", "ana in q1: two", "bo on bo1: delete"):
        do(scene, text)
    await scene.courier.post(InThread(PREP, PostKey("k")), message("Three"), PostKey("t"), root)

    seen = await scene.courier.thread(root)

    assert [(each.text, each.is_bot) for each in seen] == [("two", False), ("", True)]


async def test_marks_are_shown_once_and_taken_off(scene: Theatre) -> None:
    root = await ask(scene)
    before = scene.world.count
    for on in (True, True, False, False):
        await scene.courier.mark(root, "✅", on=on)

    assert scene.world.count == before + 2
    assert await scene.courier.reactions(root) == []


async def test_the_reactions_on_a_post_tell_who_and_what(scene: Theatre) -> None:
    root = await ask(scene)
    do(scene, "bo on q1: +4")
    await scene.courier.mark(root, "✅", on=True)

    seen = await scene.courier.reactions(root)

    assert [(each.user, each.emoji) for each in seen] == [(BO, "4️⃣"), (COACH, "✅")]


async def test_what_cannot_arrive_is_refused_for_good(scene: Theatre) -> None:
    do(scene, "bo blocks coach")
    gone = Receipt(PREP, MessageId("m0"))

    for place in (Direct(BO), Direct(UserId("zed")), InChannel(ChannelId("#gone"))):
        with pytest.raises(Refused):
            await scene.courier.post(place, message("x"), PostKey("x"), None)
    with pytest.raises(Refused):
        await scene.courier.edit(gone, message("x"))
    with pytest.raises(Refused):
        await scene.courier.people(ChannelId("#gone"))


async def test_an_edit_shows_the_new_words_and_when(scene: Theatre) -> None:
    root = await ask(scene)
    scene.stage.clock.move(START + timedelta(minutes=1))

    await scene.courier.edit(root, message("Closed", topic="question"))

    shown = scene.world.find("q1")
    assert shown is not None
    assert shown.content == message("Closed", topic="question")
    assert shown.revised_at - shown.said_at == timedelta(minutes=1)
