"""Calls to the people of the register while a plan of alert is in force: opened, shared among callers, followed, closed."""
