"""What members wrote in Slack's notation reads as it looked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.entities import addressed, mentioned, readable, without

NAMES = {"U1": "Ana Ito", "U2": "<!channel> & :tada:", "UBOT": "coach"}


def read(text: str) -> str:
    return readable(text, lambda user: NAMES.get(user, ""))


@pytest.mark.parametrize(
    ("written", "looked"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("thanks <@U1>!", "thanks @Ana Ito!"),
        ("<@U9>", "@U9"),
        ("<@U9|bo>", "@bo"),
        ("<#C1|prep>", "#prep"),
        ("<#C1>", "#C1"),
        ("<#C1|>", "#C1"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@coaches>", "@coaches"),
        ("<!subteam^S1>", "@group"),
        ("<!date^1700000000^{date}|14 Nov 2023>", "14 Nov 2023"),
        ("<!date^1700000000^{date}>", "1700000000"),
        ("<https://example.com>", "https://example.com"),
        ("<https://example.com|the page>", "the page (https://example.com)"),
        ("<https://example.com|https://example.com>", "https://example.com"),
        ("<http://example.com|example.com>", "http://example.com"),
        ("<https://x.org/?a=1&amp;b=2>", "https://x.org/?a=1&b=2"),
        ("<mailto:a@x.org|a@x.org>", "a@x.org"),
        ("<tel:+4930|+49 30>", "+49 30"),
        (":tada: done", "🎉 done"),
        (":tada::+1::skin-tone-4:", "🎉👍🏽"),
        (":wave::skin-tone-6::wave:", "👋🏿👋"),
        (":v::skin-tone-2:", "✌🏻"),
        (":man-shrugging::skin-tone-3:", "🤷🏼‍♂️"),
        (":handshake::skin-tone-2-6:", "🤝"),
        (":people_holding_hands::skin-tone-2-6:", "🧑🏻‍🤝‍🧑🏿"),
        (":people_holding_hands::skin-tone-4:", "🧑🏽‍🤝‍🧑🏽"),
        (":tada::skin-tone-4:", "🎉"),
        (":our-logo::skin-tone-4:", ":our-logo:"),
        (":+1::skin-tone-9:", "👍"),
        ("すごい:tada:", "すごい🎉"),
        (":our-logo:", ":our-logo:"),
        ("*bold* _it_ ~no~", "*bold* _it_ ~no~"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_notation_reads_as_it_looked(written: str, looked: str):
    assert read(written) == looked


@pytest.mark.parametrize(
    "code",
    ["std::on::x", "10:30:45", "a:on:b", "`x:on:y` `:on:`", "```\n:on:\n```", '{"a":"b:on:"}'],
)
def test_code_and_times_are_no_emoji(code: str):
    assert read(code) == code


def test_in_code_only_the_escapes_are_undone():
    assert read("`if a &lt; b: :on:`") == "`if a < b: :on:`"


def test_what_a_name_or_a_member_spells_out_is_not_notation():
    assert read("<@U2> &lt;!channel&gt;") == "@<!channel> & :tada: <!channel>"


@pytest.mark.parametrize(
    ("written", "rest"),
    [
        ("<@UBOT> today", "today"),
        ("  <@UBOT|coach>: today ", "today "),
        ("<@UBOT>,today", "today"),
        ("<@UBOT>", ""),
        ("hi <@UBOT> today", None),
        ("<@UBOTX> today", None),
        ("&lt;@UBOT&gt; today", None),
        ("", None),
    ],
)
def test_only_a_mention_at_the_beginning_addresses(written: str, rest: str | None):
    assert addressed(written, "UBOT") == rest


def test_a_mention_in_the_middle_leaves_one_space():
    assert without("please <@UBOT> today <@UBOT|x>", "UBOT") == "please today"


def test_everybody_mentioned_is_found_once_for_every_time():
    assert mentioned("<@U1> and <@U2|bo>, not &lt;@U3&gt; nor <#C1>, and <@U1>") == [
        "U1",
        "U2",
        "U1",
    ]


@given(st.text() | st.text(alphabet="<>&|@#!:`^a;ltgmp-", max_size=300))
def test_no_text_is_too_strange(text: str):
    assert isinstance(read(text), str)
    assert addressed(text, "UBOT") is None or "<@UBOT" in text


@pytest.mark.parametrize(
    "sign", ["<", "`", "```", ":", ":a", "&", "<@", ":-:", "<a|", "`:", "``\n"]
)
def test_a_long_text_of_signs_takes_no_longer_than_others(sign: str):
    # Quadratic time would be minutes here, and the suite would not end.
    assert len(read(sign * (50_000 // len(sign)))) > 0
