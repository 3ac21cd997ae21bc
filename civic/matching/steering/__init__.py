"""The pace of the search, which a commune chooses, and how volunteers are chosen, which anybody may read."""
