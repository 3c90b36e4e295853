"""What every command does first: read the settings and start the log.

Rule: nothing is imported before a command needs it, so that `--help` is quick.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings


def settings(*, quiet: bool = False) -> Settings:
    """Read the settings and start the log; `quiet` commands log warnings only, unless told."""
    from app import logs, roles  # noqa: PLC0415
    from app.settings import environment, read  # noqa: PLC0415

    found = read(environment(os.environ, Path(".env")))
    told = "log_level" in found.model_fields_set
    level = "WARNING" if (quiet or roles.plays(found)) and not told else found.log_level
    logs.configure(level, found.log_format)
    return found
