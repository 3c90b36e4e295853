"""Measure what the coach costs: `python -m benchmarks NAME ...`, or `make bench` for all.

Always two things are measured in one run, the coach and what it stands on alone, so that the
machine cancels out.  Figures go to standard output, and to a file with `--json PATH`; `--write`
keeps them in `benchmarks/results.json` and puts the tables into `docs/performance.md`, that of
`scores` (how good, not how fast) into `docs/scoring.md`.

Shorter runs: BENCH_COHORTS, BENCH_EVENTS, BENCH_MESSAGES, BENCH_SECONDS, BENCH_RATE, BENCH_STARTS,
BENCH_SWEEP.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import tables

SUITES = {
    "posting": "posting",
    "inbound": "inbound",
    "discord": "discord",
    "slack": "slack",
    "sweep": "sweeping",
    "drain": "drain",
    "transaction": "transaction",
    "start": "start",
    "pages": "pages",
    "storage": "storage",
    "rehearsals": "rehearsals",
    "scores": "scores",
    "messages": "messages",
    "guarantee": "guarantee",
    "attackers": "attackers",
}
"""What can be measured, and the module that does."""
Rows = list[dict[str, object]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the suites asked for, all by default."""
    parser = argparse.ArgumentParser(description="Measure what the coach costs.")
    parser.add_argument("suites", nargs="*", choices=[*SUITES, []], help="which (default: all)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--write", action="store_true", help="keep the figures, and show them")
    chosen = parser.parse_args(argv)
    found: dict[str, Rows] = {}
    for name in chosen.suites or SUITES:
        print(f"\n{name}", flush=True)
        # Some need what is installed only to measure.
        suite = importlib.import_module(f"benchmarks.{SUITES[name]}")
        found[name] = suite.measure()
        for row in found[name]:
            print("  " + "   ".join(f"{key} {value}" for key, value in row.items()), flush=True)
        if chosen.write:
            tables.keep({name: found[name]})
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
