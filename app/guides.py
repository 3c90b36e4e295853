"""Finds guides for the command line and prints what is in them.

Rule: only `content.loader` decides whether a guide is usable; here it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from app import values
from bot.ports.work import Work
from content import export, loader
from content.problems import Problem
from content.schema import Guide, Round


class NoGuideError(Exception):
    """It is not clear which guide is meant."""


class GuideGoneError(Exception):
    """A running cohort follows a guide, or a question of one, that is not there any more."""

    def __init__(self, channel: str, what: str) -> None:
        super().__init__(
            f"The cohort in {channel} needs {what}, which is not among the guides. Set "
            "LOOPMATES_GUIDES to the folder it is in, or put it back."
        )


def require(work: Work, guides: Mapping[str, Guide]) -> None:
    """Make sure that everything running cohorts have asked is still in the guides.

    Raises:
        GuideGoneError: Names the first thing that is missing.
    """
    for cohort in work.cohorts.alive():
        guide = guides.get(cohort.guide)
        if guide is None:
            raise GuideGoneError(cohort.channel, f"the guide “{cohort.guide}”")
        keys = {question.key for question in guide.questions}
        for prompt in work.prompts.of(cohort.id):
            if prompt.question not in keys:
                what = f"the question “{prompt.question}” of “{cohort.guide}”"
                raise GuideGoneError(cohort.channel, what)


def known(folder: Path | None) -> dict[str, Guide]:
    """Return all guides, those of the operator's `folder` too, by key."""
    return loader.load_all(*([folder] if folder else []))


def choose(folder: Path | None, key: str | None, path: Path | None) -> Guide:
    """Return the guide called `key`, or the one in the file at `path`; `key` may be a file too.

    Raises:
        NoGuideError: If neither or both are given, or there is no such guide.
        ContentError: If the guide, or any in the folders, has errors.
    """
    if (key is None) == (path is None):
        raise NoGuideError("Which guide? Give its key, or --guide and a file.")
    if path is None and key is not None and (key.endswith(".toml") or "/" in key):
        path = Path(key)
    if path is not None:
        return loader.load(path)
    guides = known(folder)
    if key in guides:
        return guides[key]
    meant = values.closest(str(key), list(guides))
    cure = f"Perhaps {meant}?" if meant else f"There are: {', '.join(guides)}."
    raise NoGuideError(f"There is no guide called “{key}”. {cure}")


def print_list(guides: dict[str, Guide]) -> None:
    """Print one line a guide: key, title, how long it takes, how much there is in it."""
    width = max(map(len, guides), default=0)
    for key, guide in sorted(guides.items()):
        size = f"{guide.weeks} weeks, {len(guide.rounds)} rounds, {len(guide.questions)} questions"
        click.echo(f"{key:<{width}}  {guide.title} · {size}")


def print_guide(guide: Guide, *, as_json: bool) -> None:
    """Print a guide: as JSON everything, otherwise what a person wants to see first."""
    if as_json:
        click.echo(json.dumps(export.to_json(guide), ensure_ascii=False, indent=2))
        return
    for line in _overview(guide):
        click.echo(line)


def print_problems(paths: Sequence[Path]) -> int:
    """Print every problem of the files, and of the `.toml` files in folders; return the exit code.

    Notes are printed but do not count.
    """
    errors = 0
    for path in paths:
        files = sorted(path.glob("[!.]*.toml")) if path.is_dir() else [path]
        if not files:
            click.echo(
                Problem(
                    str(path),
                    None,
                    "",
                    "There is no guide in this folder",
                    "Put a file in it whose name ends in .toml",
                ),
                err=True,
            )
            errors += 1
        for file in files:
            errors += _examine(file)
    return 1 if errors else 0


def _examine(file: Path) -> int:
    found = loader.examine(file)
    for problem in found.problems:
        click.echo(str(problem), err=True)
    if found.guide is not None:
        click.echo(f"{file}: can be used: {found.guide.title}")
    return sum(problem.severity == "error" for problem in found.problems)


def _overview(guide: Guide) -> Iterator[str]:
    yield click.style(guide.title, bold=True)
    low, high = guide.salary_usd
    yield f"{guide.track} · {guide.level} · {guide.difficulty} · ${low:,}–${high:,}"
    yield f"{guide.timeline_days} days, {guide.total_minutes} minutes of interviews"
    yield ""
    yield guide.summary
    for round_ in guide.rounds:
        yield from _round(guide, round_)
    yield from _section(
        "Common questions",
        [f"{q.prompt} ({q.key})" for q in guide.questions if q.source == "common"],
    )
    for phase in guide.phases:
        first, last = phase.weeks
        yield from _section(f"Weeks {first}–{last}: {phase.name}", phase.activities)
    yield from _section("Tips", guide.tips)
    for place in guide.locations:
        yield from _section(f"Location: {place.name}", (*place.focus, *place.tips))


def _round(guide: Guide, round_: Round) -> Iterator[str]:
    names = ", ".join(f"{c.emoji} {c.name}" for c in round_.criteria)
    prompts = [f"{guide.question(key).prompt} ({key})" for key in round_.questions]
    yield from _section(f"{round_.name} · {round_.minutes} minutes · {round_.difficulty}", prompts)
    yield f"  Judged by: {names}"


def _section(title: str, items: Sequence[str]) -> Iterator[str]:
    yield ""
    yield click.style(title, bold=True)
    for item in items:
        yield f"  • {item}"
