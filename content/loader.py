"""Guides from TOML files to frozen values; only `app` reads files.

Rule: an author hears of every problem of a file at once, each with place and cure, and a
guide that `load` returns has none left.  Only a file that is not TOML at all stops earlier.
Model answers stand in a file of their own, which is looked at once the guide is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from content import checks, documents, lines, models, parts
from content.problems import ContentError, Problem, shown
from content.schema import Guide
from content.tables import Report

MODELS = "models"
"""The folder beside guides in which a file of the same name holds a guide's model answers."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What one file turned out to hold: the guide, unless there are errors, and all problems."""

    guide: Guide | None
    problems: tuple[Problem, ...]


def load(path: Path) -> Guide:
    """Read the guide in the file at `path`; its key is the file's name without `.toml`.

    Raises:
        ContentError: If anything is wrong with it; holds every error, in order of line.
    """
    examined = examine(path)
    if examined.guide is None:
        raise ContentError(p for p in examined.problems if p.severity == "error")
    return examined.guide


def examine(path: Path) -> Examined:
    """Read the file at `path` and tell all about it, notes too; never raises `ContentError`."""
    try:
        document = documents.read(path)
    except ContentError as error:
        return Examined(None, error.problems)
    if set(document.values) == {"models"}:
        return Examined(None, (_only_models(path),))
    report = Report(document.file, document.positions)
    guide = parts.guide(path.stem, report, document.values)
    problems = _all(report, checks.check(guide))
    if not _usable(problems):
        return Examined(None, problems)
    return _with_models(Examined(guide, problems), guide, path.parent / MODELS / path.name)


def load_all(*folders: Path) -> dict[str, Guide]:
    """Read the guides that come with the coach and those of `folders`, by key.

    Raises:
        ContentError: If any of them has errors or two have the same key; holds all of them.
    """
    guides: dict[str, Guide] = {}
    homes: dict[str, Path] = {}
    problems: list[Problem] = []
    for folder in (builtin(), *folders):
        if not folder.is_dir():
            problems.append(_no_folder(folder))
            continue
        for path in sorted(folder.glob("[!.]*.toml")):
            if path.stem in homes:
                problems.append(_same_key(path, homes[path.stem]))
                continue
            homes[path.stem] = path
            try:
                guides[path.stem] = load(path)
            except ContentError as error:
                problems += error.problems
        problems += _without_guide(folder)
    if problems:
        raise ContentError(problems)
    return guides


def builtin() -> Path:
    """Return the folder of the guides that come with the coach."""
    return Path(str(resources.files("content"))) / "guides"


def _with_models(examined: Examined, guide: Guide, path: Path) -> Examined:
    """Return what is known of a usable guide, and what the file at `path` adds, if there is one."""
    if not path.exists():
        return examined
    try:
        document = documents.read(path)
    except ContentError as error:
        return Examined(None, (*examined.problems, *error.problems))
    report = Report(document.file, document.positions)
    guide = replace(guide, model_answers=models.read(report, document.values, guide))
    problems = (*examined.problems, *_all(report, models.check(guide)))
    return Examined(guide if _usable(problems) else None, problems)


def _without_guide(folder: Path) -> list[Problem]:
    return [
        Problem(
            str(path),
            None,
            "",
            "These model answers belong to no guide",
            f"Give the file the name of a guide in {folder}",
        )
        for path in sorted((folder / MODELS).glob("[!.]*.toml"))
        if not (folder / path.name).is_file()
    ]


def _only_models(path: Path) -> Problem:
    return Problem(
        str(path),
        None,
        "",
        "The file holds model answers only",
        f"Name their guide, which is checked together with what is in its folder {MODELS}",
    )


def _no_folder(folder: Path) -> Problem:
    return Problem(
        str(folder), None, "", "There is no such folder", "Create it, or correct the setting"
    )


def _same_key(path: Path, other: Path) -> Problem:
    return Problem(
        str(path),
        None,
        "",
        f"There is a guide called {shown(path.stem)} already, in {other}",
        "Rename one of the two files",
    )


def _all(report: Report, found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return what was noted while reading and what was `found` across it, in order of line."""
    return tuple(sorted([*report.problems, *_located(found, report)], key=_order))


def _usable(problems: Iterable[Problem]) -> bool:
    return all(problem.severity == "note" for problem in problems)


def _located(problems: Iterable[Problem], report: Report) -> list[Problem]:
    return [
        replace(problem, file=report.file, line=report.line(lines.parse(problem.place)))
        for problem in problems
    ]


def _order(problem: Problem) -> tuple[int, str, str]:
    return problem.line or 0, problem.place, problem.problem
