"""The files that an operator runs the coach by, as far as they can be read without a container."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import click
import pytest

from app import roles
from app.cli import cli
from app.settings import names
from app.settings_reading import read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/deploy.md").read_text("utf-8")
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
EVERY_TOKEN = {
    "SLACK_BOT_TOKEN": "xoxb-" + "1234567890-abcdef",
    "SLACK_SIGNING_SECRET": "ab" * 16,
    "DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "abcdefghijklmnopqrstuvwxyz0123",
}
PROCFILE = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines() if line
)


def parsed(command: str) -> dict[str, object]:
    """Return the options of a command line of ours; fail if it would be refused."""
    program, *words = shlex.split(command)
    assert program == "loopmates"
    found: click.Command = cli
    context = click.Context(cli)
    while isinstance(found, click.Group):
        name, under, words = found.resolve_command(context, words)
        assert under is not None, name
        found = under
    return found.make_context(found.name, words).params


def instructions(name: str) -> list[str]:
    """Return what stands after an instruction of the Dockerfile, line by line."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


def service(name: str) -> str:
    """Return what compose.yaml says of a service, or of what several have in common."""
    lines = COMPOSE.splitlines()
    start = next(n for n, line in enumerate(lines) if re.match(rf" {{0,2}}{name}:", line))
    depth = _depth(lines[start])
    rest = lines[start + 1 :]
    under = itertools.takewhile(lambda line: not line.strip() or _depth(line) > depth, rest)
    return "\n".join(under)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def last_stage(name: str) -> list[str]:
    """Return the same for what the image itself is made by."""
    found = DOCKERFILE.rpartition("\nFROM ")[2]
    return re.findall(rf"^{name} (.+)$", found, re.MULTILINE)


@pytest.mark.parametrize("name", PROCFILE)
def test_every_line_of_the_procfile_is_a_command_we_take(name: str) -> None:
    parsed(PROCFILE[name])


def test_the_procfile_has_every_role_once() -> None:
    given = [parsed(command).get("roles") for command in PROCFILE.values()]

    named = [role for each in given if each for role in roles.read(str(each)).split(",")]

    assert sorted(named) == sorted(roles.KNOWN)


def test_the_database_is_brought_up_to_date_before_anything_runs() -> None:
    assert PROCFILE["release"] == "loopmates db upgrade"
    assert 'command: ["db", "upgrade"]' in service("release")
    assert "release:\n        condition: service_completed_successfully" in service("coach")


def test_what_is_copied_into_the_image_is_there_and_goes_to_the_builder() -> None:
    copied = [
        source
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    ]
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    assert [each for each in copied if not (ROOT / each).exists()] == []
    assert [each for each in copied if not {f"!{each}", f"!{each}/"} & set(sent)] == []


def test_every_room_is_in_the_image_and_no_test_and_no_history_is() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in sent if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert {f"!{room}/" for room in rooms} <= set(rules)
    assert not any(each in line for line in rules for each in ("tests", ".git", ".env"))


def test_the_image_runs_without_rights_and_writes_to_its_volume_only() -> None:
    (user,) = last_stage("USER")
    (volume,) = last_stage("VOLUME")
    env = dict(re.findall(r"(\w+)=(\S+)", " ".join(last_stage("ENV"))))

    assert user.split(":")[0].isdecimal()
    assert int(user.split(":")[0]) > 0
    assert env["DATABASE_URL"].startswith(f"sqlite:///{volume}/")
    assert env["LOOPMATES_CONSOLE_JOURNAL"].startswith(f"{volume}/")
    assert {name for name in env if name.isupper()} - set(names().values()) == {
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
    }


def test_the_image_is_made_of_locked_requirements() -> None:
    (installed,) = [line for line in instructions("RUN") if "requirements" in line]

    assert "--require-hashes" in installed
    assert "-r requirements.txt -r requirements-postgres.txt" in installed


def test_what_the_image_starts_is_a_command_we_take() -> None:
    (entry,), (command,) = last_stage("ENTRYPOINT"), last_stage("CMD")

    assert parsed(shlex.join([*json.loads(entry), *json.loads(command)]))["roles"] is None


def test_the_images_label_has_the_version() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)

    assert version
    assert f'org.opencontainers.image.version="{version[1]}"' in DOCKERFILE


@contextmanager
def page(status: int) -> Iterator[int]:
    """Serve one answer to everything; yield the port."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/healthz"
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 503])
def test_the_images_health_check_fails_unless_the_page_is_well(status: int) -> None:
    (check,) = re.findall(r"HEALTHCHECK .*?CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    python, option, code = json.loads(check)
    assert (python, option) == ("python", "-c")

    with page(status) as port:
        program = code.replace('os.environ["PORT"]', str(port))
        assert "os.environ" not in program.replace("import os", "")
        if status == 200:
            exec(program)
            return
        with pytest.raises(urllib.request.HTTPError):
            exec(program)


def test_compose_gives_only_settings_there_are_and_no_rights() -> None:
    ours = service("x-coach")
    _, _, rest = ours.partition("  environment:\n")
    given = dict(re.findall(r"^    (\w+): (.+)$", rest, re.MULTILINE))
    url = re.sub(r"\$\{.+?\}", "word", given["DATABASE_URL"])

    assert set(given) <= set(names().values())
    assert read({"DATABASE_URL": url}).shared
    assert "read_only: true" in ours
    assert "cap_drop: [ALL]" in ours


PARTS = ("web", "bot", "worker")


def test_compose_has_every_role_once_where_the_coach_is_in_parts() -> None:
    given = [re.search(r"command: (\[.+\])", service(part)) for part in PARTS]
    asked = [parsed(shlex.join(["loopmates", *json.loads(each[1])])) for each in given if each]

    named = [role for each in asked for role in roles.read(str(each["roles"])).split(",")]

    assert sorted(named) == sorted(roles.KNOWN)
    assert f"docker compose up --detach {' '.join(PARTS)}" in PAGE


def test_a_part_whose_process_serves_no_page_is_not_asked_for_one() -> None:
    env = {"DATABASE_URL": "postgresql://coach@db/coach", **EVERY_TOKEN}
    for part in PARTS:
        (given,) = re.findall(r'"--roles", "(.+)"', service(part))
        serves = roles.has_page(read({**env, "LOOPMATES_ROLES": given}))

        assert serves != ("disable: true" in service(part)), part


def test_the_page_names_only_settings_and_roles_there_are() -> None:
    settings = set(re.findall(r"\b(?:LOOPMATES|SLACK|DISCORD)_[A-Z_]+\b|\bDATABASE_URL\b", PAGE))
    given = re.findall(r"(?:--roles |LOOPMATES_ROLES=)([a-z,]+)", PAGE)

    assert settings <= set(names().values())
    assert given
    assert [each for each in given if roles.read(each) is None] == []


def test_the_unit_on_the_page_starts_a_command_we_take_and_gives_it_time_to_stop() -> None:
    unit = re.search(r"```ini\n(\[Unit\].+?)```", PAGE, re.DOTALL)

    assert unit
    started = re.findall(r"^ExecStart(?:Pre)?=\S+/(loopmates .+)$", unit[1], re.MULTILINE)
    assert [parsed(each) for each in started]
    assert len(started) == 2
    (stopping,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit[1], re.MULTILINE)
    assert int(stopping) > 10
