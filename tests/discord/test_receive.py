from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from adapters.discord.receive import DIRECT, Ours, receive, removed_from
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import (
    Author,
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ReactionsCleared,
)

Json = dict[str, Any]

NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
GUILD, CHANNEL, THREAD, DM = "100", "200", "300", "400"
ANA, BO, US = "11", "12", "99"

MESSAGE = "1446000000000000000"
SAID_AT = discord.utils.snowflake_time(int(MESSAGE))
EDITED = "2026-12-07T08:59:01.234567+00:00"
PARENTS = {CHANNEL: "", THREAD: CHANNEL}


OURS = Ours(US, True, PARENTS.get, lambda _: "prep", lambda _: "mods")
BLIND = replace(OURS, reads=False)


def user(id_: str = ANA, **more: Any) -> Json:
    return {"id": id_, "username": "ana", "global_name": "Ana", "discriminator": "0", **more}


def written(content: str = "My answer", **more: Any) -> Json:
    body = {
        "id": MESSAGE,
        "channel_id": THREAD,
        "guild_id": GUILD,
        "type": 0,
        "content": content,
        "author": user(),
        "member": {"nick": "Ana Ito", "roles": []},
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "edited_timestamp": None,
        "timestamp": "2025-12-04T05:11:54.263000+00:00",
    }
    return body | more


def private(**more: Any) -> Json:
    body = written(channel_id=DM, **more)
    del body["guild_id"], body["member"]
    return body


def tapped(**more: Any) -> Json:
    body: Json = {"user_id": BO, "channel_id": THREAD, "message_id": MESSAGE, "guild_id": GUILD}
    body["emoji"] = {"id": None, "name": "4️⃣"}
    body["member"] = {"user": user(BO, global_name="Bo"), "nick": None}
    return body | more


def told(event: str, body: Json, who: Ours = OURS) -> tuple[Inbound, ...]:
    return receive({"op": 0, "s": 7, "t": event, "d": body}, who, NOW)


def only(event: str, body: Json, who: Ours = OURS) -> Any:
    found = told(event, body, who)
    assert len(found) == 1
    return found[0]


# --- messages ----------------------------------------------------------------------------


def test_what_is_said_in_a_thread_stands_in_the_channel_of_its_root():
    assert only("MESSAGE_CREATE", written()) == MessageSaid(
        workspace=WorkspaceId(f"discord:{GUILD}"),
        by=Author(UserId(ANA), "Ana Ito"),
        at=SAID_AT,
        key=DeliveryKey(f"m:{THREAD}:{MESSAGE}"),
        channel=ChannelId(THREAD),
        message=MessageId(MESSAGE),
        text="My answer",
        thread=MessageId(THREAD),
    )


def test_what_is_said_in_private_belongs_nowhere_yet():
    event = only("MESSAGE_CREATE", private())

    assert (event.workspace, event.channel, event.thread, event.direct) == (DIRECT, DM, None, True)
    assert event.by.name == "Ana"


@pytest.mark.parametrize(
    "more",
    [
        {"channel_id": CHANNEL},
        {"channel_id": "555", "channel_type": 0},
        {"id": THREAD, "channel_id": THREAD},
        {"type": 18},
        {"type": 21},
        {"author": user(bot=True)},
        {"author": user(system=True)},
        {"author": user(US)},
        {"webhook_id": "5"},
        {"content": "  "},
        {"content": f"<@{US}> today"},
    ],
    ids=str,
)
def test_what_is_no_answer_of_a_person_is_nothing(more: Json):
    assert told("MESSAGE_CREATE", written(**more)) == ()


def test_a_thread_we_do_not_know_may_be_one_of_ours():
    assert only("MESSAGE_CREATE", written(channel_id="555")).channel == "555"
    assert only("MESSAGE_CREATE", written(channel_id=CHANNEL, channel_type=11)).thread == CHANNEL


def test_a_reply_is_a_message_and_files_and_stickers_count():
    files = {"attachments": [{"id": "1"}, {"id": "2"}], "sticker_items": [{"id": "3"}]}
    event = only("MESSAGE_CREATE", written("", type=19, **files))

    assert (event.text, event.files) == ("", 3)


def test_a_text_is_read_with_names_instead_of_ids():
    mentions = [user(BO, global_name="Bo", member={"nick": "Bo Berg"})]
    content = f"As <@{BO}> said in <#{CHANNEL}> <@&5> <:wave:7>"

    event = only("MESSAGE_CREATE", written(content, mentions=mentions))

    assert event.text == "As @Bo Berg said in #prep @mods :wave:"


def test_an_edit_is_the_new_text_since_when_it_was_changed():
    event = only("MESSAGE_UPDATE", written("Better", edited_timestamp=EDITED))

    assert event == MessageEdited(
        workspace=WorkspaceId(f"discord:{GUILD}"),
        by=Author(UserId(ANA), "Ana Ito"),
        at=datetime(2026, 12, 7, 8, 59, 1, 234567, tzinfo=UTC),
        key=DeliveryKey(f"e:{THREAD}:{MESSAGE}:{EDITED}"),
        channel=ChannelId(THREAD),
        message=MessageId(MESSAGE),
        text="Better",
        thread=MessageId(THREAD),
        said_at=SAID_AT,
    )


def test_a_preview_of_a_link_changes_no_text():
    assert told("MESSAGE_UPDATE", written(embeds=[{"type": "link"}])) == ()
    bare = {"id": MESSAGE, "channel_id": THREAD, "guild_id": GUILD, "embeds": []}
    assert told("MESSAGE_UPDATE", bare) == ()


