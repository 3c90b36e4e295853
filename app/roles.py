"""What a process of the coach does, and what it needs for it.

    slack      speaks in Slack, and hears it by Socket Mode if there is an app-level token
    discord    speaks and hears in Discord
    web        hears Slack's web requests, and tells how this process is
    scheduler  decides what is due, and tidies up

Rule: any split, any number of each.  Who is asked for what nobody can do says so at the start,
while the operator is looking; what is only incomplete is logged.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import values
from app.settings_problems import Problem, SettingsError

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger(__name__)

SLACK, DISCORD, WEB, SCHEDULER = "slack", "discord", "web", "scheduler"
KNOWN = (SLACK, DISCORD, WEB, SCHEDULER)
ALL = ",".join(KNOWN)

SETTING, OPTION = "LOOPMATES_ROLES", "--roles"
"""Where roles are given; a fault names the one that was used."""
_CURES = {
    SLACK: "Set SLACK_BOT_TOKEN for this process too, or take slack out",
    DISCORD: "Set DISCORD_TOKEN for this process too, or take discord out",
    WEB: "Set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET without SLACK_APP_TOKEN, or take web out",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A role that has nothing to work with; `cure` is without its full stop."""

    role: str
    cure: str


def read(value: str) -> str:
    """Read roles with commas or white space between; each once, in their one order."""
    given = [one.casefold() for one in values.several(value)]
    unknown = next((one for one in given if one not in KNOWN), None)
    if unknown is not None or not given:
        words = f"{KNOWN[0]}, {KNOWN[1]}, {KNOWN[2]} and {KNOWN[3]}"
        meant = values.closest(unknown or "", KNOWN)
        perhaps = f"Perhaps {meant} was meant; there" if meant else "There"
        shown = ascii(unknown)[1:-1][:40] if unknown else ""
        raise values.BadValue(
            f"There is no role “{shown}”" if shown else "No role is named",
            f"{perhaps} are {words}, with commas between",
        )
    return ",".join(one for one in KNOWN if one in given)


def of(settings: Settings) -> frozenset[str]:
    """Return the roles that a process with these settings has."""
    return frozenset(settings.roles.split(","))


def hears_by_web(settings: Settings) -> bool:
    """Tell whether Slack's web requests are to be heard here."""
    return (
        WEB in of(settings)
        and settings.slack_bot_token is not None
        and not settings.slack_app_tokens
    )


def plays(settings: Settings) -> bool:
    """Tell whether this process plays in the terminal: nobody asked it for anything else."""
    return (
        settings.slack_bot_token is None
        and settings.discord_token is None
        and settings.roles == ALL
    )


def has_page(settings: Settings) -> bool:
    """Tell whether this process tells on a port how it is.

    Where all is in one process and nothing comes by web, only if a port was asked for; where
    it is divided, who has no role `web` leaves the port to who does.
    """
    divided = settings.roles != ALL
    asked_for = divided or "port" in settings.model_fields_set
    return hears_by_web(settings) or (WEB in of(settings) and asked_for)


def missing(settings: Settings) -> tuple[Missing, ...]:
    """Return the roles that were asked for and have nothing to work with.

    `web` beside another role is there for the page that tells how this process is.
    """
    if settings.roles == ALL:
        # Nobody asked for one of them, so whatever has a token is meant.
        return ()
    has = of(settings)
    there = {
        SLACK: settings.slack_bot_token is not None,
        DISCORD: settings.discord_token is not None,
        WEB: hears_by_web(settings) or has != {WEB},
    }
    return tuple(
        Missing(role, cure) for role, cure in _CURES.items() if role in has and not there[role]
    )


def undone(settings: Settings) -> tuple[str, ...]:
    """Return the roles that there is work for, and that this process has not."""
    wanted = {
        SLACK: settings.slack_bot_token is not None,
        DISCORD: settings.discord_token is not None,
        WEB: settings.slack_bot_token is not None and not settings.slack_app_tokens,
        SCHEDULER: True,
    }
    return tuple(role for role in KNOWN if wanted[role] and role not in of(settings))


def check(settings: Settings, given_by: str = SETTING) -> None:
    """Refuse what `require` refuses, and log which roles have nothing to work with.

    Raises:
        SettingsError: With the cure.
    """
    require(settings, given_by)
    for each in missing(settings):
        log.warning(
            "a role has nothing to work with",
            extra={"setting": given_by, "problem": each.role, "cure": each.cure},
        )


def require(settings: Settings, given_by: str = SETTING) -> None:
    """Refuse a process that could do nothing, and one that leaves something to nobody.

    `given_by` is where its roles come from: `SETTING` or `OPTION`.

    Raises:
        SettingsError: With the cure.
    """
    without_tokens = [each for each in missing(settings) if each.role != WEB]
    if of(settings) == {each.role for each in without_tokens}:
        raise SettingsError(
            Problem(given_by, f"{each.role} has no token to work with", each.cure)
            for each in without_tokens
        )
    left = undone(settings)
    if left and not settings.shared:
        problem = (
            f"{' and '.join(left)} would be done by nobody: a database in a file has one process"
        )
        cure = f"Set DATABASE_URL to a PostgreSQL database, or leave {given_by} out"
        raise SettingsError([Problem(given_by, problem, cure)])


def check_terminal(settings: Settings) -> None:
    """Refuse to play in a terminal on a database that others may work on.

    Raises:
        SettingsError: With the cure.
    """
    if settings.shared:
        problem = "There is no token, and a terminal, whose time is its own, needs its own database"
        cure = "Set SLACK_BOT_TOKEN or DISCORD_TOKEN; to try the coach here, leave DATABASE_URL out"
        raise SettingsError([Problem("DATABASE_URL", problem, cure)])
