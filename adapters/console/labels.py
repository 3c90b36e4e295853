"""Short names by which people refer to messages: `q1`, `r2`, `bo3`.

A label follows from what was displayed before and nothing else, so the same
conversation always has the same labels; no label is ever given twice.
"""

from __future__ import annotations

from collections import Counter

from bot.messages import Topic

COACH_LABELS: dict[Topic, str] = {
    "focus": "focus",
    "question": "q",
    "review_request": "r",
    "reminder": "reminder",
    "reassigned": "reassigned",
    "result": "result",
    "leaderboard": "board",
    "practice": "p",
    "notice": "note",
}
"""How messages of the coach's are called, by topic; a number follows."""


class Labels:
    """Gives out labels."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def of_coach(self, topic: Topic) -> str:
        """Return the label of the coach's next message of this topic."""
        return self._next(COACH_LABELS[topic])

    def of_person(self, who: str) -> str:
        """Return the label of a person's next message: their name and a number.

        A dash goes between where the two could be taken for another label.
        """
        clash = who[-1:].isdigit() or who in COACH_LABELS.values()
        return self._next(f"{who}-" if clash else who)

    def _next(self, stem: str) -> str:
        self._counts[stem] += 1
        return f"{stem}{self._counts[stem]}"
