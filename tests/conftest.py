"""How every test runs: nothing in it may depend on how fast this machine is today."""

from __future__ import annotations

import gc

from tests import examples

examples.load()


def pytest_collection_finish() -> None:
    """Leave what was loaded out of every later search for garbage.

    Thousands of tests stay loaded to the end; going through all of them again and again took a
    quarter of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
