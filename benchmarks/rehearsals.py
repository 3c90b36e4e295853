"""Whole rehearsals as processes of their own: three runs each, the median told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median

SIZES = (3, 5, 12, 30)
RUNS = 3


def measure() -> list[dict[str, object]]:
    """Return one row a size of cohort."""
    return [_row(members) for members in SIZES]


def _row(members: int) -> dict[str, object]:
    runs = [_run(members) for _ in range(RUNS)]
    summary = runs[-1][3]
    return {
        "members": members,
        "wall_s": round(median(run[0] for run in runs), 2),
        "cpu_s": round(median(run[1] for run in runs), 2),
        "peak_mb": round(max(run[2] for run in runs) / 1024, 1),
        "answers": summary["answers"],
        "with_two_reviews": summary["answers_with_two_reviews"],
        "stuck": summary["stuck"],
        "messages": summary["messages"],
    }


def _run(members: int) -> tuple[float, float, float, dict[str, object]]:
    """Return wall seconds, processor seconds, peak resident KiB, and the summary."""
    command = [sys.executable, "-m", "app", "rehearse", "--members", str(members), "--json"]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        last = line
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the rehearsal failed with exit code {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, float(usage.ru_maxrss), json.loads(last)
