"""The line of a problem is the line its author would look at."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from content import lines

TEXT = '''
top = "a # no comment"          # a comment with "quotes" and [brackets]
tips = [
    "one",  # first
    """two
over lines ] , "quoted" """, 'th\\ree',
    [1, [2,
      3]],
]
table = { a = 1, b = { c = "x, y", d = [4,
  5] } }
"quoted name" = 1

[[rounds]]
levels.1 = "low"
[[rounds.criteria]]
key = "a"
[[rounds.criteria]]
key = "b"
[[rounds]]
when = 2024-01-01T00:00:00.5+01:00
[[rounds.criteria]]
key = "c"
[plain . "dotted"]
x = -1.5e3
'''


def test_names_items_and_tables_are_found_on_their_lines():
    found = lines.locate(TEXT)

    expected = {
        "top": 2,
        "tips": 3,
        "tips[0]": 4,
        "tips[1]": 5,
        "tips[2]": 6,
        "tips[3]": 7,
        "tips[3][1][0]": 7,
        "tips[3][1][1]": 8,
        "table": 10,
        "table.b.c": 10,
        "table.b.d[1]": 11,
        "rounds": 14,
        "rounds[0].levels.1": 15,
        "rounds[0].criteria[0].key": 17,
        "rounds[0].criteria[1]": 18,
        "rounds[0].criteria[1].key": 19,
        "rounds[1]": 20,
        "rounds[1].when": 21,
        "rounds[1].criteria[0].key": 23,
        "plain.dotted": 24,
        "plain.dotted.x": 25,
    }
    assert {place: found.get(lines.parse(place)) for place in expected} == expected
    assert found[("quoted name",)] == 12


def test_every_value_of_the_text_is_found_and_nothing_else():
    def trails(value: object, trail: lines.Trail) -> set[lines.Trail]:
        own = {trail} if trail else set()
        if isinstance(value, dict):
            return own.union(*(trails(item, (*trail, name)) for name, item in value.items()))
        if isinstance(value, list):
            return own.union(*(trails(item, (*trail, at)) for at, item in enumerate(value)))
        return own

    # The heading [plain."dotted"] gives a line to the inner table only.
    assert set(lines.locate(TEXT)) | {("plain",)} == trails(tomllib.loads(TEXT), ())


def test_what_has_no_line_takes_that_of_what_is_around_it():
    found = lines.locate(TEXT)

    assert lines.nearest(found, lines.parse("rounds[1].criteria[0].emoji")) == 22
    assert lines.nearest(found, lines.parse("company")) is None


@given(st.text(alphabet="ab.=[]{}\"'\\\n\t #,1", max_size=60))
def test_no_text_upsets_the_search_for_lines(text: str):
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.locate(text).values())


@given(st.lists(st.one_of(st.integers(0, 99), st.from_regex(r"[a-z_]{1,9}", fullmatch=True))))
def test_a_place_read_back_is_the_same_place(trail: list[int | str]):
    assert lines.parse(lines.written(tuple(trail))) == tuple(trail)
