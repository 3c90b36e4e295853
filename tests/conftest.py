"""How every test runs: nothing in it may depend on how fast this machine is today."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no fault of the code, and a stranger's first run must not meet a case that
# ours never met; `HYPOTHESIS_PROFILE=explore make test` goes looking for new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
