"""The console: a platform of its own, played in plain text instead of on a network."""
