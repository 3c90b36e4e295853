"""What `doctor` says of a process's roles: what it would do, and what it would leave to others.

Rule: what the start would refuse or warn of is a problem here, in the same words.  What is left to
others is only told, for nobody can see from here which other processes there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from app import roles
from app.doctor_server import Check
from app.settings import Settings
from app.settings_problems import SettingsError

_NAME = "roles"


def checks(settings: Settings, by_option: bool) -> Iterator[Check]:
    """Say what is to be said of the roles, given `by_option` or by the setting."""
    given_by = roles.OPTION if by_option else roles.SETTING
    try:
        _require(settings, given_by)
    except SettingsError as error:
        yield from (Check(each.name, False, each.problem, each.cure) for each in error.problems)
        return
    for idle in roles.missing(settings):
        yield Check(_NAME, False, f"{idle.role} has nothing to work with", idle.cure)
    yield Check(_NAME, True, f"This process {_listed(list(_done(settings)))}")
    left = roles.undone(settings)
    if left:
        words = f"{_listed(list(left))} would be done by nobody if this were the only process"
        yield Check(_NAME, True, words)


def _require(settings: Settings, given_by: str) -> None:
    if roles.plays(settings):
        roles.check_terminal(settings)
    else:
        roles.require(settings, given_by)


def _done(settings: Settings) -> Iterator[str]:
    """Say what a process with these settings does, one thing after the other."""
    if roles.plays(settings):
        yield "plays in the terminal, for there is no token"
        return
    has = roles.of(settings)
    if roles.SLACK in has and settings.slack_bot_token is not None:
        by_socket = " and hears it by Socket Mode" if settings.slack_app_tokens else ""
        yield f"speaks in Slack{by_socket}"
    if roles.DISCORD in has and settings.discord_token is not None:
        yield "speaks and hears in Discord"
    if roles.hears_by_web(settings):
        yield f"hears Slack's web requests on port {settings.port}"
    elif roles.has_page(settings):
        yield f"tells on port {settings.port} how it is"
    if roles.SCHEDULER in has:
        yield "decides what is due"


def _listed(words: list[str]) -> str:
    """Join words as a sentence does."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
