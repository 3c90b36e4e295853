from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import commands as say
from bot.commands import COMMANDS, Command, parse
from bot.errors import BadArgument, CoachError, DateIsPast, NoSuchGuide, UnknownCommand
from bot.manual import ALIASES
from tests.examples import cases
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


def tried(text: str) -> Command | CoachError:
    try:
        return read(text)
    except CoachError as refusal:
        return refusal


BAD_ARGUMENTS = """
    setup zone=berlin | setup zone=EST | setup zone=Mars/Base | setup time=24:00 | setup time=9:60
    setup time=13pm | setup time=noonish | setup days=someday | setup days=, | setup days=mon-
    setup reviewers=0 | setup reviewers=6 | setup reviewers=two | setup authors=maybe
    setup start=next year | setup start=2026-13-01 | setup start=07.12.2026 | setup start=12/07
    setup time= | setup =9 | setup time=9 time=10 | setup tiem=9 | setup start=2028-12-07
    setup board=17:00 | setup acme guide=acme | setup 9=9=9 | setup start=2026-02-30
    join mars | join remote office | leave now | back tomorrow | today 3 | plan b | guide acme
    me now | away until | away until further notice | away until today | away next week
    away 0 days | away -1 days | away 9999 days | away until 30 feb | away from monday to friday
    away until 2026-12-32 | away until 10000-01-01 | away until dec | away until 14
    away until 14 15 dec | away until 14 dec 26 | away until 3 days
    focus 0 | focus 53 | focus next | focus 1 2 | focus 3.5 | focus -1
    practice swimming | practice sytem-design | practice me | timeline 2 | progress ana
    mentor remove | review ana | leaderboard maybe | leaderboard ana
    pause friday | resume tomorrow
    skip | skip undo | skip christmas | skip 24/12 | skip 24 | skip 2026-12-24 2026-12-25
    shift | shift back | shift 0 | shift -3 | shift 3 months | shift 367 | shift by | shift 1 2 3
    settings 18:00 | settings time | settings tme=18:00 | settings track=mars | settings quiet=9
    settings lease=1 | settings lease=9999 | settings grace=soon | settings quiet=21-8-9
    settings start=2026-12-07 | settings time=18:00 now | mydata ana | forgetme no | forgetme ana
"""
BAD = [text.strip() for line in BAD_ARGUMENTS.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_read_is_refused_with_problem_and_cure(text: str) -> None:
    with pytest.raises(BadArgument) as refusal:
        read(text)

    error = refusal.value
    assert error.problem.endswith((".", "?"))
    assert error.cure.rstrip(" .…").endswith(("`", "?", "ahead")) or "`" in error.cure
    assert len(str(error)) <= 200


@pytest.mark.parametrize(
    "text",
    ["setup start=2026-12-06", "away until 2026-01-01", "skip 6 Dec 2026", "skip 2000-01-01"],
)
def test_a_date_that_has_passed_is_refused(text: str) -> None:
    with pytest.raises(DateIsPast):
        read(text)


def test_the_next_such_date_is_meant_when_the_year_is_left_out() -> None:
    assert read("skip 6 dec") == say.Skip(day("2027-12-06"))
    assert read("skip 7 dec") == say.Skip(TODAY)
    assert parse("skip 29 feb", today=day("2027-06-01"), guides=GUIDES) == say.Skip(
        day("2028-02-29")
    )


def test_an_unknown_guide_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoSuchGuide) as refusal:
        read("setup initech")

    assert "acme-manager" in str(refusal.value)


def test_a_name_that_fits_several_guides_is_refused_with_their_keys() -> None:
    twins = {"one": guide("one"), "two": guide("two")}

    with pytest.raises(BadArgument) as refusal:
        parse("setup acme", today=TODAY, guides=twins)

    assert "`one`" in str(refusal.value)
    assert "`two`" in str(refusal.value)


TYPOS = """
    stup setup | setpu setup | setupp setup | seetup setup | jion join | joni join | joiin join
    leav leave | laeve leave | leavee leave | awya away | awaay away | aawy away | bakc back
    bck back | todya today | tdoay today | todday today | toady today | foucs focus | fokus focus
    focsu focus | plna plan | paln plan | plann plan | timelin timeline | tmieline timeline
    timelnie timeline | giude guide | guied guide | gudie guide | pratice practice
    practcie practice | practic practice | prgress progress | progess progress | progres progress
    leaderbord leaderboard | laederboard leaderboard | leadreboard leaderboard | puase pause
    pasue pause | resmue resume | reusme resume | skpi skip | sikp skip | shfit shift | shitf shift
    setings settings | settigns settings | mydaat mydata | mydta mydata | forgteme forgetme
    fogetme forgetme | hlep help | hepl help | halp help | mee me | mme me
    mutee mute | muute mute | whyy why | wwhy why | baar bar | barr bar | mentr mentor
    metnor mentor | reveiw review | reviw review
"""
SLIPS = [tuple(pair.split()) for line in TYPOS.strip().splitlines() for pair in line.split("|")]


