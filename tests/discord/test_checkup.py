"""The checkup: every fault of token, intents, channels and clock gets its line and its cure."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from adapters.discord.checkup import Access, Place, look
from adapters.discord.findings import Finding
from adapters.discord.invite import BITS, PERMISSIONS, label, needed
from bot.ids import ChannelId, WorkspaceId
from tests.servers.discord.interactions import Guild
from tests.servers.discord.permissions import Permission
from tests.servers.discord.server import DiscordServer

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
APPLICATION = "discord application"
GATEWAY = "discord gateway"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(lambda: NOON) as server:
        yield server


@pytest.fixture
def guild(discord: DiscordServer) -> Guild:
    """Return a server in which nothing is wrong, and nobody may more than is needed."""
    made = discord.guild("G1")
    made.add_channel("C1", "prep")
    made.add_channel("F1", "questions", kind="forum")
    grant(made, *PERMISSIONS)
    return made


def grant(guild: Guild, *names: str) -> None:
    """Let the coach's role have these permissions, and nobody else any."""
    guild.town.roles[guild.id].permissions = 0
    guild.town.roles[guild.bot_role].permissions = sum(BITS[name] for name in names)


class Checkup:
    """Looks at a server, and remembers how long it was to wait."""

    def __init__(self, discord: DiscordServer) -> None:
        self.discord = discord
        self.waited: list[float] = []
        self.slow_by = timedelta(0)
        self.token = discord.token
        self.application: str | None = None
        self.shards = 1

    def place(self, channel: str, guild: str = "G1") -> Place:
        """Return where a cohort is, by handles."""
        ids = self.discord.id_of(guild), self.discord.id_of(channel)
        return Place(WorkspaceId(f"discord:{ids[0]}"), ChannelId(ids[1]))

    async def look(self, *places: Place) -> Sequence[Finding]:
        now = await self._discords_time() - self.slow_by
        access = Access(self.token, self.discord.api_url, self.application, self.shards)
        return await look(access, places, lambda: now, self._wait)

    async def wrong(self, *places: Place) -> list[Finding]:
        """Return what is wrong, each of it with a cure."""
        found = [finding for finding in await self.look(*places) if not finding.ok]
        assert all(finding.cure for finding in found)
        return found

    async def _discords_time(self) -> datetime:
        # Beside the API, so that no fault meets it.
        url = self.discord.api_url.removesuffix("/api/v10")
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            self.discord.calls.clear()
            return parsedate_to_datetime(answer.headers["Date"])

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def checkup(discord: DiscordServer, guild: Guild) -> Checkup:
    assert guild.id in discord.world.towns
    return Checkup(discord)


async def test_where_all_is_well_everything_is_named_and_nothing_needs_a_cure(checkup):
    text, forum = checkup.place("C1"), checkup.place("F1")

    found = await checkup.look(text, forum)

    assert [(finding.about, finding.ok, finding.cure) for finding in found] == [
        ("DISCORD_TOKEN", True, ""),
        (APPLICATION, True, ""),
        (GATEWAY, True, ""),
        (f"{text.workspace} {text.channel}", True, ""),
        (f"{forum.workspace} {forum.channel}", True, ""),
        ("clock", True, ""),
    ]


async def test_looking_changes_nothing_and_asks_about_each_server_once(checkup, discord):
    await checkup.look(checkup.place("C1"), checkup.place("F1"))

    assert {call.method for call in discord.calls} == {"GET"}
    assert [call.name for call in discord.calls] == [
        "me",
        "application",
        "gateway_bot",
        "guild",
        "member",
        "channel",
        "channel",
    ]


async def test_a_token_that_discord_does_not_know_is_told_and_nothing_more_is_asked(
    checkup, discord
):
    checkup.token = "another.bot.token"

    (finding,) = await checkup.wrong(checkup.place("C1"))

    assert finding.about == "DISCORD_TOKEN"
    assert "Reset Token" in finding.cure
    assert len(discord.calls) == 1


@pytest.mark.parametrize(
    ("bit", "switch"), [(1 << 15, "Message Content Intent"), (1 << 1, "Server Members Intent")]
)
async def test_each_privileged_intent_that_is_off_is_named_with_its_switch(
    checkup, discord, bit, switch
):
    discord.world.privileged &= ~bit

    (finding,) = await checkup.wrong(checkup.place("C1"))

    assert finding.about == APPLICATION
    assert switch in finding.found
    assert switch in finding.cure


