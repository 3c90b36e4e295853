"""Slack: what happens there as events for the engine, and its words in Block Kit."""
