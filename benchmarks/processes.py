"""Programs that are measured as processes of their own, and what they use of the machine."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 180


@contextmanager
def python(
    command: Sequence[str], env: Mapping[str, str], log: Path | None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python on something, with its log in a file."""
    with (log or Path(os.devnull)).open("wb") as file:
        process = subprocess.Popen([sys.executable, *command], env=env, stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


async def until_logged(log: Path, words: str) -> None:
    """Wait until a log says something."""
    said = ""

    def says() -> bool:
        nonlocal said
        said = log.read_text("utf-8")
        return words in said

    try:
        await until(says)
    except TimeoutError:
        sys.stderr.write(said[-2_000:])
        raise


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: If it is not in time.
    """
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > PATIENCE_SECONDS:
            raise TimeoutError("it did not start")
        await asyncio.sleep(0.05)


def processor_seconds(pid: int) -> float:
    """Return how long a process has used a processor; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def all_processor_seconds() -> float:
    """Return how long all processors together have worked; 0 where the system does not tell."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, irq, soft, stolen = map(int, fields[:8])
    return (user + nice + system + irq + soft + stolen) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid: int) -> float:
    """Return the most memory a process has used so far; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    line = next(each for each in status.splitlines() if each.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024, 1)


def resident_megabytes(pid: int) -> float:
    """Return the memory a process has now; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1024**2, 1)
