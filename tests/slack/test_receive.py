"""What people do besides writing, and what is none of our business."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.moments import moment
from adapters.slack.receive import Ours, receive
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import (
    Author,
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    MembershipChanged,
    Reacted,
    ShortcutUsed,
)
from tests.slack import payloads
from tests.slack.payloads import ANA, BO, BOT, CHANNEL, DIRECT, LATER, REPLY, ROOT, TRIGGER

NOW = datetime(2023, 11, 14, 23, tzinfo=UTC)
WORKSPACE = WorkspaceId("slack:T0ACME")
NAMES = {ANA: "Ana Ito", BO: "Bo Lind"}
OURS = Ours(
    workspace=WORKSPACE,
    team=payloads.TEAM,
    bot_user=BOT,
    bot_id=payloads.BOT_ID,
    app=payloads.APP,
    name_of=lambda user: NAMES.get(user, ""),
)


def done(body: payloads.Json):
    return receive(body, OURS, NOW)


# --- reactions -------------------------------------------------------------------------


def test_a_reaction_is_an_emoji_on_a_message():
    assert done(payloads.reacted("four")) == Reacted(
        workspace=WORKSPACE,
        by=Author(UserId(BO), "Bo Lind"),
        at=moment(LATER),
        key=DeliveryKey(f"r:{DIRECT}:{ROOT}:{BO}:four:+:{LATER}"),
        channel=ChannelId(DIRECT),
        message=MessageId(ROOT),
        emoji="4️⃣",
        added=True,
    )


def test_a_reaction_taken_off_is_told_apart():
    event = done(payloads.reacted("four", added=False))

    assert isinstance(event, Reacted)
    assert not event.added
    assert ":-:" in event.key


@pytest.mark.parametrize(
    ("name", "emoji"),
    [
        ("+1::skin-tone-6", "👍"),
        ("thumbsup", "👍"),
        ("man-shrugging::skin-tone-3", "🤷‍♂️"),
        ("our-logo", ":our-logo:"),
    ],
)
def test_a_reaction_means_the_same_in_every_skin_tone_and_by_every_name(name: str, emoji: str):
    event = done(payloads.reacted(name))

    assert isinstance(event, Reacted)
    assert event.emoji == emoji


def test_our_own_marks_and_reactions_to_files_are_nothing():
    assert done(payloads.reacted(user=BOT)) is None
    on_file = payloads.reacted()
    on_file["event"]["item"] = {"type": "file", "file": "F1"}
    assert done(on_file) is None


# --- coming and going ------------------------------------------------------------------


@pytest.mark.parametrize("present", [True, False])
def test_who_joins_or_leaves_a_channel_is_told(present: bool):
    assert done(payloads.joined(present=present)) == MembershipChanged(
        workspace=WORKSPACE,
        by=Author(UserId(BO), "Bo Lind"),
        at=moment(LATER),
        key=DeliveryKey(f"p:{CHANNEL}:{BO}:{LATER}:{'+' if present else '-'}"),
        channel=ChannelId(CHANNEL),
        present=present,
    )


def test_we_ourselves_are_no_member():
    assert done(payloads.joined(BOT)) is None


def test_a_closed_account_leaves_the_whole_workspace():
    event = done(payloads.user_changed(deleted=True))

    assert isinstance(event, MembershipChanged)
    assert (event.by.id, event.channel, event.present) == (BO, None, False)


def test_a_new_name_is_for_the_directory_alone():
    assert done(payloads.user_changed(display="Bo L.")) is None


# --- home, commands --------------------------------------------------------------------


def test_opening_the_home_tab_asks_for_the_personal_overview():
    event = done(payloads.home_opened())

    assert isinstance(event, CommandGiven)
    assert (event.text, event.channel, event.key) == ("me", None, f"h:{ANA}:{LATER}")
    assert done(payloads.home_opened("messages")) is None


def test_a_slash_command_is_a_command_in_its_channel():
    assert done(payloads.command(" setup  ")) == CommandGiven(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=NOW,
        key=DeliveryKey(f"c:{TRIGGER}"),
        channel=ChannelId(CHANNEL),
        text="setup",
    )


@pytest.mark.parametrize("more", [{"channel_id": DIRECT}, {"channel_name": "directmessage"}])
def test_a_slash_command_in_private_has_no_channel(more: payloads.Json):
    event = done(payloads.command(**more))

    assert isinstance(event, CommandGiven)
    assert event.channel is None


def test_whom_a_command_mentions_comes_by_their_id_whatever_they_are_called():
    event = done(payloads.command(f"mentor <@{ANA}|ana.ito>"))

    assert isinstance(event, CommandGiven)
    assert event.text == f"mentor @{ANA}"


def test_who_is_not_known_yet_goes_by_the_name_slack_tells():
    event = done(payloads.command(user_id="U0NEW", user_name="new.one"))

    assert event is not None
    assert event.by.name == "new.one"


# --- buttons, forms, shortcuts ---------------------------------------------------------


def test_a_button_is_pressed_where_it_stands():
    assert done(payloads.pressed("join:c1")) == ButtonPressed(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=moment(LATER),
        key=DeliveryKey(f"b:{ANA}:{LATER}:join:c1"),
        channel=ChannelId(CHANNEL),
        action="join:c1",
    )


@pytest.mark.parametrize(
    ("body", "channel"),
    [
        (payloads.pressed(channel=DIRECT), None),
        (payloads.pressed_in_view(), None),
        (payloads.pressed_in_view(kind="modal", metadata='{"channel": "C0PREP"}'), CHANNEL),
        (payloads.pressed_in_view(kind="modal", metadata='{"channel": null}'), None),
        (payloads.pressed_in_view(kind="modal", metadata='{"channel": "D0ANA"}'), None),
        (payloads.pressed_in_view(kind="modal", metadata="[]"), None),
    ],
)
def test_a_button_belongs_to_the_channel_its_view_came_from(
    body: payloads.Json, channel: str | None
):
    event = done(body)

    assert isinstance(event, ButtonPressed)
    assert event.channel == channel


def test_a_button_without_a_value_is_its_id():
    body = payloads.pressed("stop:p1")
    del body["actions"][0]["value"]

    event = done(body)

    assert isinstance(event, ButtonPressed)
    assert event.action == "stop:p1"


@pytest.mark.parametrize("kind", ["static_select", "checkboxes", "plain_text_input"])
def test_filling_in_a_form_is_not_pressing_a_button(kind: str):
    body = payloads.pressed()
    body["actions"][0]["type"] = kind

    assert done(body) is None


def test_a_form_is_its_action_and_its_fields_without_the_empty_ones():
    assert done(payloads.sent()) == FormSubmitted(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=NOW,
        key=DeliveryKey(f"v:{TRIGGER}"),
        channel=ChannelId(CHANNEL),
        action="answer:p1",
        fields={
            "text": "It was a Tuesday.",
            "score": "4",
            "flags": "one,two",
            "start": "2026-12-07",
            "at": "09:30",
        },
    )


def test_a_form_opened_in_private_has_no_channel():
    for metadata in ('{"channel": null}', '{"channel": "D0ANA"}', ""):
        event = done(payloads.sent(private_metadata=metadata))

        assert isinstance(event, FormSubmitted)
        assert event.channel is None


def test_a_shortcut_tells_which_message_it_was_used_on():
    assert done(payloads.shortcut("second-take", thread=ROOT)) == ShortcutUsed(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=moment(LATER),
        key=DeliveryKey(f"s:{TRIGGER}"),
        channel=ChannelId(CHANNEL),
        message=MessageId(REPLY),
        thread=MessageId(ROOT),
        name="second-take",
    )


def test_a_shortcut_on_the_first_message_of_a_thread_is_in_none():
    event = done(payloads.shortcut(thread=REPLY, channel=DIRECT))

    assert isinstance(event, ShortcutUsed)
    assert (event.thread, event.direct) == (None, True)


def test_a_shortcut_that_is_not_ours_is_nothing():
    assert done(payloads.shortcut("delete-all")) is None


# --- not for us ------------------------------------------------------------------------


def elsewhere(body: payloads.Json) -> payloads.Json:
    """Return the body as another workspace would get it."""
    text = {"authorizations": [{"team_id": payloads.OTHER_TEAM}]} if "event" in body else {}
    body |= {"team_id": payloads.OTHER_TEAM, **text}
    if "team" in body:
        body["team"] = {"id": payloads.OTHER_TEAM, "domain": "other"}
    if "view" in body:
        body["view"]["app_installed_team_id"] = payloads.OTHER_TEAM
    return body


@pytest.mark.parametrize("example", payloads.EXAMPLES)
def test_nothing_of_another_workspace_is_heard(example: str):
    assert done(elsewhere(payloads.EXAMPLES[example]())) is None


@pytest.mark.parametrize("example", payloads.EXAMPLES)
def test_nothing_of_another_app_is_heard(example: str):
    assert done(payloads.EXAMPLES[example]() | {"api_app_id": "A0OTHER"}) is None


def test_a_shared_channels_event_is_ours_if_the_installation_is():
    assert done(payloads.said() | {"team_id": payloads.OTHER_TEAM}) is not None


def test_an_organisations_form_is_ours_by_its_user():
    body = payloads.command() | {"team_id": None, "user": {"team_id": payloads.TEAM}}

    assert done(body) is not None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "url_verification", "challenge": "x"},
        payloads.event({"type": "team_join", "user": {"id": ANA}}),
        payloads.event({"type": "channel_archive", "channel": CHANNEL}),
        payloads.pressed() | {"type": "block_suggestion"},
        payloads.sent() | {"type": "view_closed"},
        payloads.pressed() | {"actions": []},
    ],
)
def test_what_we_do_not_know_is_nothing(body: dict[str, Any]):
    assert done(body) is None


@pytest.mark.parametrize(
    "example", [name for name in payloads.EXAMPLES if name not in {"unfurled", "renamed"}]
)
def test_every_example_tells_something_by_a_key_of_its_own(example: str):
    events = {name: done(make()) for name, make in payloads.EXAMPLES.items()}
    known = events[example]

    assert known is not None
    assert known.by.id in NAMES
    same = {name for name, event in events.items() if event and event.key == known.key}
    # Three ways of telling one reply, two of telling one command, are one happening.
    assert same in ({example}, {"said", "broadcast", "files"})
