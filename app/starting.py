"""What every command does first: read the settings and start the log.

Rule: nothing is imported before a command needs it, so that `--help` is quick.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings


def settings(*, quiet: bool = False, roles: str | None = None) -> Settings:
    """Read the settings and start the log; `quiet` commands log warnings only, unless told.

    With `roles`, those count in place of what is set.
    """
    from app import logs  # noqa: PLC0415
    from app.roles import plays  # noqa: PLC0415
    from app.settings_reading import environment, read, with_roles  # noqa: PLC0415

    found = read(with_roles(environment(os.environ, Path(".env")), roles))
    told = "log_level" in found.model_fields_set
    level = "WARNING" if (quiet or plays(found)) and not told else found.log_level
    logs.configure(level, found.log_format)
    return found
