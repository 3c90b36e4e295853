"""Reading what people type, and what becomes of marks in our own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import BadArgument
from bot.messages import Words, plain
from bot.voice import forms, practice, replies, words
from bot.words import pick, read_days
from tests.factories import a_cohort, a_member
from tests.unit import guides

NAMES = [("north", "North Office"), ("south", "South Office"), ("remote", "Remote teams")]
BARE = replace(guides.guide(), locations=())


@pytest.mark.parametrize(("text", "key"), [("south", "south"), ("teams", "remote")])
def test_a_thing_is_picked_by_its_name_or_a_part_that_no_other_has(text: str, key: str) -> None:
    assert pick(text, NAMES, "track") == key


def test_a_part_that_several_have_picks_none_and_names_them() -> None:
    with pytest.raises(BadArgument, match="fits more than one track") as refused:
        pick("office", NAMES, "track")

    assert "north" in str(refused.value)
    assert "south" in str(refused.value)
    assert "remote" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "and", ", ,", "& and /"])
def test_words_that_join_days_are_no_days(text: str) -> None:
    with pytest.raises(BadArgument):
        read_days(text)


def test_what_stands_between_backticks_is_something_to_type() -> None:
    assert words.marked("Say `join` now.") == (Words("Say "), words.command("join"), Words(" now."))


def test_a_backtick_without_its_partner_is_only_a_character() -> None:
    assert plain(words.marked("It is 5 o`clock.")) == "It is 5 o`clock."


def test_a_guide_without_locations_has_no_track_to_choose_or_to_tell_of() -> None:
    form = forms.own(a_cohort(), a_member(), BARE)
    with_tracks = forms.own(a_cohort(), a_member(), guides.guide())
    joined = replies.joined(a_member(), BARE, a_cohort(), (), None)

    assert [field.name for field in form.fields] == ["board_opt", "my_zone"]
    assert [field.name for field in with_tracks.fields] == ["track", "board_opt", "my_zone"]
    assert "join remote" not in repr(joined)
    assert "join remote" in repr(replies.joined(a_member(), guides.guide(), a_cohort(), (), None))


def test_a_hint_has_no_list_of_what_its_round_does_not_name() -> None:
    bare = replace(guides.guide().rounds[0], red_flags=(), signals=())
    silent = replace(BARE, rounds=(bare, *BARE.rounds[1:]))

    hint = practice.hint(silent.question("career"), silent)

    assert "What they listen for" not in repr(hint)
    assert "What they listen for" in repr(practice.hint(BARE.question("career"), BARE))
