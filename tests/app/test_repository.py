"""Rules of this repository that no other tool looks at; `make check` runs them too."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "adapters", "bot", "content", "scheduler")
LONGEST_MODULE = 350
MADE = {"__pycache__", "build", "dist", "loopmates.egg-info"}
"""Folders that tools make, and that are never committed."""
FONTS = {".otf", ".ttf"}
"""Files that are no text."""
NO_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}

IMPORTED_AS = {
    "discord": "discord-py",
    "dotenv": "python-dotenv",
    "prometheus_client": "prometheus-client",
    "pydantic_core": "pydantic",
    "resvg_py": "resvg-py",
    "slack_bolt": "slack-bolt",
    "slack_sdk": "slack-sdk",
}
"""What a package is called where it is required, if not as where it is imported."""
NEVER_IMPORTED = {"tzdata", "httptools"}
"""Found by others: by `zoneinfo` where a system has no zones, and by Uvicorn, which we tell to."""

# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|home|root|Users|private|tmp)" + r"/[\w.-]+")
INDEXES = re.compile(r"(?:--(?:extra-)?index-url|--find-links|--trusted-host)[ =]\S|/simple" + "/")


def tracked() -> list[Path]:
    """Return the files that are, or would be, committed; without git, all that are not hidden."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split("\0")
        found = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not _hidden(path)]
    return sorted(path for path in found if path.is_file())


def _hidden(path: Path) -> bool:
    made = path.suffix in {".pyc", ".db"} or any(part in MADE for part in path.parts)
    return made or any(part.startswith(".") for part in path.relative_to(ROOT).parts)


def modules() -> list[Path]:
    """Return the Python files of all rooms and tests."""
    return [path for path in tracked() if path.suffix == ".py"]


def test_no_file_names_a_machine_or_a_package_index():
    offenders = []
    for path in (path for path in tracked() if path.suffix not in FONTS):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if MACHINE_PATHS.search(line) or INDEXES.search(line):
                offenders.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")

    assert offenders == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_holds_names_versions_and_hashes_only(name):
    entry = r"[a-z0-9._-]+==[\w.!+]+(?: ; [^\\]+)?"
    kinds = re.compile(rf"#.*|{entry} \\|    --hash=sha256:[0-9a-f]{{64}}(?: \\)?")

    lines = (ROOT / name).read_text("utf-8").splitlines()

    assert [line for line in lines if not kinds.fullmatch(line)] == []
    assert not any("://" in line for line in lines)


def test_the_lock_files_agree_with_one_another():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_everything_required_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    pinned = (ROOT / "requirements.txt").read_text("utf-8")

    names = [_name(entry) for entry in wanted]

    assert [name for name in names if f"\n{name}==" not in pinned] == []


def test_what_is_required_is_what_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    entries = sum(extras, project["project"]["dependencies"])
    wanted = {_name(entry) for entry in entries}

    imported = set().union(*(_imports(p) for p in modules() if _room(p) in ROOMS))

    foreign = imported - sys.stdlib_module_names - set(ROOMS)
    assert {IMPORTED_AS.get(name, name) for name in foreign} == wanted - NEVER_IMPORTED


def test_no_module_of_a_room_is_too_long():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in modules()
        if _room(path) in ROOMS and path.parent.name != "versions"
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_every_module_of_a_room_says_what_it_is_for():
    silent = [p for p in modules() if _room(p) in ROOMS and not ast.get_docstring(_tree(p))]

    assert silent == []


def test_a_package_file_holds_a_docstring_and_nothing_else():
    packages = [p for p in modules() if p.name == "__init__.py"]

    assert [p for p in packages if len(_tree(p).body) > 1] == []


def test_no_module_has_a_name_that_means_anything():
    assert [path for path in modules() if path.stem in NO_NAMES] == []


def test_how_often_a_property_is_tried_is_said_in_one_place():
    setting = "max_" + "examples"

    assert [p.name for p in modules() if setting in p.read_text("utf-8")] == ["examples.py"]


def test_a_to_do_names_its_issue():
    mark = "TO" + "DO"
    pattern = re.compile(rf"\b{mark}\b(?!\(#\d+\))")

    assert [p for p in modules() if pattern.search(p.read_text("utf-8"))] == []


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
