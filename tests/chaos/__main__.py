"""Lives weeks full of faults, and says what differs from quiet ones.

    python -m tests.chaos --faults 2000          so many on each database, both platforms
    python -m tests.chaos --seed 17 --database sqlite --platform slack   one life again
    python -m tests.chaos --seed 17 ... --dump FOLDER   and what was displayed, for the checker
    python -m tests.chaos --mutation NAME        how many seeds it takes to find a mistake

Exit code 1 if anything differs, a kind of fault never struck, or it was stopped: by a signal, or
after `--minutes`.  What was found until then is told all the same.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from app import wiring
from tests.chaos.campaigns import (
    FAULTS,
    WORKERS,
    Block,
    Findings,
    Order,
    Stopped,
    block,
    campaign,
    stop,
)
from tests.chaos.faults import kinds_for
from tests.chaos.mutations import MUTATIONS

PLATFORMS = ("slack", "discord")
DATABASES = ("sqlite", "postgres")
YIELD = 0.75
"""What part of the faults strikes, at least: two may fall on one call, or have nothing to hit."""
MOST_SEEDS = 400
ENOUGH = 500
"""Among so many faults each kind must be."""


def main(given: list[str]) -> int:
    """See the module."""
    asked = _asked(given)
    platforms = (asked.platform,) if asked.platform else PLATFORMS
    databases = (asked.database,) if asked.database else DATABASES
    if asked.mutation:
        return _hunted(asked)
    if asked.seed is not None:
        return _again(asked, platforms[0], databases[0])
    per_life = asked.each * YIELD
    lives = max(1, round(asked.faults / per_life / len(platforms)))
    seeds = tuple(range(asked.first, asked.first + lives))
    orders = [
        each
        for platform in platforms
        for database in databases
        for each in Order(platform, database, seeds, asked.each, _only(asked)).blocks()
    ]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(60 * asked.minutes)
    return _reported(orders, asked)


def _asked(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.chaos", description="Weeks full of faults.")
    parser.add_argument("--faults", type=int, default=2000, help="how many on each database")
    parser.add_argument("--each", type=int, default=FAULTS, help="how many in one life")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="live one life again")
    parser.add_argument("--database", choices=DATABASES)
    parser.add_argument("--platform", choices=PLATFORMS)
    parser.add_argument("--only", default="", help="kinds of faults, with commas between them")
    parser.add_argument("--mutation", choices=sorted(MUTATIONS))
    parser.add_argument("--dump", type=Path, help="where to write what was displayed")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=int, default=0, help="at most; 0 is as long as it takes")
    return parser.parse_args(given)


def _only(asked: argparse.Namespace) -> tuple[str, ...]:
    return tuple(each.strip() for each in asked.only.split(",") if each.strip())


# --- many ---------------------------------------------------------------------------------------


def _reported(orders: list[Order], asked: argparse.Namespace) -> int:
    passed = wiring.stopwatch()
    so_far, stopped = Figures(), ""
    try:
        for found in campaign(orders, asked.jobs):
            so_far.add(found)
            so_far.wrong += _told(found)
            # What is known is kept, also if somebody kills it.
            if asked.json is not None:
                asked.json.write_text(json.dumps(vars(so_far), indent=2), "utf-8")
    except Stopped as error:
        stopped = f"stopped by {error}; "
    signal.alarm(0)
    if not asked.only and not stopped:
        never = so_far.never()
        so_far.wrong += never
        for each in never:
            click.echo(f"  MISSING: {each}")
    _table("faults that struck", so_far.all_kinds())
    _table("states reached", so_far.states)
    lived = "; ".join(f"{where}: {n}" for where, n in sorted(so_far.lives.items()))
    click.echo(f"\nlives: {lived}")
    click.echo(f"{stopped}{passed():.0f} s; {len(so_far.wrong)} seeds with differences")
    return 1 if so_far.wrong or stopped else 0


def _counters() -> dict[str, Counter[str]]:
    return {database: Counter() for database in DATABASES}


@dataclass
class Figures:
    """What is counted over all lives, by database."""

    struck: dict[str, Counter[str]] = field(default_factory=_counters)
    states: dict[str, Counter[str]] = field(default_factory=_counters)
    lives: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, found: Findings) -> None:
        """Count what came of a block."""
        order = found.order
        self.struck[order.database].update(found.struck)
        self.states[order.database].update(found.states)
        self.lives[f"{order.platform}, {order.database}"] += found.lives

    def never(self) -> list[str]:
        """Say which kinds of faults never struck where enough did."""
        return [
            f"{database}: {kind} never struck"
            for database in DATABASES
            for kind in _kinds(database)
            if sum(self.struck[database].values()) >= ENOUGH and not self.struck[database][kind]
        ]

    def all_kinds(self) -> dict[str, Counter[str]]:
        """Return how often each kind of fault struck, also if it never did."""
        return {
            database: Counter(dict.fromkeys(_kinds(database), 0) | struck)
            for database, struck in self.struck.items()
            if struck
        }


def _kinds(database: str) -> tuple[str, ...]:
    return kinds_for(database, max(WORKERS) if database == "postgres" else 1)


def _told(found: Findings) -> list[str]:
    order = found.order
    named = f"--database {order.database} --platform {order.platform}"
    count = sum(found.struck.values())
    seeds = ", ".join(map(str, order.seeds))
    click.echo(f"{order.platform}, {order.database}, seeds {seeds}: {count} faults")
    lines = []
    for seed, what in found.wrong.items():
        lines.append(f"python -m tests.chaos --seed {seed} {named}: {what[0]}")
        click.echo(f"  DIFFERENT: {lines[-1][:600]}")
    return lines


def _table(title: str, counted: dict[str, Counter[str]]) -> None:
    databases = [each for each in counted if counted[each]]
    names = sorted({name for each in databases for name in counted[each]})
    click.echo(f"\n{title:<36}" + "".join(f"{each:>12}" for each in databases))
    for name in names:
        click.echo(f"{name:<36}" + "".join(f"{counted[each][name]:>12}" for each in databases))
    totals = [sum(counted[each].values()) for each in databases]
    click.echo(f"{'all':<36}" + "".join(f"{total:>12}" for total in totals))


# --- one ----------------------------------------------------------------------------------------


def _again(asked: argparse.Namespace, platform: str, database: str) -> int:
    order = Order(platform, database, (asked.seed,), asked.each, _only(asked))
    with block(order) as here:
        wrong, life = here.one(asked.seed)
        if asked.dump is not None:
            _write(asked.dump, here, asked.seed, life.dump)
    for kind, times in sorted(life.struck.items()):
        click.echo(f"{times:>4} {kind}")
    for each in wrong:
        click.echo(each)
    click.echo("different" if wrong else "the same is displayed")
    return 1 if wrong else 0


def _write(folder: Path, here: Block, seed: int, dump: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, what in (("quiet", here.quiet(seed)), ("other", dump)):
        (folder / f"{name}.json").write_text(
            json.dumps(what, ensure_ascii=False, indent=1), "utf-8"
        )


def _hunted(asked: argparse.Namespace) -> int:
    """Live one life after the other with a mistake in the product, until it shows."""
    here = MUTATIONS[asked.mutation]
    only = _only(asked) or here.faults
    order = Order(here.platform, here.database, (), asked.each, only, asked.mutation)
    with block(order) as lives:
        for number, seed in enumerate(range(asked.first, asked.first + MOST_SEEDS), 1):
            wrong, _ = lives.one(seed)
            if wrong:
                click.echo(
                    f"{asked.mutation}: found with seed {seed}, after {number} seeds: {wrong[0]}"
                )
                return 0
    click.echo(f"{asked.mutation}: not found in {MOST_SEEDS} seeds")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
