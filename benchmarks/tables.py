"""Keeps the figures of every suite's last run, and shows them in `docs/performance.md`.

Those of `ELSEWHERE` are shown in another page, under the same markers.

Only what stands between the markers is written; the words around it stay.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT = Path("benchmarks/results.json")
SHOWN = Path("docs/performance.md")
ELSEWHERE = {"scores": Path("docs/scoring.md")}
BEGIN, END = "<!-- figures: make bench -->", "<!-- end of figures -->"

Rows = Sequence[Mapping[str, object]]


def keep(found: Mapping[str, Rows]) -> None:
    """Put figures in the place of earlier ones of the same suites, and show all."""
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {}
    for name, rows in found.items():
        kept[name] = {"machine": machine(), "rows": list(rows)}
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    for page in {SHOWN, *ELSEWHERE.values()}:
        _show(page, {name: kept[name] for name in kept if ELSEWHERE.get(name, SHOWN) == page})


def machine() -> str:
    """Return what the figures depend on; the load is that at the end of a suite."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    day = datetime.now(UTC).date().isoformat()
    return f"{day}, Python {platform.python_version()}, {cores} cores, load {load:.1f}"


def _show(page: Path, suites: Mapping[str, Any]) -> None:
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = [f"\n{_section(name, suite)}\n" for name, suite in suites.items()]
    shown = "".join([*tables, "\n"]) if tables else ""
    page.write_text(f"{before}{BEGIN}\n{shown}{END}{after}", encoding="utf-8")


def _section(name: str, suite: Mapping[str, Any]) -> str:
    rows: Rows = suite["rows"]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(str(row.get(key, "")) for key in columns) for row in rows]
    table = "\n".join(f"| {line} |" for line in lines)
    return f"### {name}\n\n{suite['machine']}\n\n{table}"
