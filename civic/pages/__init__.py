"""Home, my space, the agent's desk, search: HTML that crosses features."""
