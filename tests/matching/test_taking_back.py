"""A no taken back: for some minutes, while somebody is sought, and by whom it was asked."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.kernel.undo import UNDO_LASTS, TooLateToUndo
from civic.matching.errors import InvitationNotFound, RequestNotSeeking, RequestTaken
from civic.matching.models import Invitation
from civic.matching.service.invitations import accept_invitation, decline_invitation, take_back_decline
from civic.mutual_aid.service.requests import cancel_request
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid.making import add_request, add_volunteer, invitation_of, invitations, matches


def asked() -> tuple[int, int, int, int]:
    """Have a request put to two volunteers. Returns the requester, the request and the volunteers."""
    town, (place, *_) = add_town()
    ada, bob = add_volunteer(town, place, "Ada"), add_volunteer(town, place, "Bob")
    zoe = add_person("Zoé", lives_in=place)
    return zoe, add_request(zoe, place), ada, bob


def test_a_no_taken_back_waits_for_an_answer_again_and_can_become_a_yes(app_context: Flask) -> None:
    _, request, ada, _ = asked()
    invitation = invitation_of(request, ada)
    decline_invitation(actor_of(ada), invitation_id=invitation)

    take_back_decline(actor_of(ada), invitation_id=invitation)
    take_back_decline(actor_of(ada), invitation_id=invitation)

    assert invitations(request)[ada] == "sent"
    accept_invitation(actor_of(ada), invitation_id=invitation)
    assert matches(request) == {ada: "accepted"}


def test_a_no_of_a_quarter_of_an_hour_ago_stays_a_no(app_context: Flask) -> None:
    _, request, ada, _ = asked()
    invitation = invitation_of(request, ada)
    decline_invitation(actor_of(ada), invitation_id=invitation)
    with transaction():
        long_ago = utc_now() - UNDO_LASTS - timedelta(minutes=5)
        db.session.execute(sa.update(Invitation).filter_by(id=invitation).values(answered_at=long_ago))

    with pytest.raises(TooLateToUndo):
        take_back_decline(actor_of(ada), invitation_id=invitation)

    assert invitations(request)[ada] == "declined"


def test_a_place_that_somebody_took_meanwhile_is_not_taken_from_her(app_context: Flask) -> None:
    _, request, ada, bob = asked()
    invitation = invitation_of(request, ada)
    decline_invitation(actor_of(ada), invitation_id=invitation)
    accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))

    with pytest.raises(RequestTaken):
        take_back_decline(actor_of(ada), invitation_id=invitation)

    assert (invitations(request)[ada], matches(request)) == ("declined", {bob: "accepted"})


def test_what_was_cancelled_meanwhile_is_not_asked_again(app_context: Flask) -> None:
    zoe, request, ada, _ = asked()
    invitation = invitation_of(request, ada)
    decline_invitation(actor_of(ada), invitation_id=invitation)
    cancel_request(actor_of(zoe), request_id=request)

    with pytest.raises(RequestNotSeeking):
        take_back_decline(actor_of(ada), invitation_id=invitation)

    assert invitations(request)[ada] == "declined"


def test_nobody_takes_back_the_no_of_another(app_context: Flask) -> None:
    _, request, ada, bob = asked()
    invitation = invitation_of(request, ada)
    decline_invitation(actor_of(ada), invitation_id=invitation)

    with pytest.raises(InvitationNotFound):
        take_back_decline(actor_of(bob), invitation_id=invitation)

    assert invitations(request)[ada] == "declined"