def test_what_arrives_empty_because_we_may_not_read_is_not_an_answer():
    assert told("MESSAGE_CREATE", written(""), BLIND) == ()
    assert told("MESSAGE_UPDATE", written("", edited_timestamp=EDITED), BLIND) == ()
    assert only("MESSAGE_CREATE", private(content="Mine"), BLIND).text == "Mine"
    assert only("MESSAGE_UPDATE", written("", edited_timestamp=EDITED)).text == ""


def test_a_deletion_is_told_without_who_did_it():
    body = {"id": MESSAGE, "channel_id": THREAD, "guild_id": GUILD}

    event = only("MESSAGE_DELETE", body)

    assert isinstance(event, MessageDeleted)
    assert (event.channel, event.message, event.at) == (THREAD, MESSAGE, NOW)
    assert (event.by.id, event.key) == ("", f"d:{THREAD}:{MESSAGE}")
    assert told("MESSAGE_DELETE", body | {"channel_id": CHANNEL}) == ()


def test_many_deletions_at_once_are_one_each():
    body = {"ids": ["1", "2"], "channel_id": THREAD, "guild_id": GUILD}

    assert [each.key for each in told("MESSAGE_DELETE_BULK", body)] == [
        f"d:{THREAD}:1",
        f"d:{THREAD}:2",
    ]


# --- reactions ---------------------------------------------------------------------------


def test_a_reaction_is_an_emoji_on_a_message_from_now_on():
    stamp = int(NOW.timestamp() * 1_000_000)

    assert only("MESSAGE_REACTION_ADD", tapped()) == Reacted(
        workspace=WorkspaceId(f"discord:{GUILD}"),
        by=Author(UserId(BO), "Bo"),
        at=NOW,
        key=DeliveryKey(f"r:{THREAD}:{MESSAGE}:{BO}:4️⃣:+:{stamp}"),
        channel=ChannelId(THREAD),
        message=MessageId(MESSAGE),
        emoji="4️⃣",
        added=True,
    )


@pytest.mark.parametrize(
    ("emoji", "means"),
    [
        ({"id": None, "name": "👍🏽"}, "👍"),
        ({"id": None, "name": "4⃣"}, "4️⃣"),
        ({"id": "77", "name": "logo"}, ":logo:"),
    ],
)
def test_a_reaction_means_the_same_in_every_tone_and_spelling(emoji: Json, means: str):
    body = tapped(emoji=emoji)
    del body["member"]

    event = only("MESSAGE_REACTION_REMOVE", body)

    assert (event.emoji, event.added, event.by.name) == (means, False, "")


def test_our_own_reactions_those_of_bots_and_of_a_deleted_emoji_are_nothing():
    assert told("MESSAGE_REACTION_ADD", tapped(user_id=US)) == ()
    assert told("MESSAGE_REACTION_ADD", tapped(member={"user": user(bot=True)})) == ()
    assert told("MESSAGE_REACTION_ADD", tapped(emoji={"id": "7", "name": None})) == ()


def test_reactions_are_cleared_all_or_one_emoji():
    body = {"channel_id": DM, "message_id": MESSAGE}
    one = body | {"emoji": {"id": None, "name": "4️⃣"}}

    every = only("MESSAGE_REACTION_REMOVE_ALL", body)
    assert isinstance(every, ReactionsCleared)
    assert (every.emoji, every.workspace) == (None, DIRECT)
    assert only("MESSAGE_REACTION_REMOVE_EMOJI", one).emoji == "4️⃣"
    assert told("MESSAGE_REACTION_REMOVE_EMOJI", body) == ()


# --- members and servers -----------------------------------------------------------------


def test_who_leaves_the_server_is_gone_from_all_channels():
    event = only("GUILD_MEMBER_REMOVE", {"guild_id": GUILD, "user": user()})

    assert isinstance(event, MembershipChanged)
    assert (event.by, event.channel, event.present) == (Author(UserId(ANA), "Ana"), None, False)
    assert event.key == f"j:{GUILD}:{ANA}:-:{int(NOW.timestamp() * 1_000_000)}"
    assert told("GUILD_MEMBER_REMOVE", {"guild_id": GUILD, "user": user(bot=True)}) == ()


def test_a_server_with_an_outage_has_not_removed_us():
    assert removed_from({"t": "GUILD_DELETE", "d": {"id": GUILD}}) == f"discord:{GUILD}"
    assert removed_from({"t": "GUILD_DELETE", "d": {"id": GUILD, "unavailable": True}}) is None
    assert removed_from({"t": "GUILD_DELETE", "d": None}) is None
    assert removed_from({"t": "READY", "d": {"id": GUILD}}) is None


# --- the thread in which we speak to somebody alone ---------------------------------------------


def test_the_thread_in_which_we_speak_to_somebody_alone_is_a_direct_message_with_them():
    alone = replace(OURS, alone_with=lambda channel, who: (channel, who) == (THREAD, ANA))

    theirs = only("MESSAGE_CREATE", written(), alone)
    others = only("MESSAGE_CREATE", written(author=user(BO)), alone)

    assert (theirs.direct, theirs.thread, theirs.workspace) == (True, None, f"discord:{GUILD}")
    assert not others.direct


def test_a_change_there_that_we_are_not_shown_is_none():
    blind = replace(BLIND, alone_with=lambda channel, who: bool(channel and who))

    assert told("MESSAGE_UPDATE", written("", edited_timestamp=EDITED), blind) == ()
