"""Pictures: SVG text made visible with letters that are ours, so that it looks alike everywhere."""
