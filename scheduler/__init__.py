"""Time and delivery: what is due is decided, what must be said is sent."""