@pytest.mark.parametrize("flags", [1 << 18 | 1 << 14, 1 << 19 | 1 << 15, 1 << 18 | 1 << 15])
async def test_an_intent_counts_whether_discord_reviewed_the_application_or_not(
    checkup, discord, flags
):
    say(discord, "application", flags=flags)

    assert await checkup.wrong() == []


def say(discord: DiscordServer, name: str, **more: object) -> None:
    """Let Discord say something else about the application."""
    body = discord.world.application() | more
    discord.faults.http(name, 200, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"interactions_endpoint_url": "https://x.example"}, "Interactions Endpoint URL"),
        ({"bot_require_code_grant": True}, "Requires OAuth2 Code Grant"),
    ],
)
async def test_settings_of_the_application_that_keep_the_coach_out_are_found(
    checkup, discord, more, words
):
    say(discord, "application", **more)

    (finding,) = await checkup.wrong()

    assert finding.about == APPLICATION
    assert words in finding.found + finding.cure


async def test_an_application_id_of_another_application_is_found(checkup, discord):
    checkup.application = "999999999999999999"
    (finding,) = await checkup.wrong()
    checkup.application = discord.world.me

    assert finding.about == "DISCORD_APPLICATION_ID"
    assert discord.world.me in finding.found
    assert await checkup.wrong() == []


@pytest.mark.parametrize("name", PERMISSIONS)
async def test_each_permission_that_the_server_does_not_give_is_named(checkup, guild, name):
    grant(guild, *(each for each in PERMISSIONS if each != name))

    (finding,) = await checkup.wrong(checkup.place("C1"))

    assert label(name) in finding.found
    assert label(name) in finding.cure
    assert "Server Settings, Roles" in finding.cure
    assert "loopmates discord invite" in finding.cure


async def test_the_cure_names_the_role_that_discord_made_for_the_coach(checkup, guild, discord):
    grant(guild, "VIEW_CHANNEL")
    body = guild.town.payload()
    for role in body["roles"]:
        if role["id"] == guild.bot_role:
            role |= {"name": "Loopmates", "tags": {"bot_id": discord.world.me}}
    discord.faults.http("guild", 200, json.dumps(body), content_type="application/json")

    found = await checkup.wrong(checkup.place("C1"))

    assert all("for the role Loopmates;" in finding.cure for finding in found)


@pytest.mark.parametrize("name", PERMISSIONS)
async def test_each_permission_that_the_channel_takes_away_is_named(checkup, guild, name):
    guild.deny("C1", BITS[name])

    (finding,) = await checkup.wrong(checkup.place("C1"), checkup.place("F1"))

    assert label(name) in finding.found
    assert ("In #prep" if name != "VIEW_CHANNEL" else "In the channel") in finding.cure
    assert f"choose Edit Channel, Permissions, and allow {label(name)}" in finding.cure


async def test_several_missing_permissions_are_a_line_each(checkup, guild):
    guild.deny("C1", BITS["ADD_REACTIONS"] | BITS["SEND_MESSAGES"])

    found = await checkup.wrong(checkup.place("C1"))

    assert [
        label(name) in f.found
        for name, f in zip(("SEND_MESSAGES", "ADD_REACTIONS"), found, strict=True)
    ] == ([True, True])


async def test_a_forum_needs_no_leave_to_open_threads(checkup, guild):
    grant(guild, *needed(forum=True))

    assert await checkup.wrong(checkup.place("F1")) == []
    assert len(await checkup.wrong(checkup.place("C1"))) == 2


async def test_in_a_forum_the_permission_has_the_name_that_it_has_there(checkup, guild):
    guild.deny("F1", BITS["SEND_MESSAGES"])

    (finding,) = await checkup.wrong(checkup.place("F1"))

    assert "Create Posts" in finding.found


