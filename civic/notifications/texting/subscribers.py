"""Who is sent a text message, and what it says."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, gettext

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.accounts.personal_data import erases_personal_data
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.kernel.sealing import unseal
from civic.kernel.telephone import NUMBER
from civic.matching.events import InvitationSent
from civic.matching.models import Invitation
from civic.matching.rules import InvitationState
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.codes.events import AnswersStopped
from civic.mutual_aid.codes.models import TextCode
from civic.mutual_aid.codes.queries import find_last_consent_asked, find_verified_number
from civic.mutual_aid.codes.rules import CodePurpose
from civic.mutual_aid.codes.service import PLACE, SEND_CODE, note_undelivered
from civic.mutual_aid.queries import has_accepted_charter
from civic.mutual_aid.words import category_in_words, window_in_words
from civic.notifications.reaching import SMS, note_refused
from civic.notifications.rules import Kind
from civic.notifications.service import notify_all
from civic.notifications.texting import reminders as _reminders  # noqa: F401  registers those of the day before
from civic.notifications.texting.gateway import NumberRefused, find_gateway
from civic.notifications.texting.models import TextAsk
from civic.notifications.texting.service import ANSWER, ASK, ask_by_text
from civic.territories import queries as territories
from civic.web.languages import short_day

ANSWERS = {
    "accepted": N_("C’est noté, merci ! Les coordonnées de la personne sont sur le site : %(link)s"),
    "declined": N_("C’est noté, sans souci. Nous demandons à quelqu’un d’autre."),
    "taken": N_("Merci ! Quelqu’un a répondu avant vous : c’est déjà pourvu."),
    "agreed": N_(
        "C’est noté : vous êtes d’accord, et nous cherchons quelqu’un. Pour tout annuler, appelez la mairie."
    ),
    "refused": N_("C’est noté : vous refusez. Personne ne reçoit rien ; la mairie efface vos coordonnées."),
    "which_code": N_(
        "Pour dire oui, répondez avec les six chiffres du message. Pour dire non, répondez NON."
    ),
    "code_over": N_("Ce code ne compte plus. Appelez la mairie, qui vous en envoie un autre."),
    "not_counted": N_("Nous ne pouvons pas compter votre oui. Lisez pourquoi sur le site : %(link)s"),
    "which": N_("Nous n’avons pas compris. Répondez avec le code du message, par exemple A2, ou NON A2."),
}
HERS = frozenset(
    {"already_engaged", "skill_lacking", "vetting_lacking", "vetting_ends_before", "volunteer_suspended"}
)
"""Refusals of a yes to a request that may still seek somebody."""
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
    number = find_verified_number(person.id)
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
    # Asked again for another day, it is under another code: a gateway sends one reference once.
    invitation_id, reference = invitation.id, f"invitation-{invitation.id}-{asked.code}"
    db.session.rollback()  # a gateway may take seconds: no snapshot of the database is held meanwhile
    try:
        if number is None:  # it is another since, which she has not proved to be hers
            raise NumberRefused
        gateway.send(number=number, text=text, reference=reference)
    except NumberRefused:
        note_refused(invitation_id, SMS, now=utc_now())


@delivers(SEND_CODE, is_slow=True)
def send_code(owed: dict[str, Any]) -> None:
    """Send a code, unless it does not count any more: another one followed it, or the gateway was away for too long."""
    gateway, code = find_gateway(), db.session.get(TextCode, owed["code_id"])
    number, figures = unseal(PLACE, owed["number"]), unseal(PLACE, owed["code"])
    if gateway is None or code is None or number is None or figures is None:
        return
    if code.outcome is not None or code.expires_at <= utc_now():
        return
    text, code_id = _text_of(code, figures), code.id
    db.session.rollback()
    try:
        gateway.send(number=number, text=text, reference=f"code-{code_id}")
    except NumberRefused:
        note_undelivered(code_id=code_id, now=utc_now())


def _text_of(code: TextCode, figures: str) -> str:
    """What it is for, and until when: who reads it on her telephone knows what she says yes to."""
    spaced = f"{figures[:3]} {figures[3:]}"
    with force_locale(accounts.get_person(code.person_id).language):
        town = territories.find_town()
        name = town.name if town else gettext("Votre mairie")
        if code.purpose is CodePurpose.PHONE or code.request_id is None:
            return gettext(
                "%(town)s : votre code est %(code)s. Tapez-le sur le site pour vérifier votre numéro. Ne le donnez à personne.",
                town=name,
                code=spaced,
            )
        request = mutual_aid.get_request(code.request_id)
        return gettext(
            "%(town)s : pour que votre demande (%(help)s) soit montrée à des bénévoles, jusqu’au %(until)s, lisez le code %(code)s à l’agent ou répondez-le. Sinon, répondez NON.",
            town=name,
            help=category_in_words(request.category),
            until=short_day(request.ends_at.astimezone(TOWN_TIME).date()),
            code=spaced,
        )


@delivers(ANSWER, is_slow=True)
def send_answer(owed: dict[str, Any]) -> None:
    gateway, number = find_gateway(), unseal(NUMBER, owed["number"])
    if gateway is None or number is None:
        return
    language = accounts.get_person(owed["person_id"]).language
    with force_locale(language):
        text = gettext(ANSWERS.get(_told_as(owed["outcome"]), OTHERWISE), link=_public_url())
    db.session.rollback()
    with suppress(NumberRefused):
        gateway.send(number=number, text=text, reference=owed["reference"])


def _told_as(outcome: str) -> str:
    """What keeps a volunteer from helping is not for a telephone that lies on a table; nor is it said that nobody is sought any more."""
    return "not_counted" if outcome in HERS else outcome


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


@erases_personal_data("texting")
def erase(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(TextAsk).where(TextAsk.person_id == person_id))


@within_transaction(AnswersStopped)
def tell_agents(fact: AnswersStopped) -> None:
    """Whose number it is, they read on the page of the volunteer, or on that of the consent that waits: not in a message."""
    town = territories.find_town()
    if town is None:
        return
    asked_for = None if has_accepted_charter(fact.person_id) else find_last_consent_asked(fact.person_id)
    notify_all(
        accounts.list_person_ids_with_role(Role.AGENT, town.id),
        kind=Kind.ANSWERS_STOPPED,
        key=f"answers_stopped:{fact.person_id}:{fact.occurred_at:%Y-%m-%d}",
        params={},
        path=f"/entraide/demandes/{asked_for}/accord"
        if asked_for
        else f"/entraide/benevoles/{fact.person_id}",
        now=fact.occurred_at,
    )
