"""A person who leaves is expected nowhere, and nothing of hers remains."""

import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import collect_personal_data, erase_personal_data
from civic.accounts.service.desk import deactivate_person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import Duty, MatchMessage
from civic.matching.service.conversation import say
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import complete_match
from civic.mutual_aid import queries
from civic.mutual_aid.models import Charter, HelpRequest, Offer
from civic.mutual_aid.rules import ConsentMode, RequestState
from civic.mutual_aid.service.requests import ask_for_another
from civic.notifications.models import Notification
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid.making import (
    ADDRESS,
    add_request,
    add_volunteer,
    filled_of,
    in_hours,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)


def leave(person: int) -> None:
    with transaction():
        erase_personal_data(person, utc_now())


def count_of(table: type, **values: int) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(table).filter_by(**values)) or 0
    db.session.rollback()
    return found


def test_a_volunteer_who_leaves_is_replaced_and_what_she_wrote_goes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, "Ada")
    request = add_request(add_person(lives_in=place), place)
    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    say(actor_of(ada), match_id=match, text="Bonjour", client_id="a")
    bob = add_volunteer(town, place, "Bob")
    assert "Bonjour" in str(collect_personal_data(ada))

    leave(ada)

    assert (state_of(request), filled_of(request)) == (RequestState.DISPATCHING, 0)
    assert (matches(request), invitations(request)[bob]) == ({ada: "withdrawn"}, "sent")
    left = [
        count_of(Offer, author_id=ada),
        count_of(Charter, person_id=ada),
        count_of(Duty, person_id=ada),
        count_of(MatchMessage, author_id=ada),
    ]
    assert left == [0, 0, 0, 0]


def test_a_person_who_leaves_releases_her_volunteer_and_her_address_is_gone(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, "Ada")
    odette = add_person(lives_in=place)
    request = add_request(odette, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert ADDRESS in str(collect_personal_data(odette))

    leave(odette)

    assert (state_of(request), matches(request)) == (RequestState.CANCELLED, {ada: "released"})
    kept = db.session.get_one(HelpRequest, request)
    assert (kept.text, kept.contact_name, kept.contact_phone, kept.contact_address) == ("", "", "", None)
    assert ADDRESS not in str(collect_personal_data(odette))


def test_a_volunteer_whose_account_is_closed_is_replaced_and_what_she_did_waits_for_its_confirmation(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    admin = add_person("Anne", roles=((Role.ADMIN, town),))
    ada, odette = add_volunteer(town, place, "Ada"), add_person("Odette", lives_in=place)
    done, promised, asked = (add_request(odette, place, window=in_hours(n, n + 2)) for n in (3, 8, 13))
    for request in (done, promised):
        match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
        if request == done:
            complete_match(actor_of(ada), match_id=match)
    bob = add_volunteer(town, place, "Bob")

    deactivate_person(actor_of(admin), person_id=ada)

    assert matches(done) == {ada: "done_by_volunteer"}
    assert {offer.author_id for offer in queries.list_offers().items} == {bob}
    assert (matches(promised), filled_of(promised)) == ({ada: "released"}, 0)
    assert (invitations(promised)[bob], invitations(asked)) == ("sent", {ada: "superseded", bob: "sent"})


def told(person: int) -> list[str]:
    kinds = db.session.scalars(sa.select(Notification.kind).filter_by(person_id=person))
    found = sorted(kind.value for kind in kinds)
    db.session.rollback()
    return found


def test_nobody_is_sought_nor_comes_for_a_person_whose_account_is_closed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    admin = add_person("Anne", roles=((Role.ADMIN, town),))
    ada, odette = add_volunteer(town, place, "Ada"), add_person("Odette", lives_in=place)
    done, promised, sought = (add_request(odette, place, window=in_hours(n, n + 2)) for n in (3, 8, 13))
    for request in (done, promised):
        match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
        if request == done:
            complete_match(actor_of(ada), match_id=match)
    before = told(ada)

    deactivate_person(actor_of(admin), person_id=odette)

    assert (state_of(done), matches(done)) == (RequestState.DONE_CLAIMED, {ada: "done_by_volunteer"})
    assert (state_of(promised), matches(promised)) == (RequestState.CANCELLED, {ada: "released"})
    assert (state_of(sought), invitations(sought)) == (RequestState.CANCELLED, {ada: "superseded"})
    assert sorted([*before, "match_released"]) == told(ada)


def test_an_agent_reads_that_nothing_goes_on_for_whom_she_asked_and_whose_record_is_closed(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agent, admin = (
        add_person("Claire", roles=((Role.AGENT, town),)),
        add_person("Anne", roles=((Role.ADMIN, town),)),
    )
    ada = add_volunteer(town, place, "Ada")
    request = ask_for_another(actor_of(agent), details=request_details(place), consent=ConsentMode.ORAL)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    odette = db.session.get_one(HelpRequest, request).requester_id
    db.session.rollback()

    deactivate_person(actor_of(admin), person_id=odette)

    assert (state_of(request), matches(request)) == (RequestState.CANCELLED, {ada: "released"})
    assert told(agent) == ["request_cancelled", "volunteer_found"]
    assert told(admin) == []
