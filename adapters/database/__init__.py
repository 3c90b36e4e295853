"""Everything that is remembered: SQLAlchemy Core behind the promises of `bot.ports`."""
