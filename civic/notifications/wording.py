"""Notifications in the reader's language."""

from datetime import datetime

from flask_babel import gettext

from civic.mutual_aid.words import window_in_words
from civic.notifications.models import Notification
from civic.notifications.queries import OwedMail
from civic.notifications.rules import DUE_AT, WINDOW, WORDINGS
from civic.web.languages import deadline_in_words


def sentence_of(notification: Notification | OwedMail) -> str:
    """Return what a notification says: one sentence, never empty."""
    params = dict(notification.params)
    if WINDOW in params:
        starts_at, ends_at = (datetime.fromisoformat(each) for each in params[WINDOW].split("/"))
        params[WINDOW] = window_in_words(starts_at, ends_at)
    if DUE_AT in params:
        params[DUE_AT] = deadline_in_words(datetime.fromisoformat(params[DUE_AT]))
    return str(gettext(WORDINGS[notification.kind].sentence) % params)
