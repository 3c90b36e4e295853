"""Discord on loopback, for tests."""
