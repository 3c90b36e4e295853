"""Faults an operator or author can put right, as lines for standard error.

Rule: a line has place, problem and cure; whatever is not known here is a bug, and bugs
keep their traceback.
"""

from __future__ import annotations

import sys

_OF_PLATFORMS = (
    ("adapters.discord.client_faults", "DiscordConnectionError"),
    ("adapters.slack.socket", "SlackConnectionError"),
    ("adapters.slack.web", "PortTakenError"),
)


def lines(error: Exception) -> tuple[str, ...] | None:
    """Return what to print about `error`, or `None` if it is a bug.

    Imports on demand: a program that runs well needs none of these.
    """
    from adapters.console.journal import JournalError  # noqa: PLC0415
    from adapters.database.errors import DatabaseFault  # noqa: PLC0415
    from app.guides import GuideGoneError  # noqa: PLC0415
    from app.letters import NoLetterError  # noqa: PLC0415
    from app.rehearsal import StageTakenError  # noqa: PLC0415
    from app.settings_problems import SettingsError  # noqa: PLC0415
    from content.problems import ContentError  # noqa: PLC0415

    if isinstance(error, ContentError | SettingsError):
        return tuple(map(str, error.problems))
    known = DatabaseFault | GuideGoneError | JournalError | NoLetterError | StageTakenError
    if isinstance(error, known):
        return (str(error),)
    if any(_is(error, module, name) for module, name in _OF_PLATFORMS):
        return (str(error),)
    return None


def _is(error: Exception, module: str, name: str) -> bool:
    """Tell whether `error` is of a kind that is costly to import: raised, it is there already."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))
