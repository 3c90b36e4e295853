from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.discord.commands import (
    GROUP,
    GROUPED,
    LANGUAGES,
    MENUS,
    OPTIONS,
    command_text,
    fingerprint,
    opens_form,
    payload,
)
from adapters.discord.commands_suggestions import suggestions
from adapters.discord.commands_upload import upload
from adapters.discord.receive_values import Malformed
from bot.commands import parse
from bot.manual import COMMANDS
from tests.discord.doors import served, speaking
from tests.discord.server_stages import Clock
from tests.servers.discord.command_schema import (
    MOST_OPTIONS,
    MOST_SIZE,
    check_commands,
    size,
)
from tests.servers.discord.errors import ApiError, Spot
from tests.services.clubs import OLGA, a_club
from tests.unit.guides import guide

Json = dict[str, Any]
GUIDE = guide()
GUIDES = {GUIDE.key: GUIDE}
TODAY = date(2026, 12, 7)


def chosen(command: str, /, **options: object) -> Json:
    given = [{"name": name, "value": value} for name, value in options.items()]
    return {"name": "coach", "type": 1, "options": grouped(command, given)}


def grouped(command: str, given: list[Json]) -> list[Json]:
    """Return a choice with the group it stands in."""
    found: list[Json] = [{"name": command, "options": given}]
    return [{"name": GROUP, "options": found}] if command in GROUPED else found


def typing(command: str, option: str, typed: str) -> list[str]:
    focused = {"name": option, "value": typed, "focused": True}
    data = {"name": "coach", "options": grouped(command, [focused])}
    return [value for value, _ in suggestions(data, GUIDES, TODAY)]


def test_every_command_of_the_engine_is_one_of_ours_and_discord_takes_them():
    commands = payload()
    check_commands(Spot(), commands)

    *alone, group = commands[0]["options"]
    found = [each["name"] for each in (*alone, *group["options"])]
    assert sorted(found) == sorted(each.name for each in COMMANDS)
    assert [each["name"] for each in group["options"]] == list(GROUPED)
    assert set(OPTIONS) <= {each.name for each in COMMANDS}
    assert [each["name"] for each in commands[1:]] == ["Practise this", "Second take"]


@pytest.mark.parametrize(
    ("command", "options", "text"),
    [
        ("today", {}, "today"),
        ("setup", {}, "setup"),
        ("setup", {"time": "09:00", "guide": "g"}, "setup g time=09:00"),
        ("setup", {"reviewers": 3, "authors": "hidden"}, "setup reviewers=3 authors=hidden"),
        ("away", {"until": "3 days"}, "away 3 days"),
        ("focus", {"week": 2}, "focus 2"),
        ("leaderboard", {"me": "out"}, "leaderboard out"),
        ("skip", {"day": "24 Dec", "undo": True}, "skip undo 24 Dec"),
        ("skip", {"day": "24 Dec", "undo": False}, "skip 24 Dec"),
        ("shift", {"by": " 1 \n week "}, "shift 1 week"),
        ("mentor", {}, "mentor"),
        ("mentor", {"who": "7"}, "mentor <@7>"),
        ("mentor", {"who": "7", "remove": True}, "mentor remove <@7>"),
        ("mute", {"until": "3 days"}, "mute 3 days"),
        ("leaderboard", {"me": "anonymous"}, "leaderboard anonymous"),
        ("settings", {"my_zone": "Asia/Tokyo"}, "settings my_zone=Asia/Tokyo"),
        ("settings", {"track": "remote", "quiet": ""}, "settings track=remote"),
        ("forgetme", {"sure": True}, "forgetme yes"),
        ("forgetme", {"sure": False}, "forgetme"),
        ("help", {"command": "skip"}, "help skip"),
    ],
)
def test_what_is_chosen_reads_as_it_would_be_typed(command: str, options: Json, text: str):
    assert command_text(chosen(command, **options)) == text


def test_a_command_of_the_group_is_read_outside_of_it_too():
    # A client that has not reloaded offers it where it used to stand.
    old = {"name": "coach", "options": [{"name": "pause", "options": []}]}

    assert command_text(chosen("pause")) == command_text(old) == "pause"


@pytest.mark.parametrize("who", ["@ana", "", 7, True, "7> <@8"])
def test_nobody_is_picked_but_by_an_id(who: object):
    with pytest.raises(Malformed):
        command_text(chosen("mentor", who=who))


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)])
def test_a_level_takes_25_and_a_group_counts_as_one(more: int, refused: bool):
    coach = payload()[0]
    top, group = coach["options"], coach["options"][-1]["options"]
    for level, name in ((top, "o"), (group, "i")):
        free = MOST_OPTIONS - len(level)
        assert free >= 0
        level += [
            {"type": 1, "name": f"{name}{number}", "description": "x", "options": []}
            for number in range(free + more)
        ]

    at = Spot()
    with pytest.raises(ApiError) if refused else nullcontext():
        check_commands(at, [coach])


def test_there_is_room_for_other_languages_within_what_a_command_may_measure():
    # Of a text in several languages the longest counts: half as long again has to fit.
    assert size(payload()[0]) * 3 / 2 <= MOST_SIZE


