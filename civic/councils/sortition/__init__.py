"""Drawing a panel by lot, so that anyone can draw it again."""
