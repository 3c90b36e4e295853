"""The outside world: one package per outside thing; they do not know one another."""
