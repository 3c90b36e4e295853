"""How settings are read: from the environment, and from a file beside it.

    settings = read(environment(os.environ, Path(".env")))

Rule: every problem is reported at once, and whatever is not known is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app import roles, values
from app.settings import Settings, names
from app.settings_problems import Problem, SettingsError

PREFIX = "LOOPMATES_"


def environment(env: Mapping[str, str], file: Path) -> dict[str, str]:
    """Return `env` filled up from a `.env` file, if there is one; what `env` says wins.

    Raises:
        SettingsError: If the file cannot be read; names every bad line.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return dict(env)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            [Problem(str(file), "The file cannot be read", "Save it as UTF-8, readable to you")]
        ) from error
    bindings = list(parse_stream(io.StringIO(text)))
    bad = [binding.original.line for binding in bindings if binding.error]
    if bad:
        raise SettingsError(
            Problem(f"{file}:{line}", "This is not a setting", "Write NAME=value") for line in bad
        )
    filled = {b.key: b.value or "" for b in bindings if b.key is not None}
    return filled | dict(env)


def with_roles(env: Mapping[str, str], given: str | None) -> dict[str, str]:
    """Return `env` with the roles that the command line gives, if it gives any."""
    return dict(env) if given is None else {**env, roles.SETTING: given}


def read(env: Mapping[str, str]) -> Settings:
    """Return the settings that `env` holds; a name that is empty counts as not given.

    Raises:
        SettingsError: If anything is wrong with them; holds every problem.
    """
    given = {name: env[name].strip() for name in names().values() if env.get(name, "").strip()}
    problems = [*_unknown(env), *_incomplete(given)]
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems = [*map(_problem, error.errors(include_url=False)), *problems]
        raise SettingsError(problems) from None  # its own words may quote a secret
    problems += _unserved(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def _unknown(env: Mapping[str, str]) -> Iterable[Problem]:
    ours = [name for name in names().values() if name.startswith(PREFIX)]
    for name in sorted(env):
        if name.upper().startswith(PREFIX) and name not in ours:
            meant = values.closest(name.upper(), ours)
            cure = f"Perhaps {meant} was meant" if meant else f"There are {', '.join(ours)}"
            yield Problem(name, "There is no such setting", f"{cure}; otherwise remove it")


def _incomplete(given: Mapping[str, str]) -> Iterable[Problem]:
    bot, rest = "SLACK_BOT_TOKEN", ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
    others = [name for name in rest if name in given]
    if bot in given and not others:
        yield Problem(
            bot,
            "A bot token alone does not let the coach hear anything",
            "Set SLACK_APP_TOKEN too (Socket Mode), or SLACK_SIGNING_SECRET (web requests); "
            "docs/slack.md says where they are found",
        )
    for name in others if bot in given else ():
        if len(values.several(given[name])) > len(values.several(given[bot])):
            yield Problem(
                name,
                "It holds more than SLACK_BOT_TOKEN does, so an app is without its bot token",
                "Add that token to SLACK_BOT_TOKEN, or remove here what is left over",
            )
    if others and bot not in given:
        yield Problem(
            bot, f"It is missing, though {others[0]} is set", f"Set it, or remove {others[0]}"
        )


def _unserved(settings: Settings) -> Iterable[Problem]:
    """Look at shards; a process that has nothing to do with Discord passes over them."""
    wanted = roles.DISCORD in roles.of(settings) and settings.discord_shards is not None
    if wanted and settings.discord_token is None:
        yield Problem(
            "DISCORD_TOKEN",
            "It is missing, though LOOPMATES_DISCORD_SHARDS is set",
            "Set it, or remove LOOPMATES_DISCORD_SHARDS",
        )


def _problem(error: ErrorDetails) -> Problem:
    fault = error.get("ctx", {}).get("error")
    name = str(error["loc"][0]) if error["loc"] else "settings"
    if isinstance(fault, values.BadValue):
        return Problem(name, fault.problem, fault.cure)
    return Problem(name, error["msg"], "See docs/settings.md")
