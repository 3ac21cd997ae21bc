"""Who is told of a convocation: the members with an account, once, whatever mails they refused: a council cannot sit without calling them."""

from flask_babel import force_locale, gettext

from civic.councils import queries as councils
from civic.councils.minutes import MINUTES_LANGUAGE
from civic.councils.models import Sitting
from civic.councils.sittings import queries as sittings
from civic.councils.sittings.events import ConvocationSent
from civic.kernel.events import within_transaction
from civic.notifications.rules import Kind
from civic.notifications.service import notify_all
from civic.web.calendars import public_url
from civic.web.languages import instant_in_words


@within_transaction(ConvocationSent)
def call_members(fact: ConvocationSent) -> None:
    sitting = councils.get_sitting(fact.sitting_id)
    notify_all(
        fact.person_ids,
        kind=Kind.CONVOCATION_CHANGED if fact.is_change else Kind.CONVOCATION_SENT,
        key=f"convocation:{fact.convocation_id}",
        params={
            "title": sitting.title,
            "council": councils.get_council(sitting.council_id).name,
            "lines": _lines(sitting),
        },
        path=f"{sittings.PATH}{sitting.id}",
        now=fact.occurred_at,
    )


def _lines(sitting: Sitting) -> list[str]:
    """When, where, what about, and the file for a calendar: the town's own words, in its language."""
    with force_locale(MINUTES_LANGUAGE):
        calendar = gettext(
            "Pour votre agenda : %(address)s", address=f"{public_url()}{sittings.PATH}{sitting.id}.ics"
        )
        return [
            instant_in_words(sitting.starts_at),
            sitting.place,
            *(
                f"{number}. {item.title}"
                for number, item in enumerate(sittings.list_items(sitting.id), start=1)
            ),
            calendar,
        ]
