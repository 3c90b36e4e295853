"""What a process that a test starts must be told, so that `make coverage` sees what it does.

Such a process is given an environment of its own, or a setting of whoever runs the tests would
reach it; this part of theirs belongs to it.
"""

from __future__ import annotations

import os

MEASURED = {
    name: value for name, value in os.environ.items() if name.startswith("COVERAGE_PROCESS_")
}
