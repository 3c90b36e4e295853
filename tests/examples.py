"""How many cases a property is tried with.

`make test` tries few, and the same ones every time: a slow machine is no fault of the code, and a
stranger's first run must not meet a case that ours never met.  `make soak` tries many, new each
time, and says how to meet a bad one again.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

STEADY, SOAK, MUTANTS = "steady", "soak", "mutants"
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", STEADY)

_USUALLY = 40
_TIMES = 20 if PROFILE == SOAK else 1
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def cases(count: int, **more: Any) -> settings:
    """Try a property with `count` cases in `make test`, and with twenty times as many in soak."""
    return settings(max_examples=count * _TIMES, **more)


def load() -> None:
    """Let everything that does not say otherwise be tried as often as is usual."""
    always: dict[str, Any] = {
        "deadline": None,
        "max_examples": _USUALLY * _TIMES,
        "suppress_health_check": _SLOW,
    }
    settings.register_profile(STEADY, derandomize=True, **always)
    settings.register_profile(SOAK, print_blob=True, **always)
    first = [Phase.explicit, Phase.generate]
    settings.register_profile(MUTANTS, derandomize=True, phases=first, **always)
    settings.load_profile(PROFILE)
