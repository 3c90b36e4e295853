"""Every emoji that means something goes to Slack's name and comes back as it was."""

from __future__ import annotations

import re

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.emojis import emoji_of, known, name_of
from bot.domain.reviews import NUMBERS
from bot.voice.posts import COUNTED, LATE
from content import limits, loader

CRITERIA = sorted(
    {
        criterion.emoji
        for guide in loader.load_all().values()
        for round_ in guide.rounds
        for criterion in round_.criteria
    }
)
OURS = [*CRITERIA, *NUMBERS, COUNTED, LATE, "👍", "👎", "👀"]
WHOLE = [
    written
    for written, facts in emoji.EMOJI_DATA.items()
    if facts["status"] <= emoji.STATUS["fully_qualified"]
]
TONES = "🏻🏼🏽🏾🏿"
TONED = [written for written in WHOLE if len(written) > 1 and any(t in written for t in TONES)]


@pytest.mark.parametrize("written", OURS)
def test_every_emoji_of_a_guide_and_of_the_coach_comes_back_as_it_was(written: str):
    name = name_of(written)

    assert name is not None
    assert emoji_of(name) == written


@pytest.mark.parametrize("written", OURS)
@pytest.mark.parametrize("tone", range(2, 7))
def test_a_skin_tone_changes_nothing_of_what_a_tap_means(written: str, tone: int):
    assert emoji_of(f"{name_of(written)}::skin-tone-{tone}") == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("one", "1️⃣"), ("five", "5️⃣"), ("nine", "9️⃣"), ("keycap_ten", "🔟"), ("hash", "#️⃣"),
        ("+1", "👍"), ("thumbsup", "👍"), ("-1", "👎"), ("white_check_mark", "✅"),
        ("white_tick", "✅"), ("alarm_clock", "⏰"), ("bar_chart", "📊"), ("flag-de", "🇩🇪"),
        ("de", "🇩🇪"), ("us", "🇺🇸"), ("flag-us", "🇺🇸"), ("flag-england", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("first_place_medal", "🥇"), ("man-shrugging", "🤷‍♂️"), ("shrug", "🤷"),
        ("male-technologist", "👨‍💻"), ("female-doctor", "👩‍⚕️"), ("woman-running", "🏃‍♀️"),
        ("red_haired_man", "👨‍🦰"), ("male_mage", "🧙‍♂️"), ("man-woman-girl-boy", "👨‍👩‍👧‍👦"),
        ("man-kiss-man", "👨‍❤️‍💋‍👨"), ("rainbow-flag", "🏳️‍🌈"), ("large_blue_square", "🟦"),
        ("heart", "❤️"), ("thinking_face", "🤔"), ("satellite", "🛰️"), ("umbrella", "☂️"),
        ("egg", "🥚"), ("beetle", "🪲"), ("ladybug", "🐞"), ("spock-hand", "🖖"),
        ("speech_balloon", "💬"), ("wrench", "🔧"), ("non-potable_water", "🚱"),
    ],
)  # fmt: skip
def test_slacks_own_names_are_understood(name: str, written: str):
    assert emoji_of(name) == written


def test_every_variant_in_a_skin_tone_has_the_name_of_the_one_without():
    names = {each: name_of(each) for each in TONED if emoji.EMOJI_DATA[each]["E"] <= 16}

    assert len(names) > 1_500
    assert [written for written, name in names.items() if name is None] == []
    assert {name for name in names.values() if name != name_of(emoji_of(name or ""))} == set()
    assert [name for name in names.values() if set(TONES) & set(emoji_of(name or ""))] == []


def test_a_single_persons_variants_share_the_plain_ones_name():
    bare = {each: re.sub(f"[{TONES}]", "", each) for each in TONED}
    plain = {each: without for each, without in bare.items() if without in emoji.EMOJI_DATA}

    assert [each for each, without in plain.items() if name_of(each) != name_of(without)] == []


def test_every_emoji_slack_can_know_has_a_name_of_its_own():
    plain = [
        written
        for written in WHOLE
        if written not in TONED and emoji.EMOJI_DATA[written]["E"] <= limits.EMOJI_VERSION
    ]

    names = {written: name_of(written) for written in plain}

    assert [written for written, name in names.items() if emoji_of(name or "") != written] == []
    assert len(set(names.values())) == len(plain)
    assert all(re.fullmatch(r"[a-z0-9_'+’&.ñ-]+", name or "") for name in names.values())


@pytest.mark.parametrize("written", OURS)
def test_the_variation_selector_does_not_matter(written: str):
    assert name_of(written.replace("\ufe0f", "")) == name_of(written)


@pytest.mark.parametrize("written", ["", "x", "👍👍", ":+1:", "+1", "\ufe0f", "\ud83d", "\0"])
def test_what_is_not_one_emoji_has_no_name(written: str):
    assert name_of(written) is None


@pytest.mark.parametrize(
    "name", ["our-logo", "パーティー", "skin-tone-9", "1", "flag-zz", "x" * 300]
)
def test_an_emoji_of_the_workspace_keeps_its_name_between_colons(name: str):
    assert emoji_of(name) == f":{name}:"
    assert known(name) is None


@given(st.text())
def test_no_name_and_no_emoji_is_too_strange(text: str):
    assert emoji_of(text)
    assert name_of(text) is None or text
