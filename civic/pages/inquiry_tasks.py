"""What waits, at the desk, of public inquiries: those that are closed without their report."""

from datetime import datetime

from flask_babel import ngettext

from civic.inquiries.queries import count_waiting
from civic.pages.desk_tasks import Task
from civic.pages.layout import link_to


def inquiry_tasks(places: set[int], at: datetime) -> list[Task]:
    waiting, late = count_waiting(places, at=at)
    listed = link_to("inquiries.list_desk")
    late_words = ngettext(
        "enquête publique dont le rapport est en retard",
        "enquêtes publiques dont le rapport est en retard",
        late,
    )
    waiting_words = ngettext(
        "enquête publique close attend son rapport",
        "enquêtes publiques closes attendent leur rapport",
        waiting - late,
    )
    return [
        Task(late, late_words, listed, is_urgent=True),
        Task(waiting - late, waiting_words, listed),
    ]
