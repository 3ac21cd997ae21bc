"""How many observations come from one network, by whatever door."""

from flask import current_app

DEPOSITS_LIMIT = "12 per minute; 120 per hour"
"""Of one network, or of one account: a library or a village behind one address passes, a program that fills the register does not."""
DEPOSITS_SCOPE = "inquiry_deposits"


def who_is_limited() -> str:
    return str(current_app.config["WHO_IS_LIMITED"]())
