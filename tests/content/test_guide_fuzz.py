"""Whatever a file holds, its author gets words and never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from content import loader
from tests.content.guides import beside
from tests.examples import cases

MINI = Path(__file__).with_name("mini.toml").read_text("utf-8")
LINES = MINI.splitlines(keepends=True)
MODELS = Path(__file__).with_name("mini_models.toml").read_text("utf-8").splitlines(keepends=True)

odd_values = st.sampled_from(
    [
        *("", "0", "-1", "1e99", "nan", "true", '""', "[]", "{}", "[[1]]", '["", 1]', "[1, 2]"),
        *("[2, 1]", "1979-05-27", "07:32:00", "'\u202e'", '"\\u0000"', '"🏽"', "{ key = [] }"),
        *("[{}]", "[[]]", '["path", "path"]', '"talk"', '"remote-day"', '"💬"'),
    ]
)
fragments = st.sampled_from(
    [
        *("[[rounds]]", "[rounds]", "[[phases]]", "[[rounds.criteria]]", "key", "emoji"),
        *("levels.1", "=", ".", ",", "[", "]", "{", "}", '"', "'", '"""', "\n", "\r", "#"),
        *("\\", "7", "💬", " "),
    ]
)


def assert_told_in_words(content: bytes, models: bytes | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.toml"
        path.write_bytes(content)
        if models is not None:
            beside(path.parent, MINI, models, path.stem)
        examined = loader.examine(path)
    assert examined.guide or examined.problems
    for problem in examined.problems:
        assert problem.problem
        assert problem.cure
        assert problem.line is None or problem.line >= 1
        assert len(str(problem).splitlines()) == 1


@given(st.binary(max_size=300))
def test_no_bytes_cause_anything_but_problems(content: bytes):
    assert_told_in_words(content)


@given(st.lists(fragments, max_size=40))
def test_no_heap_of_toml_fragments_causes_anything_but_problems(parts: list[str]):
    assert_told_in_words("".join(parts).encode())


def damages(lines: list[str]) -> st.SearchStrategy[list[tuple[int, str, str]]]:
    kinds = st.sampled_from(["drop", "repeat", "value", "swap", "name"])
    return st.lists(
        st.tuples(st.integers(0, len(lines) - 1), kinds, odd_values), min_size=1, max_size=6
    )


def damaged(lines: list[str], damage: list[tuple[int, str, str]]) -> bytes:
    lines = list(lines)
    for at, kind, value in damage:
        name, equals, rest = lines[at].partition("=")
        if kind == "drop":
            lines[at] = ""
        elif kind == "repeat":
            lines[at] *= 2
        elif kind == "swap":
            lines[at], lines[0] = lines[0], lines[at]
        elif equals:
            lines[at] = f"{name}= {value}\n" if kind == "value" else f"x{name}={rest}"
    return "".join(lines).encode()


@cases(100)
@given(damages(LINES))
def test_no_damage_to_a_valid_guide_causes_anything_but_problems(
    damage: list[tuple[int, str, str]],
):
    assert_told_in_words(damaged(LINES, damage))


@cases(100)
@given(damages(MODELS))
def test_no_damage_to_model_answers_causes_anything_but_problems(
    damage: list[tuple[int, str, str]],
):
    assert_told_in_words(MINI.encode(), damaged(MODELS, damage))


toml_values = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text("aé \n\u202e💬", max_size=8)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["key", "name", "weeks", "levels", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["rounds", "phases", "locations", "common_questions", "timeline", "evaluation", "tips"]
        ),
        toml_values,
    )
)
def test_no_shape_of_values_causes_anything_but_problems(values: dict[str, object]):
    assert_told_in_words("".join(f"{k} = {_toml(v)}\n" for k, v in values.items()).encode())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08X}" for c in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + "}"
    return str(value)
