"""What became visible on a platform, and how its messages are called in a transcript.

Rule: a name is given once and stays; whoever reads `r1` finds it where `r1` was first shown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

Place = tuple[str, str]
"""A message by its channel and its own id."""

_STEMS: Final = {
    "prompt": "q",
    "review": "r",
    "practice": "p",
    "rate": "p",
    "result": "result",
    "self": "self",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Something that became visible at `at`: a title and the lines below it."""

    at: datetime
    title: str
    body: tuple[str, ...] = ()


@dataclass
class Names:
    """The names of messages, in the order they were given."""

    places: dict[str, Place] = field(default_factory=dict)
    labels: dict[Place, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def give(self, stem: str, place: Place) -> str:
        """Name a message: the stem and how many there are of it."""
        self._counts[stem] += 1
        return self.put(f"{stem}{self._counts[stem]}", place)

    def give_by(self, subject: str, place: Place) -> str:
        """Name a message of ours by what it stands for, such as `review:ID`."""
        return self.give(_STEMS.get(subject.partition(":")[0], "note"), place)

    def put(self, label: str, place: Place) -> str:
        """Name a message exactly so."""
        self.places[label], self.labels[place] = place, label
        return label

    def find(self, label: str) -> Place:
        """Return where a message is that has a name."""
        assert label in self.places, f"there is no {label}, only {', '.join(self.places)}"
        return self.places[label]
