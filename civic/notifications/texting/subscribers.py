"""Who is sent a text message, and what it says."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, gettext

from civic.accounts import queries as accounts
from civic.accounts.personal_data import erases_personal_data
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.kernel.sealing import unseal
from civic.matching.events import InvitationSent
from civic.matching.models import Invitation
from civic.matching.rules import InvitationState
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.words import category_in_words, window_in_words
from civic.notifications.texting import rules
from civic.notifications.texting.gateway import find_gateway
from civic.notifications.texting.models import TextAsk
from civic.notifications.texting.service import ANSWER, ASK, NUMBER, ask_by_text
from civic.territories import queries as territories

ANSWERS = {
    "accepted": N_("C’est noté, merci ! Les coordonnées de la personne sont sur le site : %(link)s"),
    "declined": N_("C’est noté, sans souci. Nous demandons à quelqu’un d’autre."),
    "taken": N_("Merci ! Quelqu’un a répondu avant vous : c’est déjà pourvu."),
    "which": N_("Nous n’avons pas compris. Répondez avec le code du message, par exemple A2, ou NON A2."),
}
OTHERWISE = N_("Cette demande ne cherche plus personne. Merci d’avoir répondu.")


@within_transaction(InvitationSent)
def ask(fact: InvitationSent) -> None:
    if find_gateway() is not None:
        ask_by_text(invitation_id=fact.invitation_id, volunteer_id=fact.volunteer_id, now=fact.occurred_at)


@delivers(ASK, is_slow=True)
def send_ask(owed: dict[str, Any]) -> None:
    """Send an invitation, unless it was answered meanwhile. Who asks, and where she lives, is not in it: a telephone lies on a table."""
    gateway = find_gateway()
    asked = db.session.get(TextAsk, owed["invitation_id"])
    invitation = db.session.get(Invitation, owed["invitation_id"])
    if gateway is None or asked is None or invitation is None or invitation.state is not InvitationState.SENT:
        return
    person = accounts.get_person(asked.person_id)
    number = rules.international(person.phone or "")
    (request,) = mutual_aid.public_requests([mutual_aid.get_request(invitation.request_id)])
    with force_locale(person.language):
        town = territories.find_town()
        text = gettext(
            "%(town)s : %(help)s, %(place)s, %(when)s. Oui : répondez %(code)s. Non : NON %(code)s.",
            town=town.name if town else gettext("Votre mairie"),
            help=category_in_words(request.category),
            place=request.territory_name,
            when=window_in_words(request.starts_at, request.ends_at),
            code=asked.code,
        )
    reference = f"invitation-{invitation.id}"
    db.session.rollback()  # a gateway may take seconds: no snapshot of the database is held meanwhile
    if number is not None:
        gateway.send(number=number, text=text, reference=reference)


@delivers(ANSWER, is_slow=True)
def send_answer(owed: dict[str, Any]) -> None:
    gateway, number = find_gateway(), unseal(NUMBER, owed["number"])
    if gateway is None or number is None:
        return
    language = accounts.get_person(owed["person_id"]).language
    with force_locale(language):
        text = gettext(ANSWERS.get(owed["outcome"], OTHERWISE), link=_public_url())
    db.session.rollback()
    gateway.send(number=number, text=text, reference=owed["reference"])


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


@erases_personal_data("texting")
def erase(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(TextAsk).where(TextAsk.person_id == person_id))