@pytest.mark.parametrize(
    ("needs_tag", "tags", "ok"), [(True, [], False), (True, ["any"], True), (False, [], True)]
)
async def test_a_forum_that_takes_no_post_of_the_coachs_is_found(
    checkup, guild, needs_tag, tags, ok
):
    guild.add_channel(
        "F2", "asked", kind="forum", needs_tag=needs_tag, tags=tags, moderated=["official"]
    )

    found = await checkup.wrong(checkup.place("F2"))

    assert [each.found for each in found] == (
        [] if ok else ["Every post in #asked of G1 needs a tag, and none is free for all"]
    )


async def test_a_private_channel_without_the_coach_is_one_line_whatever_else_is_missing(
    checkup, guild
):
    guild.add_channel("C2", "secret", private=True)
    guild.deny("C2", BITS["SEND_MESSAGES"])
    (finding,) = await checkup.wrong(checkup.place("C2"))

    guild.allow("C2", BITS["SEND_MESSAGES"] | BITS["VIEW_CHANNEL"])

    assert "View Channel" in finding.found
    assert "choose Edit Channel" in finding.cure
    assert "secret" not in str(finding)
    assert await checkup.wrong(checkup.place("C2")) == []


async def test_what_a_role_may_in_a_channel_goes_before_what_everybody_may_not(checkup, guild):
    guild.deny("C1", BITS["ADD_REACTIONS"], who=guild.id)
    before = await checkup.wrong(checkup.place("C1"))

    guild.allow("C1", BITS["ADD_REACTIONS"], who=guild.bot_role)

    assert len(before) == 1
    assert await checkup.wrong(checkup.place("C1")) == []


async def test_another_roles_overwrites_do_not_count(checkup, guild):
    other = guild.add_role("other", handle="R1")
    guild.deny("C1", BITS["ADD_REACTIONS"], who=other)

    assert await checkup.wrong(checkup.place("C1")) == []


async def test_whoever_administers_may_everything_everywhere(checkup, guild):
    guild.town.roles[guild.bot_role].permissions = int(Permission.ADMINISTRATOR)
    guild.deny("C1", BITS["SEND_MESSAGES"])

    assert await checkup.wrong(checkup.place("C1")) == []


@pytest.mark.parametrize("seed", range(30))
async def test_it_finds_missing_what_discord_then_refuses(checkup, guild, discord, seed):
    dice = seeded(seed)
    guild.town.roles[guild.id].permissions = dice()
    guild.town.roles[guild.bot_role].permissions = dice()
    for who in (guild.id, guild.bot_role, "BOT"):
        guild.allow("C1", dice(), who=who)
        guild.deny("C1", dice(), who=who)
    rights = discord.world.rights(discord.world.me, discord.world.channel("C1"))

    found = await checkup.wrong(checkup.place("C1"))

    lacking = [name for name in PERMISSIONS if not rights & BITS[name]]
    if "VIEW_CHANNEL" in lacking:
        lacking = ["VIEW_CHANNEL"]
    assert len(found) == len(lacking)
    assert all(label(name) in f.found for name, f in zip(lacking, found, strict=True))


def seeded(seed: int):
    """Return dice that throw some of the permissions."""
    dice = random.Random(seed)
    return lambda: sum(bit for bit in BITS.values() if dice.random() < 0.5)


async def test_a_server_that_the_coach_was_removed_from_is_found(checkup, guild):
    guild.kick_bot()

    found = await checkup.wrong(checkup.place("C1"), checkup.place("F1"))

    assert len(found) == 2
    assert all("loopmates discord invite" in finding.cure for finding in found)


async def test_a_channel_that_was_deleted_is_found(checkup, guild):
    gone = checkup.place("C1")
    guild.delete_channel("C1")

    (finding,) = await checkup.wrong(gone)

    assert finding.about == f"{gone.workspace} {gone.channel}"
    assert "/coach setup" in finding.cure


async def test_a_channel_of_another_server_is_not_taken_for_the_cohorts(checkup, discord):
    discord.guild("G2").add_channel("C2", "theirs")

    (finding,) = await checkup.wrong(checkup.place("C2", "G1"))

    assert "deleted" in finding.found
    assert "theirs" not in str(finding)


async def test_cohorts_of_other_platforms_are_none_of_its_business(checkup, discord):
    found = await checkup.look(Place(WorkspaceId("slack:T1"), ChannelId("C1")))

    assert not any("slack" in finding.about for finding in found)
    assert "guild" not in {call.name for call in discord.calls}


