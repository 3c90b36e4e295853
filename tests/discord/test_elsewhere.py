"""A button in a direct message still knows which server it is about."""

from __future__ import annotations

from adapters.discord.elsewhere import taken_along, taken_from
from bot.ids import WorkspaceId
from bot.messages import ACTION_LIMIT, Button, Buttons, Message, Paragraph, Words
from tests.discord.lives import ANA, BO, Life, private
from tests.discord.towns import town

HOME = WorkspaceId("discord:123")


def message(*actions: str) -> Message:
    rows = tuple(Buttons((Button("Do it", action),)) for action in actions)
    return Message("notice", "In short", (Paragraph((Words("Well?"),)), *rows))


def actions(of: Message) -> list[str]:
    return [
        button.action for each in of.blocks if isinstance(each, Buttons) for button in each.buttons
    ]


def test_what_a_button_does_comes_back_with_its_server() -> None:
    shown = taken_along(message("join:abc", "say:help me"), HOME)

    assert [taken_from(each) for each in actions(shown)] == [
        ("123", "join:abc"),
        ("123", "say:help me"),
    ]


def test_a_button_that_says_nothing_of_a_server_stays_as_it_is() -> None:
    for custom_id in ("join:abc", "~at.~join:abc", "~at.1x~join:abc", "~go.k3~review:abc", ""):
        assert taken_from(custom_id) == ("", custom_id)


def test_an_action_as_long_as_discord_takes_is_not_made_longer() -> None:
    long = "say:" + "x" * (ACTION_LIMIT - 4)

    assert actions(taken_along(message(long), HOME)) == [long]


async def test_somebody_who_answers_first_joins_by_the_button_in_the_direct_message() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA)
        await life.wait(15)
        life.say(BO, "May I, too?")
        await here.settle()
        (hint,) = private(here, BO)
        joined = await life.press(BO, hint.channel, hint.id, "~at.")
        life.say(BO, "I may now.")
        await here.settle()

        assert "You are in" in joined.text
        assert life.text_of(BO) == "I may now."
