"""How every test runs: nothing in it may depend on how fast this machine is today."""

from __future__ import annotations

from tests import examples

examples.load()
