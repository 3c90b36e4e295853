"""Commands, menus, buttons and forms of the local Discord, answered by an unmodified discord.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord import app_commands, ui

from tests.discord.server_stages import Json, Listener, Stage, staged

Pressed = discord.Interaction[Listener]


class Form(ui.Modal, title="Review"):
    def __init__(self) -> None:
        super().__init__(custom_id="form")
        scores = [discord.RadioGroupOption(label=f"{n}", value=f"{n}") for n in (1, 2, 3)]
        flags = [discord.CheckboxGroupOption(label=each, value=each) for each in ("slow", "rude")]
        self.score: ui.RadioGroup[Form] = ui.RadioGroup(custom_id="score", options=scores)
        self.flags: ui.CheckboxGroup[Form] = ui.CheckboxGroup(
            custom_id="flags", options=flags, required=False
        )
        self.words: ui.TextInput[Form] = ui.TextInput(
            custom_id="words", style=discord.TextStyle.long, default="fine", max_length=4000
        )
        self.guide: ui.Select[Form] = ui.Select(
            custom_id="guide",
            options=[discord.SelectOption(label="em"), discord.SelectOption(label="pm")],
        )
        for text, field in [("Score", self.score), ("Flags", self.flags), ("Words", self.words)]:
            self.add_item(ui.Label(text=text, component=field))
        self.add_item(ui.Label(text="Guide", component=self.guide))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        given = f"{self.score.value} {self.flags.values} {self.words.value} {self.guide.values}"
        await interaction.response.send_message(given, ephemeral=True)


class Opened(ui.Button["Card"]):
    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())


class Joined(ui.Button["Card"]):
    async def callback(self, interaction: discord.Interaction) -> None:
        changed = Card(f"{interaction.user.name} joined")
        await interaction.response.edit_message(view=changed)


class Slow(ui.Button["Card"]):
    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("done", ephemeral=True)
        await interaction.followup.send("more", ephemeral=True)
        await interaction.edit_original_response(content="all done")


class Silent(ui.Button["Card"]):
    async def callback(self, interaction: discord.Interaction) -> None:
        """Say nothing."""


class Picked(ui.Select["Card"]):
    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"picked {self.values}", ephemeral=True)


class Card(ui.LayoutView):
    def __init__(self, text: str = "Question") -> None:
        super().__init__(timeout=None)
        section: ui.Section[Card] = ui.Section(
            ui.TextDisplay(text), accessory=Opened(label="Open", custom_id="open")
        )
        buttons: ui.ActionRow[Card] = ui.ActionRow(
            Joined(label="Join", custom_id="join"),
            Slow(label="Slow", custom_id="slow"),
            Silent(label="Silent", custom_id="silent"),
        )
        options = [discord.SelectOption(label="em"), discord.SelectOption(label="pm")]
        picks: ui.ActionRow[Card] = ui.ActionRow(Picked(custom_id="pick", options=options))
        self.add_item(ui.Container(section, ui.Separator(), buttons, picks))


class Coach(Listener):
    """Answers a command with options, a menu and a card of buttons."""

    async def setup_hook(self) -> None:
        group = app_commands.Group(name="coach", description="The coach")

        @group.command(description="Practise")
        @app_commands.choices(mode=[app_commands.Choice(name="Solo", value="solo")])
        async def start(interaction: Pressed, guide: str, mode: str = "none") -> None:
            await interaction.response.send_message(f"{guide} {mode}")

        @start.autocomplete("guide")
        async def suggest(_: Pressed, typed: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{typed}…", value=typed)]

        @app_commands.context_menu(name="Practise this")
        async def practise(interaction: Pressed, message: discord.Message) -> None:
            await interaction.response.send_message(message.content, ephemeral=True)

        @app_commands.context_menu(name="Who")
        async def who(interaction: Pressed, user: discord.User) -> None:
            await interaction.response.send_message(user.name, ephemeral=True)

        self.tree.add_command(group)
        self.tree.add_command(practise)
        self.tree.add_command(who)
        await self.tree.sync()
        self.add_view(Card())


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        await stage.start(Coach())
        yield stage


async def card(stage: Stage) -> str:
    return str((await stage.text(stage.clients[0]).send(view=Card())).id)


async def test_a_command_is_answered_in_channels_threads_and_direct_messages(stage: Stage) -> None:
    thread = stage.guild.start_thread("U1", "C1")
    for channel in ("C1", thread, stage.guild.dm("U1")):
        done = await stage.guild.command("U1", channel, "coach start", guide="em", mode="solo")

        assert (done.text, done.ephemeral) == ("em solo", False)
        assert stage.guild.messages(channel)[-1].content == "em solo"


async def test_a_command_that_discord_would_not_offer_is_a_wrong_test(stage: Stage) -> None:
    for name, options, wrong in [
        ("coach stop", {}, "only"),
        ("coach", {}, "not complete"),
        ("coach start", {}, "must be given"),
        ("coach start", {"guide": "em", "mode": "duo"}, "one of"),
        ("coach start", {"guide": "em", "pace": "1"}, "no such options"),
    ]:
        with pytest.raises(AssertionError, match=wrong):
            await stage.guild.command("U1", "C1", name, **options)


async def test_typing_into_an_option_suggests(stage: Stage) -> None:
    choices = await stage.guild.autocomplete("U1", "C1", "coach start", "guide", "em")

    assert choices == [{"name": "em…", "value": "em"}]


async def test_the_menu_of_a_message_tells_its_words_without_the_content_intent(
    stage: Stage,
) -> None:
    stage.server.world.privileged &= ~(1 << 15)
    first = stage.guild.say("U1", "C1", "my answer")

    done = await stage.guild.context_menu("U2", "C1", first, "Practise this")

    assert (done.text, done.ephemeral) == ("my answer", True)
    assert [each.content for each in stage.guild.ephemerals("U2")] == ["my answer"]
    assert len(stage.guild.messages("C1")) == 1


async def test_the_menu_of_a_member_tells_who_it_is(stage: Stage) -> None:
    assert (await stage.guild.user_menu("U1", "C1", "U2", "Who")).text == "bo"


async def test_a_button_changes_its_message_also_after_a_restart(stage: Stage) -> None:
    message = await card(stage)
    await stage.stop()
    await stage.server.until(lambda: stage.server.gateway.ready == 0)
    await stage.start(Coach())

    done = await stage.guild.press("U1", "C1", message, "join")

    assert done.answer == 7
    assert list(stage.guild.message("C1", message).buttons) == ["open", "join", "slow", "silent"]
    assert done.text == "ana joined"
    assert stage.guild.message("C1", message).edited_at


async def test_a_deferred_answer_is_filled_followed_and_changed(stage: Stage) -> None:
    done = await stage.guild.press("U1", "C1", await card(stage), "slow")
    thinking = done.deferred
    await stage.server.settled()

    assert (thinking, done.deferred, done.answer) == (True, False, 5)
    assert [each.content for each in stage.guild.ephemerals("U1")] == ["all done", "more"]


async def test_a_select_tells_what_was_chosen(stage: Stage) -> None:
    message = await card(stage)

    assert (await stage.guild.choose("U1", "C1", message, "pick", ["pm"])).text == "picked ['pm']"
    with pytest.raises(AssertionError, match="can be chosen"):
        await stage.guild.choose("U1", "C1", message, "pick", ["cto"])


async def test_a_form_is_filled_sent_and_closed(stage: Stage) -> None:
    await stage.guild.press("U1", "C1", await card(stage), "open")
    with pytest.raises(AssertionError, match="score is required"):
        await stage.guild.submit("U1")

    done = await stage.guild.submit("U1", {"score": "2", "flags": ["rude"], "guide": ["em"]})

    assert done.text == "2 ['rude'] fine ['em']"
    assert stage.guild.modal("U1") is None


async def test_a_button_in_a_message_that_only_one_sees_can_be_pressed_by_that_one(
    stage: Stage,
) -> None:
    client = stage.clients[0]
    assert isinstance(client, Coach)

    @client.tree.command(name="me", description="Only for you")
    async def me(interaction: Pressed) -> None:
        await interaction.response.send_message(view=Card(), ephemeral=True)

    await client.tree.sync()
    done = await stage.guild.command("U1", "C1", "me")
    assert done.original

    pressed = await stage.guild.press("U1", "C1", done.original.id, "join")

    assert (pressed.text, pressed.ephemeral) == ("ana joined", True)
    with pytest.raises(AssertionError, match="no message"):
        await stage.guild.press("U2", "C1", done.original.id, "join")


async def test_a_message_in_an_archived_thread_cannot_be_changed_by_pressing_in_it(
    stage: Stage,
) -> None:
    thread = stage.guild.start_thread("U1", "C1")
    channel = await stage.clients[0].fetch_channel(int(thread))
    assert isinstance(channel, discord.Thread)
    message = str((await channel.send(view=Card())).id)
    stage.guild.archive(thread)
    stage.server.desk.answer_seconds = 0.05

    changed = await stage.guild.press("U1", thread, message, "join")
    said = await stage.guild.choose("U1", thread, message, "pick", ["em"])
    stage.guild.archive(thread, locked=True)
    locked = await stage.guild.choose("U1", thread, message, "pick", ["em"])

    assert [error.code for error in changed.errors] == [50083, 10062]
    assert said.ephemeral
    assert [error.code for error in locked.errors] == [50083, 10062]


async def test_nobody_waits_longer_than_discord_for_an_answer(stage: Stage) -> None:
    stage.server.desk.answer_seconds = 0.05

    done = await stage.guild.press("U1", "C1", await card(stage), "silent")

    assert not done.acked
    assert (await answer(stage, done.id, done.token, {"type": 6}))[1]["code"] == 10062


async def answer(stage: Stage, id_: str, token: str, body: Json) -> tuple[int, Any]:
    return await stage.call("POST", f"/interactions/{id_}/{token}/callback", body)


async def test_an_interaction_is_answered_once_within_three_seconds(stage: Stage) -> None:
    desk, user, channel = stage.server.desk, stage.server.id_of("U1"), stage.server.id_of("C1")
    said: Json = {"type": 4, "data": {"content": "x"}}
    once, late = (desk.begin(2, user, channel, {}) for _ in range(2))
    first = await answer(stage, once.id, once.token, said)
    again = await answer(stage, once.id, once.token, said)
    stage.clock.forward(seconds=3.1)
    too_late = await answer(stage, late.id, late.token, said)
    unknown = await answer(stage, late.id, "unknown", said)

    assert first == (204, None)
    assert (again[0], again[1]["code"]) == (400, 40060)
    assert {(too_late[0], too_late[1]["code"]), (unknown[0], unknown[1]["code"])} == {(404, 10062)}


async def test_a_token_lasts_a_quarter_of_an_hour_and_needs_a_first_answer(stage: Stage) -> None:
    desk, user, channel = stage.server.desk, stage.server.id_of("U1"), stage.server.id_of("C1")
    done = desk.begin(2, user, channel, {})
    path = f"/webhooks/{stage.server.world.me}/{done.token}"
    early = await stage.call("POST", path, {"content": "x"})
    await answer(stage, done.id, done.token, {"type": 4, "data": {"content": "x"}})
    more = await stage.call("POST", path, {"content": "y"})
    changed = await stage.call("PATCH", f"{path}/messages/@original", {"content": "z"})
    await stage.call("DELETE", f"{path}/messages/@original")
    gone = await stage.call("GET", f"{path}/messages/@original")
    stage.clock.forward(minutes=15, seconds=1)
    late = await stage.call("POST", path, {"content": "x"})

    assert (early[0], early[1]["code"]) == (404, 10015)
    assert (more[0], changed[0], gone[1]["code"]) == (200, 200, 10008)
    assert (late[0], late[1]["code"]) == (401, 50027)
    assert [each.content for each in stage.guild.messages("C1")] == ["y"]
