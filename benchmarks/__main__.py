"""Measure rehearsals, transactions, a sweep, and both platforms under load: `make bench`.

Whole programs are measured as their own processes (wall time, processor time, peak memory);
everything else against the bare library in the same run, so that the machine cancels out.
Results go to standard output as a table, and to `bench.json` with `--json PATH`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import discord, rehearsals, slack, storage

SUITES: dict[str, Callable[[], list[dict[str, object]]]] = {
    "rehearsals": rehearsals.measure,
    "storage": storage.measure,
    "slack": slack.measure,
    "discord": discord.measure,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the suites asked for, all by default."""
    parser = argparse.ArgumentParser(description="Measure what the coach costs.")
    parser.add_argument("suites", nargs="*", choices=[*SUITES, []], help="which (default: all)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args(argv)
    rows: list[dict[str, object]] = []
    for name in chosen.suites or SUITES:
        print(f"\n{name}", flush=True)
        for row in SUITES[name]():
            rows.append({"suite": name, **row})
            print("  " + "   ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
