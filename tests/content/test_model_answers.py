"""Model answers stand beside their guide, and each slip in them is told with place and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from content import limits, loader
from content.problems import ContentError
from content.schema import STRENGTHS
from tests.content.guides import beside

# what the slip is: (what stands there, what the slip makes of it, problems it causes),
# and a problem is (place, part of the sentence, part of the cure).
SLIPS: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "the question is unknown": (
        'question = "mistake"',
        'question = "mistakes"',
        [("models[0].question", "no question called “mistakes”", "Write “mistake”")],
    ),
    "the question is like no other": (
        'question = "mistake"',
        'question = "salary"',
        [("models[0].question", "no question called “salary”", "question of a phase")],
    ),
    "no phase asks the question": (
        'question = "mistake"',
        'question = "remote-day"',
        [("models[0].question", "a location question", "question of a phase")],
    ),
    "the question is missing": (
        'question = "mistake"\n',
        "",
        [("models[0].question", "missing", "Add question = …")],
    ),
    "two sets are of one phase and round": (
        'question = "chat"',
        'question = "quarrel"',
        [
            ("models[1].question", "models[0].question is of the same", "Keep one"),
            *(
                (f"models[1].{strength}.scores.{name}", problem, cure)
                for strength in STRENGTHS
                for names, problem, cure in (
                    (("parts", "scale", "faults"), "belongs here", "clarity, motivation, own"),
                    (("clarity", "motivation", "ownership"), "missing", "Add "),
                )
                for name in names
            ),
            ("models[1].weak.red_flags[0]", "“talk” has no red flag", "one of vague"),
        ],
    ),
    "one of the three is missing": (
        (
            'solid = { text = "Sockets and a queue.", why = "Two parts.", '
            "scores = { parts = 3, scale = 3, faults = 2 } }\n"
        ),
        "",
        [("models[1].solid", "missing", "Add solid = …")],
    ),
    "there is a fourth": (
        "[models.strong]\n",
        "[models.perfect]\n[models.strong]\n",
        [("models[0].perfect", "“perfect”", "question, weak, solid, strong")],
    ),
    "the text is missing": (
        'text = "We shipped late."\n',
        "",
        [("models[0].weak.text", "missing", "Add text = …")],
    ),
    "the why is missing": (
        'why = "Fact, cause and lesson."\n',
        "",
        [("models[0].strong.why", "missing", "Add why = …")],
    ),
    "the scores are missing": (
        "scores = { clarity = 2, motivation = 3, ownership = 1 }\n",
        "",
        [("models[0].weak.scores", "missing", "Add scores = …")],
    ),
    "a criterion has no score": (
        "clarity = 2, motivation = 3, ",
        "clarity = 2, ",
        [("models[0].weak.scores.motivation", "missing", "to models[0].weak.scores")],
    ),
    "a score is for a criterion of another round": (
        "clarity = 2, ",
        "clarity = 2, parts = 2, ",
        [("models[0].weak.scores.parts", "“parts”", "clarity, motivation, ownership")],
    ),
    "a criterion is misspelt": (
        "clarity = 2, ",
        "clartiy = 2, ",
        [("models[0].weak.scores.clartiy", "“clartiy”", "Write clarity")],
    ),
    "a score is too high": (
        "clarity = 5\n",
        "clarity = 6\n",
        [("models[0].strong.scores.clarity", "too large", "from 1 to 5")],
    ),
    "a score is zero": (
        "clarity = 3\n",
        "clarity = 0\n",
        [("models[0].solid.scores.clarity", "too small", "from 1 to 5")],
    ),
    "a score has a decimal point": (
        "clarity = 3\n",
        "clarity = 3.5\n",
        [("models[0].solid.scores.clarity", "decimal point", "digits only")],
    ),
    "the solid answer is no better than the weak one": (
        "clarity = 3\nmotivation = 3\nownership = 3",
        "clarity = 2\nmotivation = 2\nownership = 2",
        [("models[0].solid.scores", "2.0, that of the weak answer 2.0", "Correct the scores")],
    ),
    "the strong answer is worse than the solid one": (
        "parts = 5, scale = 4, faults = 4",
        "parts = 2, scale = 2, faults = 2",
        [("models[1].strong.scores", "2.0, that of the solid answer 2.7", "change places")],
    ),
    "a reason is for a criterion of another round": (
        'reasons = { ownership = "Only we." }',
        'reasons = { faults = "Only we." }',
        [("models[0].weak.reasons.faults", "“faults”", "clarity, motivation, ownership")],
    ),
    "a red flag is of another round": (
        'red_flags = ["vague"]',
        'red_flags = ["hand-waving"]',
        [("models[0].weak.red_flags[0]", "“talk” has no red flag called", "one of vague")],
    ),
    "a red flag is misspelt": (
        'red_flags = ["vague"]',
        'red_flags = ["vageu"]',
        [("models[0].weak.red_flags[0]", "“vageu”", "Write “vague”")],
    ),
    "a red flag stands twice": (
        'red_flags = ["vague"]',
        'red_flags = ["vague", "vague"]',
        [("models[0].weak.red_flags[1]", "twice", "Take one of them out")],
    ),
    "a good score stands beside a red flag": (
        "scores = { clarity = 2, motivation = 3, ownership = 1 }",
        "scores = { clarity = 4, motivation = 1, ownership = 1 }",
        [("models[0].weak.red_flags[0]", "“vague”, but has 4 in “clarity”", "Give 3 at most")],
    ),
    "a text is too long": (
        "We shipped late.",
        "x" * (limits.MODEL + 1),
        [("models[0].weak.text", "1,501 characters, 1,500 are", "Shorten it by 1")],
    ),
    "a why is too long": (
        "Nobody learns what happened.",
        "x" * (limits.TEXT + 1),
        [("models[0].weak.why", "601 characters, 600 are", "Shorten it by 1")],
    ),
    "a reason is too long": (
        "Only we.",
        "x" * (limits.REASON + 1),
        [("models[0].weak.reasons.ownership", "201 characters, 200 are", "Shorten it by 1")],
    ),
    "a why has two paragraphs": (
        "A fact,\n",
        "A fact,\n\n",
        [("models[0].solid.why", "several lines", "on one line")],
    ),
    "a text turns its direction": (
        "We shipped late.",
        "We \\u202eshipped late.",
        [("models[0].weak.text", "U+202E", "Take the character out")],
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_place_problem_and_cure_and_nothing_else_is(
    slip, models, examine_models
):
    before, after, expected = SLIPS[slip]
    assert before in models

    problems = examine_models(models.replace(before, after, 1))

    assert sorted(p.place for p in problems) == sorted(place for place, _, _ in expected)
    for place, problem, cure in expected:
        found = next(p for p in problems if p.place == place)
        assert problem in found.problem
        assert cure in found.cure
        assert found.severity == "error"
        assert found.line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We shipped late.", "x" * limits.MODEL),
        ("Nobody learns what happened.", "x" * limits.TEXT),
        ("Only we.", "x" * limits.REASON),
        (
            "clarity = 2, motivation = 3, ownership = 1",
            "clarity = 3, motivation = 3, ownership = 1",
        ),
        ('red_flags = ["hand-waving"] }\n', "red_flags = [] }\n"),
        ('reasons = { ownership = "Only we." }\nred_flags = ["vague"]\n', ""),
    ],
)
def test_what_is_exactly_at_a_limit_or_optional_is_allowed(before, after, models, examine_models):
    assert before in models

    assert examine_models(models.replace(before, after, 1)) == ()


def test_a_problem_names_the_file_and_the_line_of_the_model_answers(models, mini, tmp_path: Path):
    path = beside(tmp_path, mini, models.replace("clarity = 5\n", "clarity = 6\n"))

    with pytest.raises(ContentError) as caught:
        loader.load(path)

    line = models[: models.index("clarity = 5\n")].count("\n") + 1
    assert str(caught.value) == (
        f"{tmp_path}/models/mini.toml:{line}: models[0].strong.scores.clarity: "
        "The number is too large. Write a number from 1 to 5, in digits only."
    )


def test_the_three_of_a_phase_and_a_round_come_in_order(models, mini, tmp_path: Path):
    guide = loader.load(beside(tmp_path, mini, models))

    three = guide.models("start", "talk")

    assert [answer.strength for answer in three] == ["weak", "solid", "strong"]
    assert {answer.question for answer in three} == {"mistake"}
    assert [answer.mean for answer in three] == [2, 3, pytest.approx(13 / 3)]
    assert three[0].scores == {"clarity": 2, "motivation": 3, "ownership": 1}
    assert three[0].reasons == {"ownership": "Only we."}
    assert [answer.red_flags for answer in three] == [("vague",), (), ()]
    assert [answer.question for answer in guide.models("build", "design")] == ["chat"] * 3


def test_each_is_found_by_its_key_alone(models, mini, tmp_path: Path):
    guide = loader.load(beside(tmp_path, mini, models))

    assert guide.model("chat:solid").text == "Sockets and a queue."
    assert all(guide.model(answer.key) is answer for answer in guide.model_answers)
    with pytest.raises(KeyError):
        guide.model("chat:perfect")


def test_a_phase_without_model_answers_of_a_round_has_none(models, mini, tmp_path: Path):
    guide = loader.load(beside(tmp_path, mini, models))

    assert guide.models("start", "design") == ()
    assert guide.models("build", "talk") == ()


def test_a_guide_without_model_answers_is_complete(mini, tmp_path: Path):
    path = beside(tmp_path, mini, "")
    (tmp_path / loader.MODELS / path.name).unlink()

    guide = loader.load(path)

    assert guide.model_answers == ()
    assert guide.models("start", "talk") == ()


def test_lines_are_joined_and_paragraphs_kept(models, mini, tmp_path: Path):
    solid = loader.load(beside(tmp_path, mini, models)).models("start", "talk")[1]

    assert solid.text == "I shipped late by a week.\n\nI told nobody."
    assert solid.why == "A fact, but no lesson."


def test_a_broken_guide_is_put_right_before_its_model_answers(models, mini, tmp_path: Path):
    broken = mini.replace('key = "clarity"', 'key = "clearness"')
    path = beside(tmp_path, broken, models)

    assert [p.place for p in loader.examine(path).problems] == ["rounds[0].red_flags[0].criterion"]


def test_notes_of_the_guide_are_told_beside_errors_of_its_model_answers(
    models, mini, tmp_path: Path
):
    noted = mini.replace("weeks = [2, 2]", "weeks = [2, 3]")
    path = beside(tmp_path, noted, models.replace("scale = 4", "scale = 7"))

    examined = loader.examine(path)

    assert [(p.severity, Path(p.file).parent.name) for p in examined.problems] == [
        ("note", tmp_path.name),
        ("error", "models"),
    ]
    assert examined.guide is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[[models]", "not valid TOML"),
        (b"a = '\xff'", "not UTF-8"),
        ("", "missing"),
        ("models = 3", "A list of tables is wanted"),
        ('models = ["weak"]', "A table is wanted"),
        ("[[model]]", "Nothing called “model”"),
    ],
)
def test_a_file_that_holds_no_model_answers_is_refused(content, problem, examine_models):
    problems = examine_models(content)

    assert any(problem in found.problem for found in problems)
    assert all(found.cure for found in problems)


def test_a_round_without_red_flags_says_so(models, mini, tmp_path: Path):
    first, last = mini.index("[[rounds.red_flags]]"), mini.index('[[rounds]]\nkey = "design"')
    path = beside(tmp_path, mini[:first] + mini[last:], models)

    note, error = loader.examine(path).problems

    assert (note.severity, error.place) == ("note", "models[0].weak.red_flags[0]")
    assert error.cure == "Take it out; the round has none"


def test_a_folder_in_the_place_of_the_file_is_refused(mini, tmp_path: Path):
    path = beside(tmp_path, mini, "")
    file = tmp_path / loader.MODELS / path.name
    file.unlink()
    file.mkdir()

    (problem,) = loader.examine(path).problems

    assert "folder" in problem.problem
    assert problem.file == str(file)


def test_model_answers_without_a_guide_are_told_of(models, mini, tmp_path: Path):
    beside(tmp_path, mini, models).rename(tmp_path / "other.toml")

    with pytest.raises(ContentError) as caught:
        loader.load_all(tmp_path)

    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "models" / "mini.toml")
    assert "belong to no guide" in problem.problem


def test_model_answers_named_instead_of_their_guide_are_pointed_to_it(models, mini, tmp_path: Path):
    beside(tmp_path, mini, models)

    (problem,) = loader.examine(tmp_path / "models" / "mini.toml").problems

    assert "model answers only" in problem.problem
    assert "Name their guide" in problem.cure


def test_model_answers_in_the_file_of_the_guide_do_not_belong_there(models, mini, examine):
    problems = examine(mini + models)

    assert [p.place for p in problems] == ["models"]
