"""Where each kind of content lives: which feature finds it, which one hides it, and who may read what is not public."""

from collections.abc import Callable
from datetime import datetime

from civic.consultations.service import get_visible_consultation
from civic.councils.service import get_visible_sitting
from civic.councils.sittings import queries as sittings
from civic.councils.sittings.asking import set_question_hidden
from civic.kernel.access import Actor, can
from civic.kernel.database import db
from civic.kernel.errors import NotFound
from civic.kernel.moderated import ModeratedContent
from civic.matching import queries as matching
from civic.matching.access import MatchingAction
from civic.matching.models import MatchMessage
from civic.matching.service.conversation import set_message_hidden
from civic.moderation.errors import ContentNotFound
from civic.moderation.rules import SubjectKind
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.service.offers import set_offer_hidden
from civic.mutual_aid.service.requests import set_request_hidden
from civic.opinions import queries as opinions
from civic.opinions.service.reacting import set_statement_hidden
from civic.petitions import queries as petitions
from civic.petitions.service.launching import set_petition_hidden
from civic.petitions.service.reading import get_visible_petition
from civic.proposals import moderated as proposals
from civic.proposals.amendments.service import (
    get_visible_amendment,
    set_amendment_hidden,
    set_answer_hidden,
)
from civic.proposals.arguing.service import get_visible_argument
from civic.proposals.service.hiding import set_argument_hidden, set_proposal_hidden
from civic.proposals.service.reading import get_visible_proposal

FINDERS: dict[SubjectKind, Callable[[int], ModeratedContent | None]] = {
    SubjectKind.PROPOSAL: proposals.find_moderated_proposal,
    SubjectKind.ARGUMENT: proposals.find_moderated_argument,
    SubjectKind.AMENDMENT: proposals.find_moderated_amendment,
    SubjectKind.AMENDMENT_ANSWER: proposals.find_moderated_amendment_answer,
    SubjectKind.STATEMENT: opinions.find_moderated_statement,
    SubjectKind.OFFER: mutual_aid.find_moderated_offer,
    SubjectKind.REQUEST: mutual_aid.find_moderated_request,
    SubjectKind.MESSAGE: matching.find_moderated_message,
    SubjectKind.PETITION: petitions.find_moderated_petition,
    SubjectKind.SITTING_QUESTION: sittings.find_moderated_question,
}


def _read_statement(actor: Actor, statement_id: int) -> object:
    return get_visible_consultation(actor, opinions.get_statement(statement_id).consultation_id)


def _read_question(actor: Actor, question_id: int) -> object:
    return get_visible_sitting(actor, sittings.get_question(question_id).sitting_id)


READERS: dict[SubjectKind, Callable[[Actor, int], object]] = {
    SubjectKind.PROPOSAL: get_visible_proposal,
    SubjectKind.ARGUMENT: get_visible_argument,
    SubjectKind.AMENDMENT: get_visible_amendment,
    SubjectKind.AMENDMENT_ANSWER: get_visible_amendment,
    SubjectKind.STATEMENT: _read_statement,
    SubjectKind.OFFER: mutual_aid.get_visible_offer,
    SubjectKind.PETITION: get_visible_petition,
    SubjectKind.SITTING_QUESTION: _read_question,
}
"""What raises where somebody may not read a content: it was withdrawn, or what it is said of is hidden."""


def kind_named(name: str) -> SubjectKind:
    """Return the kind that an address names. Raises ContentNotFound."""
    try:
        return SubjectKind(name)
    except ValueError as error:
        raise ContentNotFound from error


def find_content(kind: SubjectKind, subject_id: int) -> ModeratedContent | None:
    """Return a content as a moderator sees it, or None when it is gone."""
    return FINDERS[kind](subject_id)


def set_hidden(kind: SubjectKind, subject_id: int, *, is_hidden: bool, now: datetime) -> None:
    """Hide a content or show it again, in the transaction of the decision."""
    if kind is SubjectKind.PROPOSAL:
        set_proposal_hidden(proposal_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.ARGUMENT:
        set_argument_hidden(argument_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.AMENDMENT:
        set_amendment_hidden(amendment_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.AMENDMENT_ANSWER:
        set_answer_hidden(amendment_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.STATEMENT:
        set_statement_hidden(statement_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.OFFER:
        set_offer_hidden(offer_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.REQUEST:
        set_request_hidden(request_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.PETITION:
        set_petition_hidden(petition_id=subject_id, is_hidden=is_hidden, now=now)
    elif kind is SubjectKind.SITTING_QUESTION:
        set_question_hidden(question_id=subject_id, is_hidden=is_hidden, now=now)
    else:
        set_message_hidden(message_id=subject_id, is_hidden=is_hidden, now=now)


def is_visible_to(actor: Actor, kind: SubjectKind, subject_id: int) -> bool:
    """Tell whether somebody may read a content that exists and is not hidden: what is not public can be flagged by its readers alone."""
    if kind in READERS:
        return _reads(READERS[kind], actor, subject_id)
    if kind is SubjectKind.MESSAGE:
        return _reads_message(actor, subject_id)
    if kind is SubjectKind.REQUEST:
        request = mutual_aid.get_request(subject_id)
        return any(
            can(actor, action, request)
            for action in (MutualAidAction.LIST_REQUESTS, MutualAidAction.FOLLOW_REQUEST)
        )
    return True


def _reads(reader: Callable[[Actor, int], object], actor: Actor, subject_id: int) -> bool:
    try:
        reader(actor, subject_id)
    except NotFound:
        return False
    return True


def _reads_message(actor: Actor, message_id: int) -> bool:
    message = db.session.get(MatchMessage, message_id)
    return message is not None and can(
        actor, MatchingAction.FOLLOW_MATCH, matching.get_side(message.match_id)
    )
