"""What is wrong with settings, as an operator reads it.

Rule: a problem names its setting and has a cure, and never repeats the value of a secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that cannot be used; `problem` and `cure` are without their full stop."""

    name: str
    problem: str
    cure: str

    def __str__(self) -> str:
        """Return the problem on one line: `NAME: problem. cure.`."""
        return f"{self.name}: {self.problem}. {self.cure}."


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds every reason found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
