"""What members write in Discord's notation reads as they see it, and is gone through once."""

from __future__ import annotations

import pytest
from hypothesis import given

from adapters.discord.markdown import addressed, mentioned, readable, without
from adapters.discord.markup import BLANK, escaped
from tests.discord.rendered import ATTACKS, shown, strings
from tests.examples import cases

USERS = {"1": "Ana Ito", "2": "<@3>"}
CHANNELS = {"5": "prep"}
ROLES = {"6": "cohort"}


def read(text: str) -> str:
    return readable(
        text, lambda id_: USERS.get(id_, ""), lambda id_: CHANNELS.get(id_, ""),
        lambda id_: ROLES.get(id_, ""),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("plain, 3 > 2 & @everyone @here :tada: 🎉", "plain, 3 > 2 & @everyone @here :tada: 🎉"),
        ("<@1> and <@!1>", "@Ana Ito and @Ana Ito"),
        ("<@9>, <#9>, <@&9>", "@9, #9, @9"),
        ("<#5> <@&6>", "#prep @cohort"),
        ("<:logo:77> <a:party_2:78>", ":logo: :party_2:"),
        ("<t:1700000000:F> <t:0>", "2023-11-14T22:13+00:00 1970-01-01T00:00+00:00"),
        ("<t:-60:R> <t:9999999999999:R>", "1969-12-31T23:59+00:00 <t:9999999999999:R>"),
        ("</coach today:12> <id:customize> <id:linked-roles:3>",
         "/coach today #customize #linked-roles"),
        ("<https://x.example/a_b>", "https://x.example/a_b"),
        ("[here](https://x.example) [there](<https://x.example> 'title')",
         "here (https://x.example) there (https://x.example)"),
        ("[https://x.example](https://x.example)", "https://x.example"),
        ("[wiki](https://x.example/a_(b))", "wiki (https://x.example/a_(b))"),
        ("[x](javascript:alert(1)) a[0](1)", "[x](javascript:alert(1)) a[0](1)"),
        ("https://x.example/\\*<@1>", "https://x.example/\\*@Ana Ito"),
        (r"\*not bold\* \<@1> \\", r"*not bold* <@1> \ "[:-1]),
        (r"¯\_(ツ)_/¯ C:\new", r"¯\_(ツ)_/¯ C:\new"),
        ("`<@1> \\*` <@1>", "`<@1> \\*` @Ana Ito"),
        ("```py\n<@1> \\[\n``` <@1>", "```py\n<@1> \\[\n``` @Ana Ito"),
        ("**bold** ||spoiler|| > # -", "**bold** ||spoiler|| > # -"),
        ("<@2>", "@<@3>"),
        ("<@x> <> < @1> <@1", "<@x> <> < @1> <@1"),
    ],
)  # fmt: skip
def test_a_text_reads_as_it_looks(written: str, expected: str) -> None:
    assert read(written) == expected


@pytest.mark.parametrize("attack", ATTACKS[::5])
def test_what_we_escape_reads_back_as_it_was(attack: str) -> None:
    assert read(escaped(attack)).replace(BLANK, "") == attack


@cases(150)
@given(strings)
def test_any_words_we_escape_read_back_as_they_were(words: str) -> None:
    words = shown(words).replace(BLANK, "")

    assert read(escaped(words)).replace(BLANK, "") == words


@pytest.mark.parametrize("text", ["`", "<", "[", "[a](", "\\", "<t:", "</a b", "``a", "(", "<@1>"])
def test_long_nonsense_is_read_at_once(text: str) -> None:
    assert read(text * 4_000) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@7> today", "today"),
        (" <@!7>: today <@7>", "today <@7>"),
        ("today <@7>", None),
        ("<@77> today", None),
    ],
)
def test_what_is_said_to_somebody_stands_after_their_mention(
    text: str, expected: str | None
) -> None:
    assert addressed(text, "7") == expected


def test_mentions_are_found_and_left_out() -> None:
    text = "<@7> and <@!8>, <@7> <@&9>"

    assert mentioned(text) == ["7", "8", "7"]
    assert without(text, "7") == "and <@!8>, <@&9>"
