"""What became of the mutants: which ones no test noticed, and whether few enough did.

`make mutants` gives it what mutmut lists, a mutant and its fate on each line.  The score is how
many of a hundred mutants were noticed, by a test that failed or one that never ended; one that
no test so much as runs was not.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

ENOUGH = 85
NOTICED = ("killed", "timeout")
SEEN = ".venv/bin/mutmut show NAME"


def fates(lines: Iterable[str]) -> dict[str, str]:
    """Return what became of each mutant, by its name."""
    told = (line.strip().rpartition(": ") for line in lines)
    return {name: fate for name, _, fate in told if name}


def score(counts: Counter[str]) -> float:
    """Return how many of a hundred mutants were noticed; none at all are none noticed."""
    return 100 * sum(counts[fate] for fate in NOTICED) / max(counts.total(), 1)


def report(known: dict[str, str]) -> Iterable[str]:
    """Yield the mutants that were not noticed, how many met which fate, and the score."""
    yield from (f"{fate:12} {name}" for name, fate in known.items() if fate not in NOTICED)
    counts = Counter(known.values())
    yield ", ".join(f"{count} {fate}" for fate, count in counts.most_common())
    yield f"{score(counts):.1f} of a hundred were noticed; {ENOUGH} are wanted. Look: {SEEN}"


def main() -> int:
    known = fates(sys.stdin)
    sys.stdout.writelines(f"{line}\n" for line in report(known))
    return 0 if score(Counter(known.values())) >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
