"""A resident answers a call, changes her mind, or takes her candidacy back."""

from sqlalchemy.exc import IntegrityError

from civic.accounts import queries as accounts
from civic.accounts.rules import age_on
from civic.councils.access import CouncilsAction
from civic.councils.calls import queries
from civic.councils.calls.errors import (
    BirthDateUnknown,
    CallNotOpen,
    CandidacyHeld,
    CandidacyNotFound,
    SexNotSaid,
    TooYoungToApply,
    WrongCallState,
)
from civic.councils.calls.events import CandidacyFiled, CandidacyWithdrawn
from civic.councils.calls.models import Candidacy, CandidateCall
from civic.councils.calls.service.writing import get_visible_call
from civic.councils.calls.states import CallState, Sex
from civic.councils.sortition import queries as draws
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction


def apply(
    actor: Actor, *, call_id: int, text: str, is_shown: bool, is_agreed: bool, sex: Sex | None = None
) -> None:
    """Be a candidate, or write one's candidacy again while the call is open.

    Args:
        is_shown: her name and text may be read after the closing.
        is_agreed: she read what becomes of what she writes; the schema asks for it.

    Raises:
        CallNotFound; NotSignedIn; NotAllowed: she does not live there.
        CallNotOpen: it is not open now.
        BirthDateUnknown, TooYoungToApply: the call asks for an age.
        SexNotSaid: the call asks for an answer.
    """
    now = utc_now()
    try:
        with transaction():
            get_visible_call(actor, call_id)
            call = queries.get_call_alone(call_id)
            require(actor, CouncilsAction.APPLY, call)
            if call.state_at(now) is not CallState.OPEN:
                raise CallNotOpen
            _ensure_age(actor.id, call)
            if call.asks_sex and sex is None:
                raise SexNotSaid
            candidacy = queries.find_candidacy(call_id, actor.id)
            if candidacy is None:
                candidacy = Candidacy(call_id=call_id, person_id=actor.id, applied_at=now)
            candidacy.text, candidacy.is_shown = text, is_shown
            candidacy.sex = sex if call.asks_sex else None
            db.session.add(candidacy)
            publish(CandidacyFiled(occurred_at=now, call_id=call_id, territory_id=call.territory_id))
    except IntegrityError as error:  # her other window sent it first
        raise WrongCallState from error


def _ensure_age(person_id: int, call: CandidateCall) -> None:
    if call.least_age is None:
        return
    born_on = accounts.get_person(person_id).born_on
    if born_on is None:
        raise BirthDateUnknown
    if age_on(born_on, call.closes_at.astimezone(TOWN_TIME).date()) < call.least_age:
        raise TooYoungToApply(least=call.least_age)


def withdraw(actor: Actor, *, call_id: int) -> None:
    """Take one's candidacy back: nothing of it is kept.

    Raises:
        CallNotFound, CandidacyNotFound.
        CandidacyHeld: the list of the draw is made, and not erased yet.
        WrongCallState: it is decided.
    """
    now = utc_now()
    with transaction():
        get_visible_call(actor, call_id)
        call = queries.get_call_alone(call_id)
        candidacy = queries.find_candidacy(call_id, actor.id)
        if candidacy is None:
            raise CandidacyNotFound
        if queries.holds_candidacies(call):
            raise CandidacyHeld
        if call.decided_at is not None and candidacy.is_chosen:
            raise WrongCallState
        db.session.delete(candidacy)
        if call.draw_id is not None:
            draws.forget_owner(call.draw_id, actor.id)
        publish(CandidacyWithdrawn(occurred_at=now, call_id=call_id, territory_id=call.territory_id))
