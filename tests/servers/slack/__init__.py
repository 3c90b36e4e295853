"""Slack on loopback: Web API, Socket Mode and signed HTTP, as strict as the real one."""
