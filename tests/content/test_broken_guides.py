"""Each slip an author can make is told with place, problem and cure, and told only once.

Rule: a case names every problem the slip may cause; one more or one less is a failure.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from content import loader
from content.problems import ContentError

# what the slip is: (what stands in the guide, what the slip makes of it, problems it causes),
# and a problem is (place, part of the sentence, part of the cure).
Expected = tuple[str, str, str]
SLIPS: dict[str, tuple[str, str, list[Expected]]] = {
    "a top-level text is missing": (
        'company = "Acme"\n',
        "",
        [("company", "missing", "Add company = … at the top")],
    ),
    "a round's text is missing": (
        'format = "Screen"\n',
        "",
        [("rounds[0].format", "missing", "Add format = … to rounds[0]")],
    ),
    "a level is missing": (
        'levels.3 = "Some."\n',
        "",
        [("rounds[0].criteria[1].levels.3", "missing", "Add 3 = …")],
    ),
    "a key is missing": (
        'key = "clarity"\n',
        "",
        [("rounds[0].criteria[0].key", "missing", "Add key = …")],
    ),
    "a question's minutes are missing": (
        'prompt = "Why us?"\nminutes = 3\n',
        'prompt = "Why us?"\n',
        [("rounds[0].questions[1].minutes", "missing", "Add minutes = …")],
    ),
    "a common question names no round": (
        'prompt = "What are you proud of?"\nround = "talk"\n',
        'prompt = "What are you proud of?"\n',
        [("common_questions[0].round", "missing", "Add round = …")],
    ),
    "a name is misspelt": (
        'interviewer = "Recruiter"',
        'interviever = "Recruiter"',
        [("rounds[0].interviever", "“interviever”", "Write interviewer")],
    ),
    "the heading of a list is misspelt": (
        "[[locations]]\n",
        "[[location]]\n",
        [
            ("location", "“location”", "Write locations"),
            ("locations", "list of tables", "[[locations]]"),
        ],
    ),
    "a name is unknown": (
        'key = "start"\n',
        'key = "start"\ncolour = "red"\n',
        [("phases[0].colour", "“colour”", "Take it out; what can stand here is key, name")],
    ),
    "a round's question names its round": (
        'prompt = "Why us?"\n',
        'prompt = "Why us?"\nround = "talk"\n',
        [("rounds[0].questions[1].round", "“round”", "Take it out")],
    ),
    "a text is a number": (
        'level = "L4"',
        "level = 4",
        [("level", "this is a whole number", "between quotation marks")],
    ),
    "a text is a date": (
        'level = "L4"',
        "level = 2024-01-01",
        [("level", "this is a date", "between quotation marks")],
    ),
    "a number is a text": (
        "timeline_days = 10",
        'timeline_days = "10"',
        [("timeline_days", "the text “10”", "Write a number from 1 to 365")],
    ),
    "a number has a decimal point": (
        "timeline_days = 10",
        "timeline_days = 10.5",
        [("timeline_days", "decimal point", "digits only")],
    ),
    "a number is yes or no": (
        "timeline_days = 10",
        "timeline_days = true",
        [("timeline_days", "yes or no", "digits only")],
    ),
    "a number is zero": (
        "timeline_days = 10",
        "timeline_days = 0",
        [("timeline_days", "too small", "from 1 to 365")],
    ),
    "a number is negative": (
        "minutes = 45\ndifficulty",
        "minutes = -45\ndifficulty",
        [("rounds[1].minutes", "too small", "from 1 to 600")],
    ),
    "a number has a digit too many": (
        'prompt = "Why us?"\nminutes = 3',
        'prompt = "Why us?"\nminutes = 333',
        [("rounds[0].questions[1].minutes", "too large", "from 1 to 60")],
    ),
    "a list is a text": (
        'signals = ["Curiosity"]',
        'signals = "Curiosity"',
        [("rounds[0].signals", "the text “Curiosity”", 'signals = ["first", "second"]')],
    ),
    "a list is a number": (
        'signals = ["Curiosity"]',
        "signals = 3",
        [("rounds[0].signals", "A list is wanted", "signals = [")],
    ),
    "an item of a list is a number": (
        '"Explain it."',
        "7",
        [("phases[1].activities[1]", "A text is wanted", "between quotation marks")],
    ),
    "a list of tables is a list of texts": (
        (
            'red_flags = [{ key = "hand-waving", text = "The candidate waved hands.", '
            'criterion = "parts" }]'
        ),
        'red_flags = ["hand-waving"]',
        [("rounds[1].red_flags[0]", "A table is wanted", "[[rounds.red_flags]]")],
    ),
    "a single table stands for a list": (
        "[[evaluation]]",
        "[evaluation]",
        [("evaluation", "A list of tables is wanted", "[[evaluation]]")],
    ),
    "a text is empty": (
        'summary = "A first look."',
        'summary = ""',
        [("rounds[0].summary", "empty", "Write something")],
    ),
    "a text is nothing but white space": (
        'summary = "A first look."',
        'summary = " \\t\\n\\u00a0\\u200b "',
        [("rounds[0].summary", "empty", "Write something")],
    ),
    "an item of a list is empty": (
        '"Sleep well."',
        '""',
        [("tips[0]", "empty", "take the line out")],
    ),
    "a range runs backwards": (
        "experience_years = [3, 6]",
        "experience_years = [6, 3]",
        [("experience_years", "backwards, from 6 to 3", "experience_years = [3, 6]")],
    ),
    "the weeks of a phase run backwards": (
        "weeks = [2, 2]",
        "weeks = [3, 2]",
        [("phases[1].weeks", "backwards", "weeks = [2, 3]")],
    ),
    "a range has three numbers": (
        "salary_usd = [120000, 150000]",
        "salary_usd = [1, 2, 3]",
        [("salary_usd", "a list of 3", "salary_usd = [")],
    ),
    "a range holds a text": (
        "salary_usd = [120000, 150000]",
        'salary_usd = [120000, "150k"]',
        [("salary_usd[1]", "the text “150k”", "digits only")],
    ),
    "a common question has no key": (
        'key = "trade"\n',
        "",
        [("common_questions[5].key", "missing", "Add key = …")],
    ),
    "a phase's questions are missing": (
        'questions = ["path", "why-us", "proud-of", "mistake", "quarrel"]\n',
        "",
        [("phases[0].questions", "missing", "Add questions = …")],
    ),
    "a round's red flags are no list": (
        (
            'red_flags = [{ key = "hand-waving", text = "The candidate waved hands.", '
            'criterion = "parts" }]'
        ),
        "red_flags = true",
        [("rounds[1].red_flags", "this is true", "[[rounds.red_flags]]")],
    ),
    "two questions have one key": (
        'key = "chat"',
        'key = "shop"',
        [
            ("rounds[1].questions[1].key", "rounds[1].questions[0].key", "new key"),
            ("phases[1].questions[1]", "no question called “chat”", "Write the key"),
        ],
    ),
    "two rounds have one key": (
        'key = "design"\nname = "Design"',
        'key = "talk"\nname = "Design"',
        [
            ("rounds[1].key", "“talk” is taken already, by rounds[0].key", "new key"),
            *(
                (f"common_questions[{at}].round", "no round called “design”", "Write one of")
                for at in (3, 4, 5)
            ),
        ],
    ),
    "two criteria of a round have one key": (
        'key = "motivation"',
        'key = "clarity"',
        [("rounds[0].criteria[1].key", "rounds[0].criteria[0].key", "new key")],
    ),
    "a key has capitals and spaces": (
        'key = "start"',
        'key = "Get Started"',
        [("phases[0].key", "“Get Started” cannot be a key", "small letters")],
    ),
    "a key is too long": (
        'key = "start"',
        f'key = "{"a" * 41}"',
        [("phases[0].key", "41 characters, 40 are allowed", "a few small letters")],
    ),
    "a key ends in a line break": (
        'key = "start"',
        'key = "st\\nart"',
        [("phases[0].key", "cannot be a key", "small letters")],
    ),
    "a red flag names no criterion of its round": (
        'criterion = "clarity"',
        'criterion = "clarty"',
        [("rounds[0].red_flags[0].criterion", "no criterion called “clarty”", "Write “clarity”")],
    ),
    "a red flag names a criterion of another round": (
        'criterion = "clarity"',
        'criterion = "scale"',
        [("rounds[0].red_flags[0].criterion", "“scale”", "clarity, motivation, ownership")],
    ),
    "a location question names no round": (
        'round = "talk"\nminutes = 3',
        'round = "lunch"\nminutes = 3',
        [("locations[0].questions[0].round", "no round called “lunch”", "talk, design")],
    ),
    "a phase asks an unknown question": (
        '"shop", "chat"',
        '"shop", "chatt"',
        [
            ("phases[1].questions[1]", "no question called “chatt”", "Write “chat”"),
            ("rounds[1].questions[1].key", "No phase asks “chat”", "Add it to"),
        ],
    ),
    "a question is planned twice": (
        '"shop", "chat", "cache"',
        '"shop", "path", "cache"',
        [
            ("phases[1].questions[1]", "planned already, at phases[0].questions[0]", "Keep one"),
            ("rounds[1].questions[1].key", "No phase asks “chat”", "Add it to"),
        ],
    ),
    "a phase asks a location question": (
        '"shop", "chat", "cache"',
        '"shop", "remote-day", "cache"',
        [
            ("phases[1].questions[1]", "is a location question", "Take it out"),
            ("rounds[1].questions[1].key", "No phase asks “chat”", "Add it to"),
        ],
    ),
    "the plan begins in week 2": (
        "weeks = [1, 1]",
        "weeks = [2, 2]",
        [
            ("phases[0].weeks", "The plan begins in week 2", "weeks = [1, 1]"),
            ("phases[1].weeks", "overlaps", "weeks = [3, 3]"),
        ],
    ),
    "the plan has a gap": (
        "weeks = [2, 2]",
        "weeks = [4, 4]",
        [("phases[1].weeks", "week 4, which leaves a gap before", "weeks = [2, 2]")],
    ),
    "the rounds do not add up to the total": (
        "total_minutes = 75",
        "total_minutes = 90",
        [("total_minutes", "90 minutes, but the rounds make 75", "total_minutes = 75")],
    ),
    "a step has another name than its round": (
        'name = "Design"\nminutes = 45\n\n',
        'name = "Drawing"\nminutes = 45\n\n',
        [("timeline[1].name", "“Drawing”, but round 2 is “Design”", "Write “Design” in both")],
    ),
    "a step takes longer than its round": (
        'name = "Design"\nminutes = 45\n\n',
        'name = "Design"\nminutes = 50\n\n',
        [("timeline[1].minutes", "50 minutes, but its round 45", "same number")],
    ),
    "a step is missing": (
        '[[timeline]]\nname = "Design"\nminutes = 45\n',
        "",
        [("timeline", "1 steps for 2 rounds", "one step for each round")],
    ),
    "an emoji is a word": (
        'emoji = "🔥"',
        'emoji = ":fire:"',
        [("rounds[0].criteria[1].emoji", "“:fire:” is not an emoji", "one plain emoji")],
    ),
    "there are two emoji": (
        'emoji = "🔥"',
        'emoji = "🔥🌱"',
        [("rounds[0].criteria[1].emoji", "more than one", "one plain emoji")],
    ),
    "an emoji has a skin tone": (
        'emoji = "🔥"',
        'emoji = "💪🏽"',
        [("rounds[0].criteria[1].emoji", "skin tone", "without one")],
    ),
    "an emoji is the number three": (
        'emoji = "🔥"',
        'emoji = "3️⃣"',
        [("rounds[0].criteria[1].emoji", "a meaning of its own", "one plain emoji")],
    ),
    "an emoji lacks its variation selector": (
        'emoji = "🔥"',
        'emoji = "⚖"',
        [("rounds[0].criteria[1].emoji", "lacks the invisible sign", "Copy it from here")],
    ),
    "two criteria of a round have one emoji": (
        'emoji = "🔥"',
        'emoji = "💬"',
        [("rounds[0].criteria[1].emoji", "stands for the criterion “Clarity”", "different")],
    ),
    "an emoji is too new for many phones": (
        'emoji = "🔥"',
        'emoji = "🫩"',
        [("rounds[0].criteria[1].emoji", "too new", "one plain emoji")],
    ),
    "a prompt is too long": (
        "Why us?",
        "x" * 1_501,
        [("rounds[0].questions[1].prompt", "1,501 characters, 1,500 are", "Shorten it by 1")],
    ),
    "a tag is too long": (
        '"Introduction"',
        f'"{"x" * 41}"',
        [("rounds[0].questions[0].tags[0]", "41 characters, 40 are", "Shorten it by 1")],
    ),
    "a text holds a control character": (
        "Sleep well.",
        "Sleep\\u0007 well.",
        [("tips[0]", "U+0007, a control character", "Take it out")],
    ),
    "a text turns its direction": (
        "Sleep well.",
        "Sleep\\u202e well.",
        [("tips[0]", "U+202E, which turns the direction", "Take the character out")],
    ),
    "a name runs over two lines": (
        'name = "Remote"',
        'name = "Re\\nmote"',
        [("locations[0].name", "several lines", "on one line")],
    ),
    "a phase has eleven activities": (
        'activities = ["Write them down.", "Say them aloud."]',
        f"activities = {['Write.'] * 11}",
        [("phases[0].activities", "There are 11, 10 are allowed", "Take out 1")],
    ),
    "a phase has no activities": (
        'activities = ["Write them down.", "Say them aloud."]',
        "activities = []",
        [("phases[0].activities", "empty", "at least one")],
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_place_problem_and_cure_and_nothing_else_is(slip, mini, examine):
    before, after, expected = SLIPS[slip]
    assert before in mini

    problems = examine(mini.replace(before, after, 1))

    assert sorted(p.place for p in problems) == sorted(place for place, _, _ in expected)
    for place, problem, cure in expected:
        found = next(p for p in problems if p.place == place)
        assert problem in found.problem
        assert cure in found.cure
        assert found.severity == "error"


@pytest.mark.parametrize(
    ("before", "after", "place", "problem"),
    [
        ('"shop", "chat", ', '"chat", ', "phases[1].questions", "4 questions for 5 weekdays"),
        ("weeks = [2, 2]", "weeks = [2, 3]", "phases[1].questions", "5 questions for 10"),
        (
            '[[common_questions]]\nkey = "trade"',
            (
                '[[common_questions]]\nkey = "sixth"\nprompt = "A sixth?"\nround = "talk"\n'
                'minutes = 2\n\n[[common_questions]]\nkey = "trade"'
            ),
            "phases[1].questions",
            "6 questions for 5 weekdays, so the last 1 will not fit",
        ),
        ('signals = ["Curiosity"]\n', "", "rounds[0].signals", "what interviewers look for"),
        (
            (
                '[[rounds.red_flags]]\nkey = "vague"\ntext = "The candidate stayed vague."\n'
                'criterion = "clarity"\n'
            ),
            "",
            "rounds[0].red_flags",
            "no reason for rejection",
        ),
        (
            (
                '    { key = "faults", name = "Faults", emoji = "🧱", '
                'levels = { 1 = "None.", 3 = "Some.", 5 = "All." } },\n'
            ),
            "",
            "rounds[1].criteria",
            "3 to 5 criteria best, the round has 2",
        ),
    ],
)
def test_what_is_merely_unwise_is_a_note_and_the_guide_loads(
    before, after, place, problem, mini, tmp_path: Path
):
    assert before in mini
    text = mini.replace(before, after, 1)
    if "sixth" in after:
        text = text.replace('"trade"]', '"trade", "sixth"]')
    if '"shop"' in before:
        text = text.replace('    { key = "shop", prompt = "Design a shop.", minutes = 8 },\n', "")
    path = tmp_path / "mini.toml"
    path.write_text(text, "utf-8")

    examined = loader.examine(path)

    assert [(p.place, p.severity) for p in examined.problems] == [(place, "note")]
    assert problem in examined.problems[0].problem
    assert loader.load(path) == examined.guide


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Why us?", "x" * 1_500),
        ("Introduction", "x" * 40),
        ('name = "Clarity"', f'name = "{"x" * 60}"'),
        ("Much.", "x" * 200),
        ("A recruiter asks about your path.", "x" * 1_200),
        ("Sleep well.", "x" * 600),
        ('company = "Acme"', f'company = "{"x" * 100}"'),
        ('key = "start"', f'key = "{"a" * 40}"'),
        ('["Write them down.", "Say them aloud."]', str(["Write."] * 10)),
        ("experience_years = [3, 6]", "experience_years = [0, 0]"),
        ('prompt = "Why us?"', 'prompt = "Why us?\\nReally."'),
    ],
)
def test_what_is_exactly_at_a_limit_is_allowed(before, after, mini, examine):
    assert before in mini

    assert examine(mini.replace(before, after, 1)) == ()


@pytest.mark.parametrize("reserved", ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "✅", "👍", "👎", "👀", "❓"])
def test_an_emoji_with_a_meaning_of_its_own_stands_for_no_criterion(reserved, mini, examine):
    (problem,) = examine(mini.replace("🔥", reserved))

    assert problem.place == "rounds[0].criteria[1].emoji"
    assert reserved in problem.problem


def test_what_is_wrong_below_a_misspelt_name_is_told_too(mini, examine):
    text = mini.replace("activities = [\n", "activites = [\n").replace('"Explain it."', "7")

    misspelt, below = examine(text)

    assert misspelt.place == "phases[1].activites"
    assert below.place == "phases[1].activities[1]"
    assert below.line == text[: text.index("    7,")].count("\n") + 1


def test_a_missing_list_of_rounds_is_not_followed_by_its_consequences(mini, examine):
    first, last = mini.index("[[rounds]]"), mini.index("[[common_questions]]")

    assert [problem.place for problem in examine(mini[:first] + mini[last:])] == ["rounds"]


def test_loading_tells_the_errors_and_leaves_out_the_notes(mini, tmp_path: Path):
    path = tmp_path / "mini.toml"
    path.write_text(mini.replace("weeks = [2, 2]", "weeks = [2, 3]").replace("🔥", "👍"), "utf-8")

    with pytest.raises(ContentError) as caught:
        loader.load(path)

    assert [p.severity for p in loader.examine(path).problems] == ["note", "error"]
    assert [p.severity for p in caught.value.problems] == ["error"]


def test_a_round_without_criteria_is_an_error_not_a_note(mini, examine):
    first, last = mini.index("criteria = [\n"), mini.index("questions = [\n    { key")

    problems = examine(mini[:first] + "criteria = []\n" + mini[last:])

    assert ("rounds[1].criteria", "error") in [(p.place, p.severity) for p in problems]


def test_slips_in_different_parts_of_one_file_are_all_told_at_once(mini, examine):
    apart = [
        "a top-level text is missing",
        "a name is misspelt",
        "a number has a digit too many",
        "an item of a list is a number",
        "a range runs backwards",
        "a key has capitals and spaces",
        "a red flag names no criterion of its round",
        "a location question names no round",
        "two criteria of a round have one emoji",
        "a text turns its direction",
        "the rounds do not add up to the total",
        "a step has another name than its round",
    ]
    text = mini
    for slip in apart:
        assert SLIPS[slip][0] in text
        text = text.replace(*SLIPS[slip][:2], 1)

    problems = examine(text)

    expected = {place for slip in apart for place, _, _ in SLIPS[slip][2]}
    assert {problem.place for problem in problems} == expected
    assert len(problems) == len(expected)


def test_problems_are_told_in_the_order_of_their_lines(mini, examine):
    text = mini.replace('emoji = "🔥"', 'emoji = "🔥🔥"').replace("[3, 6]", "[6, 3]")
    text = text.replace('"Explain it."', "7")

    lines = [problem.line for problem in examine(text)]

    assert lines == [
        text[: text.index(wrong)].count("\n") + 1 for wrong in ("[6, 3]", "    7,", "🔥🔥")
    ]


def test_a_problem_prints_on_one_line_with_path_line_place_and_cure(mini, tmp_path):
    path = tmp_path / "mini.toml"
    path.write_text(mini.replace('"🔥"', '"👍"'), "utf-8")

    with pytest.raises(ContentError) as caught:
        loader.load(path)

    line = mini[: mini.index('"🔥"')].count("\n") + 1
    assert str(caught.value) == (
        f"{path}:{line}: rounds[0].criteria[1].emoji: 👍 already has a meaning of its own "
        "below a message. Choose one plain emoji for what the criterion is about, "
        "such as 💬 or 🔧."
    )
