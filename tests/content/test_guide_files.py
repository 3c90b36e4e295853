"""Files that are no guide, no TOML or not there are refused in words; folders are read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from content import limits, loader
from content.problems import ContentError, Problem


def refusal(path: Path) -> Problem:
    with pytest.raises(ContentError) as caught:
        loader.load(path)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "line", "problem", "cure"),
    [
        ('company = "Acme"\nrole = Backend', 2, "column 8: invalid value", "quotation marks"),
        ('company = "Acme\nrole = "x"', 1, "illegal character", "on the same line"),
        ('company = "Acme', 1, "unterminated string", "same quotation mark"),
        ("company Acme", 1, "expected '='", "before a comment"),
        ("\n\ntips = [\n1\n2]", 5, "unclosed array", "a comma between"),
        ("a = 1\na = 2", 2, "cannot overwrite", "keep one of the two"),
        ("[a]\n[a]", 2, "cannot declare", "two brackets"),
        ('a = "C:\\dir"', 1, "unescaped '\\'", "two backslashes"),
        ("[rounds\n", 1, "expected ']'", "as many brackets"),
        ("x = {a = 1, a = 2}", 1, "duplicate inline", "keep one"),
        ("x = 2024-02-30T00:00:00Z", 1, "invalid date", "quotation marks"),
        ("ключ = 1", 1, "invalid statement", "Begin the line with"),
    ],
)
def test_a_syntax_error_is_told_with_line_and_cure(text, line, problem, cure, examine):
    (found,) = examine(text)

    assert found.line == line
    assert "not valid TOML" in found.problem
    assert problem in found.problem
    assert cure in found.cure


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"a = 1\nb = '\xff'", 2, "not UTF-8"),
        ("company = 'x'".encode("utf-16"), 1, "not UTF-8"),
        (b"a = " + b"[" * 50_000, None, "nested too deeply"),
        (b"a = " + b"{b = " * 20_000, None, "nested too deeply"),
        (b"x = 1\n" + b"a." * 100_000 + b"a = 1", 2, "parts or more"),
        (b'x = 1\n["a' + b'"."a' * 100_000 + b'"]', 2, "parts or more"),
        (b"a = " + b"9" * 5_000, None, "cannot be read"),
        (b"#" * (limits.FILE_BYTES + 1), None, "larger than 512 KB"),
    ],
)
def test_a_file_no_author_would_write_gets_one_plain_refusal(content, line, problem, examine):
    (found,) = examine(content)

    assert (found.place, found.line) == ("", line)
    assert problem in found.problem
    assert found.cure


def test_a_list_of_thousands_of_tables_is_one_problem(mini, examine):
    (found,) = [p for p in examine(mini + "\n[[rounds]]" * 20_000) if p.place == "rounds"]

    assert "20,002" in found.problem


def test_a_missing_file_is_named_as_the_caller_gave_it():
    problem = refusal(Path("no/such/guide.toml"))

    assert str(problem).startswith("no/such/guide.toml: There is no such file. ")


def test_a_folder_is_not_a_guide(tmp_path: Path):
    assert "folder" in refusal(tmp_path).problem


def test_a_path_no_system_accepts_is_refused():
    assert refusal(Path("a\0b.toml")).cure


@pytest.mark.parametrize("stem", ["Acme", "acme backend", "acme_backend", "-acme", "a" * 41])
def test_a_file_name_that_cannot_be_a_key_is_refused(stem, mini, tmp_path: Path):
    path = tmp_path / f"{stem}.toml"
    path.write_text(mini, "utf-8")

    problem = refusal(path)

    assert (problem.place, problem.line) == ("", None)
    assert "Rename it" in problem.cure


@pytest.mark.parametrize(
    "change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")]
)
def test_a_guide_saved_on_windows_is_the_same_guide(change, mini, tmp_path: Path):
    path = tmp_path / "mini.toml"
    path.write_text(mini, "utf-8")
    expected = loader.load(path)

    path.write_bytes(change(mini).encode())

    assert loader.load(path) == expected


def test_timeline_total_and_the_optional_lists_may_be_left_out(mini, tmp_path: Path):
    path = tmp_path / "mini.toml"
    first, last = mini.index("[[evaluation]]"), mini.index("[[phases]]")
    text = mini[:first] + mini[last : mini.index("[[locations]]")]
    for line in ("total_minutes = 75\n", 'tips = ["Sleep well.", "Ask questions."]\n'):
        text = text.replace(line, "")
    path.write_text(text.replace("dsa_questions = []\n", ""), "utf-8")

    guide = loader.load(path)

    assert guide.total_minutes == 75
    assert [(step.name, step.minutes) for step in guide.timeline] == [("Talk", 30), ("Design", 45)]
    absent = (guide.tips, guide.evaluation, guide.locations, guide.dsa_questions)
    assert absent == ((), (), (), ())


def test_white_space_around_a_text_is_dropped(mini, tmp_path: Path):
    path = tmp_path / "mini.toml"
    path.write_text(mini.replace('"Why us?"', '"""\n  Why us?\n"""'), "utf-8")

    assert loader.load(path).question("why-us").prompt == "Why us?"


def test_own_guides_stand_beside_those_that_come_with_the_coach(mini, tmp_path: Path):
    (tmp_path / "mini.toml").write_text(mini, "utf-8")
    (tmp_path / ".mini.toml.swp.toml").write_text("not a guide", "utf-8")
    (tmp_path / "notes.txt").write_text("not a guide", "utf-8")

    guides = loader.load_all(tmp_path)

    assert sorted(guides) == ["coursera-senior-em", "mini"]
    assert all(key == guide.key for key, guide in guides.items())


def test_a_second_guide_of_one_key_is_refused_and_both_files_are_named(mini, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mini.toml").write_text(mini, "utf-8")

    with pytest.raises(ContentError) as caught:
        loader.load_all(tmp_path / "one", tmp_path / "two")

    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "two" / "mini.toml")
    assert str(tmp_path / "one" / "mini.toml") in problem.problem


def test_the_problems_of_all_files_and_folders_are_told_at_once(mini, tmp_path: Path):
    (tmp_path / "good.toml").write_text(mini, "utf-8")
    (tmp_path / "bad.toml").write_text(mini.replace('"🔥"', '"👍"'), "utf-8")
    (tmp_path / "worse.toml").write_text("worse", "utf-8")

    with pytest.raises(ContentError) as caught:
        loader.load_all(tmp_path, tmp_path / "absent")

    names = [Path(problem.file).name for problem in caught.value.problems]
    assert names == ["bad.toml", "worse.toml", "absent"]
    assert len(str(caught.value).splitlines()) == 3
