from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import get_args

import pytest

from bot import commands as say
from bot.commands import COMMANDS, Command, parse
from tests.unit.guides import guide

TODAY = date(2026, 12, 7)  # a Monday
GUIDES = {
    "acme-manager": guide(),
    "umbrella-manager": guide("umbrella-manager", "Umbrella Corp"),
}
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
NAMES = [command.name for command in COMMANDS]


def read(text: str) -> Command:
    return parse(text, today=TODAY, guides=GUIDES)


def day(text: str) -> date:
    return date.fromisoformat(text)


GOOD: list[tuple[str, Command]] = [
    ("", say.Help()),
    ("?", say.Help()),
    ("help", say.Help()),
    ("help me please", say.Help()),
    ("help away", say.Help("away")),
    ("help with quit", say.Help("leave")),
    ("setup", say.Setup()),
    ("setup acme-manager", say.Setup("acme-manager")),
    ("setup Acme Manager", say.Setup("acme-manager")),
    ("setup umbrella corp", say.Setup("umbrella-manager")),
    ("setup for Manager at Acme", say.Setup("acme-manager")),
    ("set up acme", say.Setup("acme-manager")),
    (
        "setup acme start=2026-12-14 zone=Europe/Berlin time=09:00 days=mon-fri authors=hidden",
        say.Setup(
            "acme-manager",
            day("2026-12-14"),
            "Europe/Berlin",
            time(9),
            WEEKDAYS,
            hide_authors=True,
        ),
    ),
    (
        "setup authors=shown reviewers=3 time=9:30 pm umbrella corp zone=america/los angeles",
        say.Setup(
            "umbrella-manager",
            zone="America/Los_Angeles",
            time=time(21, 30),
            reviewers=3,
            hide_authors=False,
        ),
    ),
    ("setup guide=acme tz=utc", say.Setup("acme-manager", zone="UTC")),
    (
        "setup days = mon, wed and fri , time = 9",
        say.Setup(time=time(9), days=frozenset({1, 3, 5})),
    ),
    ("mute until 14 dec", say.Mute(day("2026-12-14"))),
    ("mute 3 days", say.Mute(day("2026-12-10"))),
    ("mute for a week", say.Mute(day("2026-12-14"))),
    ("mute off", say.Mute()),
    ("why", say.Why()),
    ("why?", say.Why()),
    ("settings my_zone=asia/tokyo", say.Settings({"my_zone": "Asia/Tokyo"})),
    ("settings my-zone=none", say.Settings({"my_zone": None})),
    ("setup start=monday", say.Setup(start=day("2026-12-14"))),
    ("setup start=14 dec acme", say.Setup("acme-manager", day("2026-12-14"))),
    ("setup --start=2026-12-07", say.Setup(start=TODAY)),
    ("join", say.Join()),
    ("join remote", say.Join("remote")),
    ("join Remote Teams", say.Join("remote")),
    ("join the tower", say.Join("office")),
    ("leave", say.Leave()),
    ("leave yes", say.Leave(sure=True)),
    ("away until 2026-12-14", say.Away(day("2026-12-14"))),
    ("away 2026-12-14", say.Away(day("2026-12-14"))),
    ("away 2026-12-9", say.Away(day("2026-12-09"))),
    ("away 3 days", say.Away(day("2026-12-10"))),
    ("away for a week", say.Away(day("2026-12-14"))),
    ("away two weeks", say.Away(day("2026-12-21"))),
    ("away 3", say.Away(day("2026-12-10"))),
    ("away until friday", say.Away(day("2026-12-11"))),
    ("away till Fri", say.Away(day("2026-12-11"))),
    ("away until monday", say.Away(day("2026-12-14"))),
    ("away until tomorrow", say.Away(day("2026-12-08"))),
    ("away today", say.Away(day("2026-12-08"))),
    ("away until 14 Dec", say.Away(day("2026-12-14"))),
    ("away until Dec 14", say.Away(day("2026-12-14"))),
    ("away until December 14th, 2026", say.Away(day("2026-12-14"))),
    ("away until the 14. dec", say.Away(day("2026-12-14"))),
    ("away until 4 jan", say.Away(day("2027-01-04"))),
    ("away", say.Away()),
    ("back", say.Back()),
    ("today", say.Today()),
    ("review", say.Pull()),
    ("bar", say.Bar()),
    ("mentor", say.Mentor()),
    ("mentor @Ana", say.Mentor("@ana")),
    ("mentor <@U123|ana>", say.Mentor("<@u123|ana>")),
    ("mentor remove <@!123>", say.Mentor("<@!123>", remove=True)),
    ("mentor name Ana Ito", say.Mentor("ana ito")),
    ("focus", say.Focus()),
    ("focus 3", say.Focus(3)),
    ("focus week 3", say.Focus(3)),
    ("focus this week", say.Focus()),
    ("plan", say.ShowPlan()),
    ("timeline", say.Timeline()),
    ("time line", say.Timeline()),
    ("guide", say.ShowGuide()),
    ("practice", say.Practise()),
    ("practise", say.Practise()),
    ("practice start", say.Practise()),
    ("practice weakest", say.Practise("weakest")),
    ("practice done", say.Practise("done")),
    ("practice stop", say.Practise("stop")),
    ("practice hint", say.Practise("hint")),
    ("practice system-design", say.Practise("system-design")),
    ("practice System Design", say.Practise("system-design")),
    ("practice screen", say.Practise("hr-screen")),
    ("practice why us", say.Practise("why-us")),
    ("practice far-away", say.Practise("far-away")),
    ("progress", say.Progress()),
    ("leaderboard", say.Leaderboard()),
    ("leader board", say.Leaderboard()),
    ("leaderboard out", say.Leaderboard("out")),
    ("leaderboard opt in", say.Leaderboard("in")),
    ("pause", say.Pause()),
    ("resume", say.Resume()),
    ("skip 2026-12-24", say.Skip(day("2026-12-24"))),
    ("skip tomorrow", say.Skip(day("2026-12-08"))),
    ("skip today", say.Skip(TODAY)),
    ("skip on thursday", say.Skip(day("2026-12-10"))),
    ("skip undo 2026-12-24", say.Skip(day("2026-12-24"), undo=True)),
    ("skip 24 Dec undo", say.Skip(day("2026-12-24"), undo=True)),
    ("shift 7", say.Shift(7)),
    ("shift 1 week", say.Shift(7)),
    ("shift by 3 days", say.Shift(3)),
    ("shift a day", say.Shift(1)),
    ("settings", say.Settings({})),
    (
        "settings time=18:00 days=mon,wed,fri track=remote",
        say.Settings({"post_at": time(18), "days": frozenset({1, 3, 5}), "track": "remote"}),
    ),
    (
        "settings time:18:00 days:mon,wed,fri",
        say.Settings({"post_at": time(18), "days": frozenset({1, 3, 5})}),
    ),
    ("settings track=none", say.Settings({"track": None})),
    (
        "settings board=5pm quiet=22:00-07:30 zone=Asia/Kathmandu",
        say.Settings(
            {
                "board_at": time(17),
                "quiet": (time(22), time(7, 30)),
                "zone": "Asia/Kathmandu",
            }
        ),
    ),
    (
        "settings lease=2 days grace=4h reviewers=1 authors=anonymous",
        say.Settings(
            {
                "lease": timedelta(days=2),
                "grace": timedelta(hours=4),
                "reviewers": 1,
                "hide_authors": True,
            }
        ),
    ),
    ("settings quiet=none", say.Settings({"quiet": (time(0), time(0))})),
    ("me", say.Me()),
    ("mydata", say.MyData()),
    ("my data", say.MyData()),
    ("forgetme", say.ForgetMe()),
    ("forget me", say.ForgetMe()),
    ("forgetme yes", say.ForgetMe(sure=True)),
]


