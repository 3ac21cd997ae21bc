"""Who may do what with invitations, matches and the search for volunteers."""

from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class MatchingAction(Action):
    SET_DUTY = "matching.set_duty"
    COME_FORWARD = "matching.come_forward"
    ANSWER_INVITATION = "matching.answer_invitation"
    FOLLOW_MATCH = "matching.follow_match"
    CONTEST_MATCH = "matching.contest_match"
    CARRY_OUT_MATCH = "matching.carry_out_match"
    SEE_REQUEST_CONTACT = "matching.see_request_contact"
    RELAUNCH_SEARCH = "matching.relaunch_search"
    SETTLE_REQUEST = "matching.settle_request"
    SET_PACE = "matching.set_pace"


@predicate(N_("avoir reçu cette sollicitation"))
def is_invited(actor: Actor, invitation: Any) -> bool:
    return actor.person_id is not None and invitation.volunteer_id == actor.person_id


@predicate(N_("être le bénévole de cette mise en relation"))
def is_its_volunteer(actor: Actor, match: Any) -> bool:
    return actor.person_id is not None and match.volunteer_id == actor.person_id


@predicate(N_("être la personne aidée"))
def is_its_beneficiary(actor: Actor, match: Any) -> bool:
    return actor.person_id is not None and match.requester_id == actor.person_id


@predicate(N_("suivre cette demande pour une personne qui a téléphoné"))
def is_assisted(actor: Actor, match: Any) -> bool:
    """Whether the person helped was helped to ask: an agent of the town hall then speaks for her, and never for anybody else.

    Nor does the agent who helps her: what a volunteer did is confirmed by the other side.
    """
    return bool(match.is_assisted) and not is_its_volunteer(actor, match)
