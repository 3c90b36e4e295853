"""What `content/README.md` tells authors is true."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from content import limits, loader, schema
from tests.content.guides import beside

README = Path(loader.__file__).with_name("README.md").read_text("utf-8")


@pytest.fixture
def template() -> str:
    """The template, as an author would copy it."""
    found = re.search(r"<!-- template -->\n```toml\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_the_template_loads_without_a_word(template, tmp_path: Path):
    path = tmp_path / "acme-backend.toml"
    path.write_text(template, "utf-8")

    assert loader.examine(path).problems == ()
    assert loader.load(path).company == "Acme"


def test_the_model_answers_shown_fit_the_template(template, tmp_path: Path):
    found = re.search(r"<!-- models -->\n```toml\n(.*?)```", README, re.DOTALL)
    assert found

    path = beside(tmp_path, template, found[1], "acme-backend")

    assert loader.examine(path).problems == ()
    assert [a.strength for a in loader.load(path).model_answers] == list(schema.STRENGTHS)


def test_the_problem_shown_is_what_the_check_prints(template, tmp_path: Path):
    path = tmp_path / "acme-backend.toml"
    path.write_text(template.replace('emoji = "💬"', 'emoji = "👍"'), "utf-8")

    (problem,) = loader.examine(path).problems

    assert str(problem).removeprefix(f"{tmp_path}/") in README


@pytest.mark.parametrize(
    "kind",
    [
        schema.Guide,
        schema.Round,
        schema.Criterion,
        schema.Phase,
        schema.Location,
        schema.ModelAnswer,
    ],
)
def test_every_field_is_explained(kind: type):
    written_by_nobody = {
        schema.Guide: {"key", "questions", "model_answers"},
        schema.ModelAnswer: {"strength"},
    }.get(kind, set())

    explained = {field.name for field in fields(kind)} - written_by_nobody
    assert {name for name in explained if not re.search(rf"\b{name}\b", README)} == set()


def test_every_reserved_emoji_is_named():
    bare = README.replace("\ufe0f", "")

    # The numbers are given as a range, from the first to the last.
    keycaps = {f"{digit}\u20e3" for digit in range(2, 5)}
    assert {e for e in limits.RESERVED_EMOJI - keycaps if e not in bare} == set()


@pytest.mark.parametrize(
    "limit",
    [
        limits.KEY,
        limits.NAME,
        limits.CRITERION_NAME,
        limits.TAG,
        limits.LABEL,
        limits.PROMPT,
        limits.MODEL,
        limits.REASON,
        limits.LEVEL,
        limits.TEXT,
        limits.DESCRIPTION,
        limits.ACTIVITIES,
        limits.OPTIONS,
        limits.CRITERIA_MOST,
        limits.FILE_BYTES // 1024,
    ],
)
def test_every_limit_is_stated(limit: int):
    table = README[README.index("## Limits") :]

    assert re.search(rf"(?<![\d,]){limit:,}(?!\d|,\d)", table)
