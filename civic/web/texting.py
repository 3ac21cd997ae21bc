"""Whether this installation sends text messages, for the doors that offer it."""

from flask import current_app


def are_texts_on() -> bool:
    return bool(current_app.config["SETTINGS"].sms_url)
