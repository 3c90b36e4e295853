"""Every reaction that means something comes in as guides and the engine write it."""

from __future__ import annotations

import emoji
import pytest

from adapters.discord.emojis import emoji_of, reaction_of
from bot.domain.reviews import NUMBERS
from bot.voice.posts import COUNTED, LATE
from content import loader

CRITERIA = sorted(
    {
        criterion.emoji
        for guide in loader.load_all().values()
        for round_ in guide.rounds
        for criterion in round_.criteria
    }
)
OURS = [*CRITERIA, *NUMBERS, COUNTED, LATE, "👍", "👎", "👀"]
TONES = "🏻🏼🏽🏾🏿"
WHOLE = [
    written
    for written, facts in emoji.EMOJI_DATA.items()
    if facts["status"] <= emoji.STATUS["fully_qualified"]
    and (len(written) == 1 or not any(tone in written for tone in TONES))
]


@pytest.mark.parametrize("written", OURS)
def test_every_emoji_of_a_guide_and_of_the_coach_comes_back_as_it_was(written: str) -> None:
    assert reaction_of(written) == written
    assert emoji_of(written) == written


def test_every_emoji_there_is_is_known_with_and_without_its_selectors() -> None:
    for written in WHOLE:
        bare = written.replace("\N{VARIATION SELECTOR-16}", "")
        assert emoji_of(written) == emoji_of(bare) == reaction_of(bare) == written


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1⃣", "1️⃣"), ("1️⃣", "1️⃣"), ("👍🏽", "👍"), ("👩🏿‍💻", "👩‍💻"), ("☝🏻", "☝️"), ("❤", "❤️"),
        ("👩🏻‍🤝‍👨🏿", "👫"), ("🧑🏻‍❤️‍🧑🏽", "💑"), ("🧑🏻‍❤‍💋‍🧑🏽", "💏"), ("🫱🏻‍🫲🏿", "🤝"),
        ("🏽", "🏽"),
        ("🇩🇪", "🇩🇪"),
    ],
)  # fmt: skip
def test_selectors_and_skin_tones_change_nothing_of_what_a_tap_means(
    name: str, expected: str
) -> None:
    assert emoji_of(name) == expected


def test_a_servers_own_emoji_is_its_name_and_never_one_of_ours() -> None:
    assert emoji_of("logo", 77) == emoji_of("logo", "77") == ":logo:"
    assert emoji_of("👍", 77) == ":👍:"


@pytest.mark.parametrize("written", [":logo:", "", "x", "👍👍"])
def test_what_is_no_emoji_cannot_be_reacted_with(written: str) -> None:
    assert reaction_of(written) is None
    assert emoji_of(written) == written