@pytest.mark.parametrize(("text", "command"), GOOD, ids=[text for text, _ in GOOD])
def test_words_become_the_command_they_say(text: str, command: Command) -> None:
    assert read(text) == command


def test_every_kind_of_command_and_every_name_is_among_the_words_tried() -> None:
    assert {type(command) for _, command in GOOD} == set(get_args(Command))
    assert set(NAMES) <= {text.split()[0] for text, _ in GOOD if text}


@pytest.mark.parametrize(
    "text",
    [
        "  focus   3  ",
        "FOCUS 3",
        "/focus 3",
        "/coach focus 3",
        "/coach /focus 3",
        "coach, focus 3",
        "Loopmates focus 3!",
        "“focus 3”",
        "'focus' \"3\".",
        "`focus 3`",
        "**focus** 3",
        "ｆｏｃｕｓ　３",
        "focus\N{NO-BREAK SPACE}3",
        "focus\N{NARROW NO-BREAK SPACE}3?",
        "\N{ZERO WIDTH SPACE}focus\N{ZERO WIDTH SPACE} 3\N{LEFT-TO-RIGHT MARK}",
        "focus\n3",
        "focus 3 please",
    ],
)
def test_case_space_quotes_width_and_end_marks_do_not_matter(text: str) -> None:
    assert read(text) == say.Focus(3)


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ("mon-fri", {1, 2, 3, 4, 5}),
        ("mon–fri", {1, 2, 3, 4, 5}),
        ("monday to friday", {1, 2, 3, 4, 5}),
        ("weekdays", {1, 2, 3, 4, 5}),
        ("daily", {1, 2, 3, 4, 5, 6, 7}),
        ("weekends", {6, 7}),
        ("mo,we,fr", {1, 3, 5}),
        ("Tuesdays & Thursdays", {2, 4}),
        ("sat-mon", {6, 7, 1}),
        ("mon - wed, fri", {1, 2, 3, 5}),
        ("mon tue wed thu fri and sat", {1, 2, 3, 4, 5, 6}),
    ],
)
def test_days_can_be_named_in_many_ways(days: str, meant: set[int]) -> None:
    assert read(f"settings days={days}") == say.Settings({"days": frozenset(meant)})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("09:00", time(9)),
        ("9", time(9)),
        ("9.30", time(9, 30)),
        ("18h", time(18)),
        ("18h15", time(18, 15)),
        ("9am", time(9)),
        ("9:05 p.m.", time(21, 5)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("00:00", time(0)),
    ],
)
def test_times_can_be_named_in_many_ways(said: str, meant: time) -> None:
    assert read(f"settings time={said}") == say.Settings({"post_at": meant})


def test_help_lists_each_command_once_and_its_usage_begins_with_its_name() -> None:
    assert sorted(NAMES) == sorted(
        [
            *("setup", "join", "leave", "away", "back", "today", "focus", "plan", "timeline"),
            *("guide", "practice", "progress", "leaderboard", "pause", "resume", "skip"),
            *("shift", "settings", "me", "mydata", "forgetme", "help", "mute", "why"),
            *("mentor", "review", "bar"),
        ]
    )
    assert all(command.usage.split()[0] == command.name for command in COMMANDS)
    assert all(command.what.endswith(".") and len(command.what) <= 100 for command in COMMANDS)


def test_what_help_says_about_usage_can_be_said_word_for_word() -> None:
    for command in COMMANDS:
        for usage in re.sub(r" \[[^]]*\]", "", command.usage).replace("GUIDE", "acme").split(" | "):
            read(usage)
