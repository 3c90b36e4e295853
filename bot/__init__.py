"""The coaching engine: it decides, and does no I/O, reads no clock and rolls no dice."""