@pytest.mark.parametrize(("typo", "meant"), SLIPS)
def test_a_slip_of_the_pen_is_answered_with_the_command_that_was_meant(
    typo: str, meant: str
) -> None:
    with pytest.raises(UnknownCommand) as refusal:
        read(typo)

    assert refusal.value.meant == meant


def test_at_least_fifty_slips_are_tried_and_every_command_is_among_them() -> None:
    assert len(SLIPS) >= 50
    assert {meant for _, meant in SLIPS} == set(NAMES)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("board", "leaderboard"),
        ("scores", "leaderboard"),
        ("standings", "leaderboard"),
        ("quit", "leave"),
        ("exit", "leave"),
        ("unsubscribe", "leave"),
        ("stop", "leave"),
        ("vacation until friday", "away"),
        ("holiday", "away"),
        ("ooo", "away"),
        ("question", "today"),
        ("delete me", "forgetme"),
        ("delete", "forgetme"),
        ("export", "mydata"),
        ("schedule", "plan"),
        ("stats", "progress"),
        ("start", "help"),
        ("hello", "help"),
    ],
)
def test_another_word_for_a_command_is_suggested_but_not_obeyed(word: str, meant: str) -> None:
    with pytest.raises(UnknownCommand) as refusal:
        read(word)

    assert refusal.value.meant == meant


@pytest.mark.parametrize("word", ["xyzzy", "=", "🎉", "banana", "42", "thx", "qwertyuiop", "on"])
def test_a_word_that_resembles_no_command_gets_no_suggestion(word: str) -> None:
    with pytest.raises(UnknownCommand) as refusal:
        read(word)

    assert refusal.value.meant is None


def test_other_words_lead_to_commands_and_are_none_themselves() -> None:
    assert set(ALIASES.values()) <= set(NAMES)
    assert not set(ALIASES) & set(NAMES)


WORDS = st.one_of(
    st.sampled_from(
        [*NAMES, *ALIASES, "acme", "until", "undo", "=", "time", "days", "zone", "start"]
    ),
    st.sampled_from(
        ["9:00", "mon-fri", "2026-12-24", "dec", "14", "week", "weeks", "tomorrow", ","]
    ),
    st.text(max_size=12),
    st.integers(-10_000, 10_000).map(str),
    st.dates().map(str),
)
KEYS = ["guide", "start", "zone", "time", "days", "reviewers", "authors", "board", "quiet", "lease"]
SENTENCES = st.one_of(
    st.text(max_size=400),
    st.lists(WORDS, max_size=12).map(" ".join),
    st.tuples(st.sampled_from(NAMES), st.lists(WORDS, max_size=8)).map(
        lambda said: " ".join([said[0], *said[1]])
    ),
    st.tuples(
        st.sampled_from(["setup", "settings"]),
        st.lists(
            st.tuples(
                st.sampled_from(KEYS),
                WORDS,
            ),
            max_size=4,
        ),
    ).map(lambda said: " ".join([said[0], *(f"{key}={value}" for key, value in said[1])])),
)


@cases(200)
@given(text=SENTENCES)
@example(text="setup zone=" + "a" * 250)
@example(text="\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 300)
@example(text="practice " + "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}" * 280)
@example(text="away " + "9" * 280)
@example(text="setup " + "a=" * 140)
def test_whatever_is_said_is_a_command_or_a_short_refusal(text: str) -> None:
    outcome = tried(text)

    if isinstance(outcome, CoachError):
        assert 10 < len(str(outcome)) <= 200
        assert "\n" not in str(outcome)
    else:
        assert isinstance(outcome, get_args(Command))


@cases(100)
@given(text=SENTENCES)
def test_whatever_is_asked_for_lies_within_its_bounds(text: str) -> None:
    match tried(text):
        case say.Away(back_on):
            assert back_on is None or TODAY < back_on <= TODAY + timedelta(days=366)
        case say.Skip(on):
            assert TODAY <= on <= TODAY + timedelta(days=366)
        case say.Shift(days):
            assert 1 <= days <= 366
        case say.Focus(week):
            assert week is None or 1 <= week <= 52
        case say.Setup(guide_key, start):
            assert guide_key is None or guide_key in GUIDES
            assert start is None or start >= TODAY
        case _:
            pass


@pytest.mark.parametrize("word", ["a", " ", "=", "a=", "9", "-", "mon-", "away ", "/", "「", "ﷺ"])
@pytest.mark.parametrize("name", ["", "setup ", "settings days=", "practice ", "settings quiet="])
def test_a_hundred_thousand_characters_are_refused_at_once(name: str, word: str) -> None:
    text = name + word * (100_000 // len(word))

    begun = perf_counter()
    outcome = tried(text)
    took = perf_counter() - begun

    assert took < 0.5
    assert not isinstance(outcome, CoachError) or len(str(outcome)) <= 200


def test_a_known_command_with_far_too_many_words_is_refused() -> None:
    with pytest.raises(BadArgument, match="too long"):
        read("practice " + "x" * 1_000)