def test_what_all_options_say_together_is_a_command_that_the_engine_reads():
    values = {
        "guide": GUIDE.key, "start": "2026-12-14", "zone": "Europe/Berlin", "time": "09:00",
        "days": "mon-fri", "reviewers": 2, "authors": "shown", "until": "14 Dec", "week": 2,
        "what": "weakest", "me": "in", "undo": True, "day": "24 Dec", "by": "3 days",
        "board": "17:00", "quiet": "21:00-08:00", "lease": "24h", "grace": "6h", "sure": True,
        "report": "off", "command": "skip", "remove": True, "who": "7", "my_zone": "none",
        "track": GUIDE.locations[0].key,
    }  # fmt: skip
    for command in COMMANDS:
        options = {each.name: values[each.name] for each in OPTIONS.get(command.name, ())}
        text = command_text(chosen(command.name, **options))

        parse(text, today=TODAY, guides=GUIDES)


def test_every_choice_that_is_offered_can_be_read():
    for command, options in OPTIONS.items():
        for option in options:
            for value, _ in option.choices:
                text = command_text(chosen(command, **{option.name: value}))
                parse(text, today=TODAY, guides=GUIDES)


def test_what_is_suggested_can_be_read_and_fits():
    assert typing("setup", "guide", "") == [GUIDE.key]
    assert typing("join", "track", "") == [each.key for each in GUIDE.locations][:25]
    assert typing("practice", "what", "weak") == ["weakest"]
    assert GUIDE.rounds[0].key in typing("practice", "what", GUIDE.rounds[0].name[:6].upper())
    assert "America/New_York" in typing("setup", "zone", "new y")
    assert typing("setup", "zone", "berlin") == ["Europe/Berlin"]
    assert typing("setup", "zone", "xyzzy") == []
    assert 0 < len(typing("setup", "zone", "")) <= 25
    assert len(typing("settings", "zone", "a")) == 25
    assert typing("away", "until", "x") == typing("nothing", "at all", "x") == []
    assert typing("settings", "time", "9") == []


@pytest.mark.parametrize(
    ("command", "option"), [("setup", "start"), ("away", "until"), ("skip", "day"), ("shift", "by")]
)
@pytest.mark.parametrize("later", [-1, 0, 1])
def test_days_and_spans_are_suggested_that_can_be_used_wherever_somebody_lives(
    command: str, option: str, later: int
):
    there = TODAY + timedelta(days=later)
    suggested = typing(command, option, "")

    assert len(suggested) >= 5
    for value in suggested:
        given = {option: value} | ({"guide": GUIDE.key} if command == "setup" else {})
        parse(command_text(chosen(command, **given)), today=there, guides=GUIDES)


def test_a_day_is_found_by_its_weekday_its_date_and_its_month():
    assert typing("skip", "day", "")[:3] == ["today", "tomorrow", "2026-12-09"]
    assert typing("skip", "day", "24 de")[0] == "2026-12-24"
    assert typing("skip", "day", "fri")[:2] == ["2026-12-11", "2026-12-18"]
    assert typing("away", "until", "2027-01-1")[0] == "2027-01-10"
    assert typing("shift", "by", "week") == ["1 week", "2 weeks"]


def test_other_languages_are_told_where_there_are_texts():
    german = {"de": {"setup": "einrichten", "setup:": "Anfangen", "setup.zone:": "Zeitzone"}}
    commands = payload(german)
    check_commands(Spot(), commands)

    setup = commands[0]["options"][0]
    assert setup["name_localizations"] == {"de": "einrichten"}
    assert setup["description_localizations"] == {"de": "Anfangen"}
    assert fingerprint(commands) != fingerprint(payload(LANGUAGES))


def nodes(told: Any, key: str = "") -> Iterator[tuple[str, Json]]:
    """Yield everything that has a name, by the key of its texts in other languages."""
    for each in told:
        if each.get("type") == 3 and "options" not in each and "description" not in each:
            yield MENUS[each["name"]], each
            continue
        own = each["name"] if each["name"] == "coach" else f"{key}{each['name']}"
        yield own, each
        for choice in each.get("choices", ()):
            yield f"{own}={choice['value']}", choice
        yield from nodes(each.get("options", ()), "" if own in ("coach", GROUP) else f"{own}.")


def test_nothing_that_is_shown_lacks_a_place_for_other_languages():
    keys = {key for key, _ in nodes(payload())}
    texts = {key: f"ü{number}" for number, key in enumerate(sorted(keys))}
    translated = payload({"de": texts | {f"{key}:": f"ü{key}" for key in keys}})
    check_commands(Spot(), translated)

    for key, node in nodes(translated):
        assert node["name_localizations"] == {"de": texts[key]}
        if "description" in node:
            assert node["description_localizations"] == {"de": f"ü{key}"}


def test_commands_are_offered_in_servers_and_with_us_and_nowhere_else():
    assert all((each["contexts"], each["integration_types"]) == ([0, 1], [0]) for each in payload())


async def test_the_commands_are_made_known_once_and_again_when_they_change():
    async with served(Clock()) as server, speaking(server) as client:
        assert await upload(client)
        assert not await upload(client)
        other = payload()
        other[0]["options"][0]["description"] = "Begin"
        assert await upload(client, other)

        assert [call.name for call in server.calls if "commands" in call.name] == [
            "commands",
            "replace_commands",
            "commands",
            "commands",
            "replace_commands",
        ]


@pytest.mark.parametrize("command", [each.name for each in COMMANDS])
def test_what_the_engine_answers_with_a_form_is_known_beforehand(command: str):
    # A "thinking" in between would leave no way to open it.
    reply = a_club().command(OLGA, command)

    assert opens_form(chosen(command)) or reply.form is None