@pytest.mark.parametrize(("set_to", "ok"), [(1, False), (3, False), (4, True), (8, True)])
async def test_fewer_shards_than_discord_asks_for_are_found(checkup, discord, set_to, ok):
    discord.shards, checkup.shards = 4, set_to

    found = await checkup.look()

    (finding,) = [finding for finding in found if finding.about == GATEWAY]
    assert finding.ok is ok
    assert ok or "LOOPMATES_DISCORD_SHARDS=0,1,2,3/4" in finding.cure


async def test_a_coach_that_starts_again_and_again_is_found(checkup, discord):
    discord.gateway.identifies = [NOON] * 990

    (finding,) = await checkup.wrong()

    assert finding.about == GATEWAY
    assert "10" in finding.found


@pytest.mark.parametrize(("slow_by", "ok"), [(50, True), (-50, True), (70, False), (-70, False)])
async def test_a_clock_more_than_a_minute_off_is_found(checkup, slow_by, ok):
    checkup.slow_by = timedelta(seconds=slow_by)

    found = await checkup.look()

    (finding,) = [finding for finding in found if finding.about == "clock"]
    assert finding.ok is ok
    assert ok or ("behind" if slow_by > 0 else "ahead") in finding.found


async def test_where_discord_asks_for_patience_it_gets_it(checkup, discord):
    discord.faults.rate_limit("guild", retry_after=2.5, times=2)

    found = await checkup.look(checkup.place("C1"))

    assert checkup.waited == [2.5, 2.5]
    assert all(finding.ok for finding in found)


@pytest.mark.parametrize("name", ["me", "application", "gateway_bot", "guild", "member", "channel"])
async def test_patience_has_an_end(checkup, discord, name):
    discord.faults.rate_limit(name, retry_after=3600)

    (finding,) = await checkup.wrong(checkup.place("C1"))

    assert checkup.waited == []
    assert "patience" in finding.found


async def test_patience_is_tried_three_times_only(checkup, discord):
    discord.faults.rate_limit("guild", retry_after=None, times=9)

    (finding,) = await checkup.wrong(checkup.place("C1"))

    assert checkup.waited == [1.0, 1.0]
    assert "patience" in finding.found


async def test_a_machine_that_is_shut_out_is_told_so(checkup, discord):
    discord.faults.rate_limit("me", retry_after=1, times=9, via=False)

    (finding,) = await checkup.look(checkup.place("C1"))

    assert finding.about == "DISCORD_API_URL"
    assert "lets nobody" in finding.found


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, "down"), (200, "<html>"), (200, "[1]"), (200, "{}"), (404, ""), (200, "1"), (302, "")],
)
@pytest.mark.parametrize("name", ["application", "gateway_bot", "guild", "member", "channel"])
async def test_what_is_not_discord_is_told_apart_and_ends_it(checkup, discord, name, status, body):
    discord.faults.http(name, status, body, times=9)

    found = await checkup.look(checkup.place("C1"))

    assert [finding.about for finding in found if not finding.ok] == ["DISCORD_API_URL"]
    assert found[-1].about == "DISCORD_API_URL"
    assert found[0].about == "DISCORD_TOKEN"


async def test_a_discord_that_cannot_be_reached_is_one_line(checkup, discord):
    discord.faults.reset("me", times=9)

    (finding,) = await checkup.look(checkup.place("C1"))

    assert finding.about == "DISCORD_API_URL"
    assert discord.api_url in finding.found


async def test_no_token_is_ever_shown(checkup):
    checkup.token = "canary.canary.canary"

    found = await checkup.look(checkup.place("C1"))

    assert "canary" not in str(found)
    assert "canary" not in repr(Access("canary", "https://x"))


async def test_names_in_discord_cannot_meddle_with_the_terminal(checkup, guild, discord):
    guild.town.name = "\x1b[31mred\n"
    guild.town.roles[guild.bot_role].name = "\x1b[2Jrole"
    discord.world.channel("C1").name = "prep\x1b[2J"
    discord.world.bot.name = "coach\r"
    grant(guild, "VIEW_CHANNEL")

    found = await checkup.look(checkup.place("C1"))

    assert len(found) > 6
    assert all((finding.found + finding.cure).isprintable() for finding in found)
