"""Fixtures of the scheduler's tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def silence() -> Iterator[None]:
    """Keep the log quiet: formatting thousands of wanted tracebacks takes longer than the rest."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)
