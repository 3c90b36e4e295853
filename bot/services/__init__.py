"""What the engine can be asked to do: each call is one transaction."""
