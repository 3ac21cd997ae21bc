"""Who may do what with offers and requests."""

from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_
from civic.mutual_aid import queries


class MutualAidAction(Action):
    OFFER_HELP = "mutual_aid.offer_help"
    OFFER_FOR_ORGANISATION = "mutual_aid.offer_for_organisation"
    SET_LIMITS = "mutual_aid.set_limits"
    EDIT_SKILLS = "mutual_aid.edit_skills"
    IMPORT_OFFERS = "mutual_aid.import_offers"
    CHANGE_OFFER = "mutual_aid.change_offer"
    ASK_FOR_HELP = "mutual_aid.ask_for_help"
    ASK_FOR_ANOTHER = "mutual_aid.ask_for_another"
    LIST_REQUESTS = "mutual_aid.list_requests"
    FOLLOW_REQUEST = "mutual_aid.follow_request"
    CHANGE_REQUEST = "mutual_aid.change_request"
    CANCEL_REQUEST = "mutual_aid.cancel_request"
    WATCH_REQUESTS = "mutual_aid.watch_requests"
    REVIEW_REQUEST = "mutual_aid.review_request"
    ACCEPT_REQUEST = "mutual_aid.accept_request"
    ACCEPT_OWN_REQUEST = "mutual_aid.accept_own_request"
    SET_REVIEW = "mutual_aid.set_review"
    SET_REMINDERS = "mutual_aid.set_reminders"
    CALL_PEOPLE = "mutual_aid.call_people"
    WRITE_GUIDE = "mutual_aid.write_guide"
    RECORD_CONSENT = "mutual_aid.record_consent"


@predicate(N_("avoir écrit cette offre d’aide"))
def is_offer_author(actor: Actor, offer: Any) -> bool:
    return actor.person_id is not None and offer.author_id == actor.person_id


@predicate(N_("avoir une offre d’aide en ligne"))
def offers_help(actor: Actor, thing: Any) -> bool:
    """Requests are read by who may answer them: whoever agreed to the charter, and has an offer that holds."""
    return queries.has_offer_that_holds(actor)


@predicate(N_("avoir fait cette demande"))
def is_requester(actor: Actor, request: Any) -> bool:
    return actor.person_id is not None and request.requester_id == actor.person_id


@predicate(N_("ne pas être la personne pour qui elle est faite"))
def is_not_helped_by_it(actor: Actor, request: Any) -> bool:
    """Nobody reads her own request for the town hall, even where she wrote it at the telephone desk."""
    return actor.person_id is not None and not queries.is_helped_by(actor.person_id, request)


@predicate(N_("être seul à pouvoir la relire à la mairie"))
def is_only_reader(actor: Actor, request: Any) -> bool:
    return actor.person_id is not None and not queries.has_another_reader(actor.person_id, request)
