"""What the documents say is so: commands exist, links resolve, generated pages are up to date."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from app import manuals
from app.cli import cli
from app.settings import names

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *(ROOT / "content").glob("*.md")])
PAGES.append(ROOT / "tests/README.md")
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))


def slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def commands(group: click.Command, path: str = "loopmates") -> set[str]:
    """Return every command there is, as it is typed."""
    found = {path}
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            found |= commands(command, f"{path} {name}")
    return found


def known(typed: str) -> bool:
    """Tell whether `typed` is a command, perhaps with arguments behind it."""
    groups = {
        "loopmates", "loopmates guide", "loopmates slack", "loopmates discord", "loopmates db",
        "loopmates letters",
    }  # fmt: skip
    there = commands(cli)
    return typed in there or any(typed.startswith(f"{c} ") for c in there - groups)


def test_the_page_of_settings_is_up_to_date():
    assert (ROOT / "docs/settings.md").read_text("utf-8") == manuals.settings_page(), "make docs"


def test_the_example_of_settings_is_up_to_date():
    assert (ROOT / ".env.example").read_text("utf-8") == manuals.example_file(), "make docs"


def test_the_example_and_the_page_name_every_setting():
    page, example = manuals.settings_page(), manuals.example_file()

    assert [n for n in names().values() if f"| `{n}` |" not in page] == []
    assert [n for n in names().values() if f"\n#{n}=" not in example] == []


def resolves(page: Path, target: str) -> bool:
    """Tell whether `target`, as linked on `page`, is there, its heading too."""
    name, _, anchor = target.partition("#")
    file = (page.parent / name) if name else page
    if not anchor or not file.is_file():
        return file.exists()
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return anchor in map(slug, headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)

    broken = [t for t in targets if not t.startswith("http") and not resolves(page, t)]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_and_command_named_exists(page):
    text = page.read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")

    targets = set(re.findall(r"(?:`|^\$ )make ([a-z]+)", text, re.MULTILINE))
    typed = set(
        re.findall(r"(?:`|^\$ (?:\.venv/bin/)?)(loopmates(?: [a-z]+)*)", text, re.MULTILINE)
    )

    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)] == []
    assert [t for t in typed if not known(t)] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_parts_and_at_most_forty_lines(decision):
    lines = decision.read_text("utf-8").splitlines()

    assert len(lines) <= 40
    assert re.fullmatch(r"# \d+\. .+", lines[0])
    assert int(lines[0][2:].partition(".")[0]) == int(decision.stem[:4])
    assert re.match(r"\*\*Status\*\* (Accepted|Superseded by \d+), \d{4}-\d\d-\d\d", lines[2])
    parts = [line for line in lines if line.startswith("## ")]
    assert parts == ["## Context", "## Decision", "## Consequences", "## Alternatives"]


def test_decisions_are_numbered_without_a_gap():
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_lint_messages_cite_pages_that_exist():
    cited = re.findall(r"docs/[\w/.-]+\.md|tests/README\.md", (ROOT / "pyproject.toml").read_text())

    assert cited
    assert [page for page in cited if not (ROOT / page).exists()] == []


def test_the_changelog_has_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert "## [Unreleased]" in changelog
    assert f"## [{version}]" in changelog
