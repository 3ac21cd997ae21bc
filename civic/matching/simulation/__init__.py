"""A town that does not exist, in which ways of asking volunteers are compared. It runs the functions that the product runs."""
