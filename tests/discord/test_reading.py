"""The reader of Discord shows everything that a person sees, and stops at what it cannot read.

And whoever types a command chooses the options that say the same.
"""

from __future__ import annotations

import pytest

from adapters.discord.commands import command_text
from tests.discord.acting import options_of
from tests.discord.reading import Json, Reader

READER = Reader("Europe/Berlin", {"1": "ana"}.__getitem__, {"2": "prep"}.__getitem__)


def read(text: str) -> list[str]:
    return list(READER.text(text))


def test_styles_people_and_moments_are_read_in_running_text() -> None:
    said = "**Well**, <@1> in <#2>: `now` </coach me:7> <t:1796630400:F>"

    assert read(said) == ["*Well*, @ana in #prep: `now` /coach me Monday, 7 December 2026 at 09:00"]


def test_headings_small_print_lists_and_quotes_are_told_apart() -> None:
    said = "## Week 1\n-# so far\n- one\n2. two\n> said\n☐ three\n```\nA  B\n```"

    assert read(said) == [
        "Week 1", "(so far)", "• one", "2. two", "> said", "☐ three", "| A  B"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said", ["*so*", "_so_", "__so__", "~~so~~", "||so||", "@everyone", "<@&1>", ":tada:"]
)
def test_signs_of_another_platform_and_what_the_coach_never_says_are_not_read(said: str) -> None:
    with pytest.raises(AssertionError, match="the coach never says"):
        read(f"Well, {said}")


def test_what_nobody_has_learnt_to_read_is_not_passed_over() -> None:
    thumbnail: Json = {"type": 11, "media": {}}

    with pytest.raises(AssertionError, match="type 11"):
        READER.blocks([thumbnail])


def test_a_form_is_read_with_what_is_in_it_and_how_it_is_sent() -> None:
    options = [{"label": "Yes", "value": "yes", "default": True}, {"label": "no", "value": "no"}]
    choice = {"type": 21, "custom_id": "sure", "options": options, "required": False}
    text = {"type": 4, "custom_id": "why", "value": "", "placeholder": "For example so"}
    labels = [
        {"type": 18, "label": "Sure?", "description": "Or not", "component": choice},
        {"type": 18, "label": "Why", "component": text},
    ]

    assert READER.window({"title": "Well", "components": labels}) == [
        "“Well”",
        "sure · Sure? (optional)",
        "    ◉ Yes (yes)  ○ no",
        "    (Or not)",
        "why · Why",
        "    [] For example so",
        "[Submit]  [Cancel]",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "setup mini start=today zone=Europe/Berlin reviewers=1 authors=shown",
        "join remote",
        "away 3 days",
        "focus 2",
        "leaderboard out",
        "skip undo 24 Dec",
        "settings time=25:00",
        "forgetme yes",
        "help",
    ],
)
def test_a_typed_command_is_chosen_with_the_options_that_say_the_same(typed: str) -> None:
    name, *words = typed.split()
    given = [{"name": key, "value": value} for key, value in options_of(name, words).items()]

    assert command_text({"options": [{"name": name, "options": given}]}) == typed


@pytest.mark.parametrize("typed", ["today please", "setup mini reviewer=2"])
def test_words_that_a_command_has_no_option_for_cannot_be_given(typed: str) -> None:
    name, *words = typed.split()

    with pytest.raises(AssertionError, match="no option"):
        options_of(name, words)
