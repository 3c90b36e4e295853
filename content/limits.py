"""How long and how many: every limit of a guide, each with its reason.

Rule: a limit lives here and nowhere else, and says which platform or person needs it.
Lengths count Unicode code points; Discord counts the same, Slack allows more.
"""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 512 * 1024
"""A guide of five rounds has 40 KB; a file ten times that is not a guide."""

KEY_DEPTH: Final = 12
"""Dotted parts of one TOML name.  We need 4; `tomllib` takes quadratic time and memory."""

TABLES_READ: Final = 500
"""More tables in one list are not looked into: nobody reads 25,000 problems."""

KEY: Final = 40
"""Several keys and an id must fit in the 100 characters of a Discord button's `custom_id`."""

NAME: Final = 100
"""A Discord select option's label, and a Slack header less its prefix, end at 100."""

CRITERION_NAME: Final = 60
"""Slack's text input and option labels hold 75, Discord's form labels fewer with a number."""

TAG: Final = 40
"""Tags stand side by side on one line of a phone."""

LABEL: Final = 200
"""A signal, a focus point or an evaluation criterion is one bullet, two lines at most."""

PROMPT: Final = 1_500
"""A Discord message ends at 2,000, and the heading, minutes and hint need room as well."""

MODEL: Final = 1_500
"""A model answer shares one Discord message of components, of 4,000, with its question."""

REASON: Final = 200
"""Eight of them, each with a criterion's name and two scores, share those 4,000 with a `TEXT`."""

LEVEL: Final = 200
"""Three levels of five criteria have to fit in the 4,000 of a Discord message of components."""

TEXT: Final = 600
"""A summary, a tip, an activity or a red flag: a Slack section field ends at 2,000."""

DESCRIPTION: Final = 1_200
"""A round's description shares a Discord message of 2,000 with its signals."""

ACTIVITIES: Final = 10
"""Slack's checkboxes hold ten options."""

TIPS: Final = 25
TAGS: Final = 10
LABELS: Final = 25
OPTIONS: Final = 25
"""A Discord select holds 25 options: rounds, the questions of a round, locations."""

COMMON_QUESTIONS: Final = 200
PHASE_QUESTIONS: Final = 200
PHASES: Final = 25
"""Lists nobody picks from; the bounds only keep a slip of the pen from becoming a plan."""

CRITERIA_EXPECTED: Final = (3, 5)
"""Fewer say little, more tire reviewers; a Discord form has five inputs."""

CRITERIA_MOST: Final = 8
"""Each criterion is a reaction beside the five numbers, and Discord allows 20 in all."""

MINUTES_MOST: Final = 600
TOTAL_MINUTES_MOST: Final = 6_000
QUESTION_MINUTES_MOST: Final = 60
DAYS_MOST: Final = 365
WEEKS_MOST: Final = 52
YEARS_MOST: Final = 60
SALARY_MOST: Final = 100_000_000
"""Nothing real comes near these; a number beyond them has a digit too many."""

WEEKDAYS: Final = 5
"""Questions in a week of the plan: one each weekday."""

RESERVED_EMOJI: Final = frozenset(
    {
        *(f"{digit}\N{COMBINING ENCLOSING KEYCAP}" for digit in range(1, 6)),
        "\N{WHITE HEAVY CHECK MARK}",
        "\N{THUMBS UP SIGN}",
        "\N{THUMBS DOWN SIGN}",
        "\N{EYES}",
        "\N{BLACK QUESTION MARK ORNAMENT}",
    }
)
"""Taps that already mean something: the overall score, "counted", "helpful" and the like.

Written without the variation selector U+FE0F; compare after taking it away.
"""

EMOJI_VERSION: Final = 14.0
"""Slack and Discord both know the emoji of 2021; newer ones show as a box on older phones."""
