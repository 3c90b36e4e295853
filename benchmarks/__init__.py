"""What the coach costs, measured; nothing here passes or fails."""
