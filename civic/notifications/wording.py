"""Notifications in the reader's language."""

from flask_babel import gettext

from civic.notifications.models import Notification
from civic.notifications.rules import WORDINGS


def sentence_of(notification: Notification) -> str:
    """Return what a notification says: one sentence, never empty."""
    return str(gettext(WORDINGS[notification.kind].sentence) % notification.params)
