"""The command line: exit codes, and faults told with place, problem and cure."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.discord.invite import invitation
from adapters.slack.manifest import link, manifest
from app.cli import cli
from app.settings import names

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "content/guides/coursera-senior-em.toml"
NOTHING = dict.fromkeys(names().values())
"""Unsets every setting, whatever the machine that runs the tests has set."""

Typed = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """Return what runs a command line in a folder of its own, with nothing set but `env`."""

    def run(*words: str, env: Mapping[str, str | None] | None = None) -> Result:
        with chdir(tmp_path):
            return CliRunner().invoke(cli, words, env={**NOTHING, **(env or {})})

    return run


def test_without_a_command_it_says_what_there_is(typed):
    result = typed("--help")

    assert result.exit_code == 0
    for command in ("rehearse", "run", "guide", "slack", "discord", "db", "doctor"):
        assert command in result.output


def test_it_knows_its_version(typed):
    assert typed("--version").output.startswith("loopmates 0.")


@pytest.mark.parametrize(
    "words",
    [
        ["rehears"],
        ["rehearse", "--members", "1"],
        ["rehearse", "--members", "201"],
        ["rehearse", "--silent", "1.1"],
        ["rehearse", "--start", "2026-02-30"],
        ["rehearse", "--start", "tomorrow"],
        ["rehearse", "--timezone", "Mars/Olympus"],
        ["rehearse", "--guide", "no-such-guide"],
        ["rehearse", "--database", "mysql://host/db"],
        ["guide", "show"],
        ["guide", "show", "coursera-senior-em", "--guide", str(GUIDE)],
        ["guide", "check"],
        ["db", "backup"],
        ["slack", "manifest", "--http", "coach.example"],
        ["slack", "manifest", "--http", "http://coach.example"],
        ["slack", "manifest", "--http", "https://user:canary@coach.example"],
        ["slack", "manifest", "--json", "--link"],
        ["discord", "invite", "123456789012345678"],
        ["run", "--roles", "slack,sheduler"],
        ["run", "--roles", ""],
    ],
)
def test_a_wrong_call_exits_with_2_and_says_why(typed, words):
    result = typed(*words)

    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert result.stdout == ""


def test_roles_on_the_command_line_win_over_the_setting(typed):
    env = {"LOOPMATES_ROLES": "scheduler", "DATABASE_URL": "postgresql://127.0.0.1:1/coach"}

    assert "slack has no token" in typed("run", "--roles", "slack", env=env).stderr


def test_a_wrong_time_zone_comes_with_the_right_one(typed):
    assert "Europe/Berlin" in typed("rehearse", "--timezone", "Europe/Berlim").stderr


def test_a_wrong_guide_comes_with_the_right_one(typed):
    assert "coursera-senior-em" in typed("guide", "show", "coursera-senior-me").stderr


def test_garbage_is_looked_for_again_after_everything_was_loaded(typed):
    gc.unfreeze()
    typed("run", env={"PORT": "0"})

    assert gc.isenabled()
    assert gc.get_freeze_count()


def test_every_wrong_setting_is_told_before_anything_starts(typed):
    result = typed("run", env={"PORT": "0", "LOOPMATES_TIMEZON": "UTC"})

    assert result.exit_code == 1
    assert "PORT: “0” is not a port. Give a number" in result.stderr
    assert "LOOPMATES_TIMEZON: There is no such setting. Perhaps" in result.stderr
    assert "Traceback" not in result.output


def test_a_wrong_line_in_the_settings_file_is_told(typed, tmp_path):
    (tmp_path / ".env").write_text("PORT=8080\n=8080\n", encoding="utf-8")

    result = typed("guide", "list")

    assert result.exit_code == 1
    assert ".env:2: " in result.stderr


def test_the_guides_are_listed_with_their_size(typed):
    result = typed("guide", "list")

    assert result.exit_code == 0
    assert "coursera-senior-em" in result.stdout
    assert "7 weeks, 5 rounds, 41 questions" in result.stdout


def test_a_guide_is_shown_as_one_json_object(typed):
    result = typed("guide", "show", "coursera-senior-em", "--json")

    shown = json.loads(result.stdout)
    assert shown["company"] == "Coursera"
    assert len(shown["questions"]) == 41


def test_a_guide_is_shown_to_people_with_every_round(typed):
    result = typed("guide", "show", "--guide", str(GUIDE))

    assert result.exit_code == 0
    assert "Senior Engineering Manager at Coursera" in result.stdout
    assert result.stdout.count("Judged by: ") == 5


def test_a_guide_of_ones_own_is_found_in_the_folder_of_guides(typed, tmp_path):
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "mine.toml").write_bytes(GUIDE.read_bytes())

    result = typed("guide", "list", env={"LOOPMATES_GUIDES": str(folder)})

    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "coursera-senior-em",
        "mine",
    ]


def test_a_good_guide_passes_the_check(typed):
    result = typed("guide", "check", str(GUIDE))

    assert result.exit_code == 0
    assert "can be used" in result.stdout


def test_a_broken_guide_fails_the_check_with_every_problem(typed, tmp_path):
    file = tmp_path / "broken.toml"
    text = GUIDE.read_text("utf-8")
    file.write_text(
        text.replace("company = ", "compani = ").replace("minutes = 45", "minutes = -45")
    )

    result = typed("guide", "check", str(file), str(tmp_path / "missing.toml"))

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) >= 3
    assert all(str(tmp_path) in line for line in result.stderr.splitlines())
    assert "Traceback" not in result.output


def test_an_empty_folder_of_guides_fails_the_check(typed, tmp_path):
    assert typed("guide", "check", str(tmp_path)).exit_code == 1


def test_a_preview_has_every_focus_and_every_question(typed):
    result = typed("guide", "preview", "coursera-senior-em")

    titles = [line for line in result.stdout.splitlines() if line.startswith("--- ")]
    assert result.exit_code == 0
    assert sum(": " not in title for title in titles) == 7
    assert sum(": " in title for title in titles) == 41
    assert len(set(titles)) == 48


def test_a_rehearsal_takes_a_file_as_guide_and_reports_faults_in_it(typed, tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text("company = 3\n", encoding="utf-8")

    result = typed("rehearse", "--guide", str(file))

    assert result.exit_code == 1
    assert str(file) in result.stderr


def test_the_manifest_stands_alone_on_standard_output(typed):
    as_yaml, as_json = typed("slack", "manifest"), typed("slack", "manifest", "--json")

    assert as_yaml.stdout.startswith("_metadata:\n")
    assert json.loads(as_json.stdout) == manifest()
    assert "--link" in as_yaml.stderr


def test_the_manifest_for_web_requests_has_their_address(typed):
    result = typed("slack", "manifest", "--json", "--http", "https://coach.example")

    assert json.loads(result.stdout) == manifest("https://coach.example")


def test_the_link_that_creates_the_app_stands_alone(typed):
    result = typed("slack", "manifest", "--link")

    assert result.output == f"{link(manifest())}\n"


def test_the_manifest_needs_no_settings_and_no_wrong_one_is_in_the_way(typed):
    assert typed("slack", "manifest", env={"PORT": "0"}).exit_code == 0


BOT_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "canarycanarycanarycanary0123"
OLD_TOKEN = "bm90LWFuLWlkLWF0LWFsbA" + ".GaBcDe." + "canarycanarycanarycanary0123"


@pytest.mark.parametrize("forum", [False, True])
def test_the_invitation_stands_alone_on_standard_output(typed, forum):
    words = ["discord", "invite", *(["--forum"] if forum else [])]

    result = typed(*words, env={"DISCORD_TOKEN": BOT_TOKEN})

    assert result.exit_code == 0
    assert result.stdout == f"{invitation('123456789012345678', forum=forum)}\n"
    assert "docs/discord.md" in result.stderr
    assert "canary" not in result.output


def test_the_application_that_is_named_is_invited_whatever_the_token_says(typed):
    id_ = "987654321098765432"

    without = typed("discord", "invite", env={"DISCORD_APPLICATION_ID": id_})
    beside = typed(
        "discord", "invite", env={"DISCORD_APPLICATION_ID": id_, "DISCORD_TOKEN": BOT_TOKEN}
    )

    assert without.stdout == beside.stdout == f"{invitation(id_)}\n"


def test_the_token_to_invite_may_stand_in_the_settings_file(typed, tmp_path):
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={BOT_TOKEN}\n", encoding="utf-8")

    assert "123456789012345678" in typed("discord", "invite").stdout


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({}, "DISCORD_TOKEN"),
        ({"DISCORD_TOKEN": OLD_TOKEN}, "DISCORD_APPLICATION_ID"),
        ({"DISCORD_TOKEN": "canary"}, "DISCORD_TOKEN"),
        ({"DISCORD_APPLICATION_ID": "mine"}, "DISCORD_APPLICATION_ID"),
    ],
)
def test_without_an_application_nobody_is_invited_and_the_cure_is_told(typed, env, name):
    result = typed("discord", "invite", env=env)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"error: {name}: " in result.stderr
    assert "Set" in result.stderr or "Copy" in result.stderr
    assert "canary" not in result.stderr


def test_no_wrong_setting_is_in_the_way_of_an_invitation(typed):
    env = {"DISCORD_TOKEN": BOT_TOKEN, "PORT": "0", "LOOPMATES_DISCORD_SHARDS": "x"}

    assert typed("discord", "invite", env=env).exit_code == 0


def test_there_are_no_colours_where_there_is_no_terminal(typed):
    assert "\033" not in typed("guide", "show", "coursera-senior-em").output
    assert "\033" not in typed("run", env={"PORT": "0"}).output


def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    env = {name: value for name, value in os.environ.items() if name not in NOTHING}
    command = [sys.executable, "-m", "app", "guide", "show", "coursera-senior-em", "--json"]
    env["PYTHONPATH"] = str(ROOT)
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()

    assert errors == b""
    assert process.returncode == 141
