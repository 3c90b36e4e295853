"""Discord: what happens there as events for the engine, and its words in Components V2."""
