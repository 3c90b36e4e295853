"""The room that knows all others: settings, wiring, the command line, logs."""
