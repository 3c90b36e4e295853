"""Pictures to look at and to test with: every script, every size, every awkward name."""

from __future__ import annotations

from bot.pictures import Criterion, Leaderboard, Points, Progress, Row, Score

SCRIPTS = (
    "Ana Žižková", "Дмитрий Ёлкин", "Ελένη Παπαδοπούλου", "王小明", "山田 太郎さん", "김민준",
    "عمر الفاروق", "נועה לוי", "दीपिका शर्मा", "สมชาย ใจดี", "Zoë 🚀🔥", "👩‍💻 Dev 🇩🇪 ❤️",
)  # fmt: skip
AWKWARD = (
    "A" * 300, "i" * 300, "王" * 300, "عمر " * 70, "👨‍👩‍👧‍👦" * 40, "W" * 19,
    "<b>&amp;\"'</b>", "\u202eevil\u202c name", "nul\x00bell\x07", "𓀀𓁐 ancient",
    "z\u0336\u0337\u0338\u0334\u0335\u0321\u0322algo", "\u200b\u2066\u3164",
)  # fmt: skip
PLAIN = (
    "Ana", "Ben Okafor", "Chiara Rossi", "Dmitri", "Eve", "Farid", "Grace Hopper", "Hiro", "Ines",
    "Jan", "Kofi", "Lena Maria von Hohenberg",
)  # fmt: skip


def points(place: int) -> Points:
    """Return some points, fewer with every place."""
    left = max(13 - place, 1)
    return Points(
        answers=4 * left + 6,
        reviews=3 * left,
        helpfulness=left,
        quality=left // 2 + 2,
        improvement=3 if place % 3 == 0 else 0,
        streak=min(left, 5),
    )


def board(names: tuple[str, ...] = PLAIN, more: int = 0, note: str = "") -> Leaderboard:
    """Return a leaderboard of these names."""
    rows = tuple(Row(place, name, points(place)) for place, name in enumerate(names, 1))
    return Leaderboard(
        "Product leads, winter cohort", "Week 3 of 7 · 30 Nov – 6 Dec", rows, more, note
    )


def ties() -> Leaderboard:
    """Return a leaderboard on which places are shared, also across its edge."""
    same = Points(answers=26, reviews=12, quality=7)
    places = (1, 1, 3, 4, 5, 5, 5, 8, 9, 10, 10, 10, 13, 14)
    rows = tuple(
        Row(place, f"Member {n}", same if place == 10 else points(place))
        for n, place in enumerate(places, 1)
    )
    return Leaderboard("Ties are shared", "Week 2 of 7", rows)


def pen_names() -> Leaderboard:
    """Return a leaderboard with two who are anonymous."""
    rows = (
        Row(1, "Ana", points(1)), Row(2, "Bright Wren", Points(), whole=106),
        Row(3, "Chiara Rossi", points(3)), Row(4, "Rosy Zebra", Points(), whole=12),
    )  # fmt: skip
    return Leaderboard("This week's leaderboard", "Senior Engineering Manager at Acme", rows)


def progress() -> Progress:
    """Return a member's progress with a week missing."""
    return Progress(
        "Your progress",
        "Product leads, winter cohort · only you see this",
        (
            Score("W1", 2.6, 0.8, 3), Score("W2", 3.1, 0.6, 6), Score("W3"),
            Score("W4", 3.4, 0.4, 9), Score("W5", 3.8, 0.3, 12), Score("W6", 4.1, 0.3, 14),
        ),
        "fairly sure",
        6,
        9,
        (
            Criterion("States a measured result", 4, 5), Criterion("Own part is clear", 8, 1),
            Criterion("Names the conflict, and how it ended for everybody", 6, 3),
            Criterion("Reflects", 2, 7),
        ),
        "Most often missed: reflection. Try one sentence on what you would do differently.",
    )  # fmt: skip


def gallery() -> dict[str, Leaderboard | Progress]:
    """Return all that somebody should look at, by file name."""
    return {
        "board-3": board(PLAIN[:3]),
        "board-12": board(
            PLAIN, note="34 answers and 61 reviews this week, 9 more than last week."
        ),
        "board-60": board(PLAIN, more=48),
        "board-scripts": board(SCRIPTS),
        "board-awkward": board(AWKWARD),
        "board-ties": ties(),
        "board-pen-names": pen_names(),
        "board-nobody": board(()),
        "progress": progress(),
        "progress-first": Progress(
            "Your progress", "Week 1", (Score("W1", 3.0, 0.9, 1),), "a first hint", 1
        ),
        "progress-nothing": Progress("Your progress", "Nothing reviewed yet"),
    }
