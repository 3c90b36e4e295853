"""What Discord shows of a command to type is what can be chosen there, and means the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

import pytest

from adapters.discord.commands import GROUP, OPTIONS, command_text
from adapters.discord.commands_spelling import spelled
from bot.commands import parse
from bot.manual import COMMANDS
from bot.messages import Code
from tests.discord.rendered import sampled
from tests.unit.speech import guides

TODAY = date(2026, 12, 7)
KEY = "coursera-senior-em"
_NAMED = re.compile(r"([a-z]+):(.+?)(?= [a-z]+:|$)")


def codes(thing: object) -> Iterator[str]:
    """Yield what stands in a message to be typed."""
    if isinstance(thing, Code):
        yield thing.text
    elif isinstance(thing, tuple):
        for each in thing:
            yield from codes(each)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from codes(getattr(thing, one.name))


@cache
def typed() -> tuple[str, ...]:
    """Return every command with something behind its name that the coach ever shows."""
    said = {code for one in sampled(KEY) for code in codes(one)}
    shown = {f"/coach {way}" for each in COMMANDS for way in each.usage.split(" | ")}
    return tuple(sorted(one for one in said | shown if re.match(r"/coach \S+ ", one)))


def chosen(shown: str) -> dict[str, Any]:
    """Return the choice in Discord that looks like this."""
    command, _, rest = shown.removeprefix("/coach ").removeprefix(f"{GROUP} ").partition(" ")
    given = {name: True if value == "True" else value for name, value in _NAMED.findall(rest)}
    assert " ".join(f"{name}:{value}" for name, value in given.items()) == rest
    assert set(given) <= {each.name for each in OPTIONS[command]}
    options = [{"name": name, "value": value} for name, value in given.items()]
    found = [{"name": command, "options": options}]
    grouped = [{"name": GROUP, "options": found}] if shown.startswith(f"/coach {GROUP} ") else found
    return {"name": "coach", "options": grouped}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("today", "today"),
        ("away until 14 Dec", "away until:14 Dec"),
        ("away 3 days", "away until:3 days"),
        ("pause", "organise pause"),
        ("skip 24 Dec", "organise skip day:24 Dec"),
        ("skip undo 24 Dec", "organise skip day:24 Dec undo:True"),
        ("shift 1 week", "organise shift by:1 week"),
        ("mentor", "organise mentor"),
        ("mentor @NAME", "organise mentor who:@NAME"),
        ("mentor remove @NAME", "organise mentor who:@NAME remove:True"),
        ("mute until 14 Dec", "mute until:14 Dec"),
        ("mute off", "mute until:off"),
        ("leaderboard anonymous", "leaderboard me:anonymous"),
        ("settings my_zone=none", "settings my_zone:none"),
        ("join remote", "join track:remote"),
        ("join [TRACK]", "join [track:TRACK]"),
        ("leaderboard [in | out]", "leaderboard [me:in | out]"),
        ("practice weakest", "practice what:weakest"),
        ("setup GUIDE start=monday time=09:00", "setup guide:GUIDE start:monday time:09:00"),
        ("settings [time=18:00 track=remote …]", "settings [time:18:00 track:remote …]"),
        ("forgetme yes", "forgetme sure:True"),
        ("plan twice", "plan twice"),
    ],
)
def test_options_are_named_as_discord_names_them(said: str, shown: str) -> None:
    assert spelled(f"/coach {said}") == f"/coach {shown}"


def test_what_is_no_command_stays_as_it_is_but_for_its_settings() -> None:
    assert spelled("time=09:00") == "time:09:00"
    assert spelled("loopmates doctor") == "loopmates doctor"
    assert spelled("/coachy skip 24 Dec") == "/coachy skip 24 Dec"
    assert spelled("a x=") == "a x="


def test_every_command_that_the_coach_shows_can_be_chosen_and_means_the_same() -> None:
    literal = [one for one in typed() if not re.search(r"[\[\]]|[A-Z]{3}", one)]
    assert len(literal) > 8
    for one in literal:
        if "@" in one:  # Somebody is picked there, and has an id.
            continue
        said = command_text(chosen(spelled(one)))
        meant = one.removeprefix("/coach ")
        assert parse(said, today=TODAY, guides=guides()) == parse(
            meant, today=TODAY, guides=guides()
        )


def test_no_command_is_shown_without_the_names_of_its_options() -> None:
    for one in typed():
        said = spelled(one).removeprefix("/coach ").removeprefix(f"{GROUP} ")
        command, rest = said.split(" ", 1)
        first = re.match(r"\[?([a-z]+):", rest)
        assert first is not None, one
        assert first[1] in {each.name for each in OPTIONS[command]}
        assert "=" not in rest
