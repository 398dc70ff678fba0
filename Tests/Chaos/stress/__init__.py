"""Real nodes in real processes, and what is done to them."""
