"""A request that asks for a skill is put to those alone who have it, as long as they have it."""

from datetime import datetime, time, timedelta

import pytest
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.clock import from_town_time, town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.errors import SkillLacking
from civic.matching.service.dispatch import relaunch_search
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import RequestState, Window
from civic.mutual_aid.volunteers.errors import SkillUnknown
from civic.mutual_aid.volunteers.models import VolunteerSkill
from civic.mutual_aid.volunteers.service import add_skill, retire_skill
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.matching.test_doors import FORM, near_dates
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    filled_of,
    invitation_of,
    invitations,
    matches,
    state_of,
)

CAR, ELECTRICITY = frozenset({"driving_licence"}), frozenset({"electricity"})


def say_skill(person: int, skill: str, days: int | None = None) -> None:
    """Have a person have a skill, until so many days from today; None: for ever."""
    ends = None if days is None else town_today() + timedelta(days=days)
    with transaction():
        db.session.add(VolunteerSkill(person_id=person, skill=skill, expires_on=ends))


def test_only_who_has_the_skill_is_asked(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, _bela, odette = add_volunteer(town, place), add_volunteer(town, place), add_person(lives_in=place)
    say_skill(ada, "driving_licence")

    request = add_request(odette, place, skills=CAR)

    assert invitations(request) == {ada: "sent"}


def test_a_skill_that_ends_before_the_help_asks_nobody_and_calls_the_town_hall(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    expired, ends_before, holds = (add_volunteer(town, place) for _ in range(3))
    odette = add_person(lives_in=place)
    for person, days in ((expired, -1), (ends_before, 2), (holds, 3)):
        say_skill(person, "electricity", days)
    noon = from_town_time(datetime.combine(town_today() + timedelta(days=3), time(12)))

    request = add_request(
        odette, place, skills=ELECTRICITY, window=Window(noon, noon + timedelta(hours=2)), capacity=3
    )

    assert invitations(request) == {holds: "sent"}
    nobody = add_request(odette, place, skills=ELECTRICITY | CAR)
    assert invitations(nobody) == {}
    assert state_of(nobody) is RequestState.ESCALATED


def test_a_yes_is_refused_once_the_skill_is_not_hers_any_more(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, odette = add_volunteer(town, place), add_person(lives_in=place)
    say_skill(ada, "driving_licence")
    request = add_request(odette, place, skills=CAR)
    with transaction():
        db.session.delete(db.session.get_one(VolunteerSkill, (ada, "driving_licence")))

    with pytest.raises(SkillLacking):
        accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    assert (matches(request), filled_of(request)) == ({}, 0)
    assert invitations(request) == {ada: "sent"}


def test_a_skill_that_the_town_does_not_list_is_refused_and_nothing_is_written(app_context: Flask) -> None:
    _town, (place, *_) = add_town()
    odette = add_person(lives_in=place)

    with pytest.raises(SkillUnknown):
        add_request(odette, place, skills=frozenset({"tightrope"}))

    assert db.session.query(HelpRequest).count() == 0


def test_searching_without_the_skill_asks_the_others_too(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    bela, odette = add_volunteer(town, place), add_person(lives_in=place)
    agent = add_person("Agathe", roles=((Role.AGENT, town),))
    request = add_request(odette, place, skills=CAR)
    assert (invitations(request), state_of(request)) == ({}, RequestState.ESCALATED)

    relaunch_search(actor_of(agent), request_id=request)
    assert invitations(request) == {}
    relaunch_search(actor_of(agent), request_id=request, without_skills=True)

    assert invitations(request) == {bela: "sent"}


def test_a_skill_taken_off_the_list_still_asks_nobody_who_lacks_it(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        add_volunteer(town, place)
        odette = add_person(lives_in=place)
        agent = actor_of(add_person("Agathe", roles=((Role.AGENT, town),)))
        add_skill(agent, town_id=town, name="Conduite de tracteur", expires=False)
        request = add_request(odette, place, skills=frozenset({"own_9"}))
        retire_skill(agent, town_id=town, key="own_9")
        assert invitations(request) == {}

    page = plain(sign_in(app, odette).get(f"/entraide/demandes/{request}").get_data(as_text=True))
    assert "indispensable : Conduite de tracteur" in page
    assert "Personne n’a la compétence demandée" in page


def test_the_skill_is_ticked_in_the_form_and_read_before_a_yes(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, odette = add_volunteer(town, place, "Ada"), add_person("Odette", lives_in=place)
        say_skill(ada, "driving_licence")
    owner = sign_in(app, odette)
    asked = {**FORM, **near_dates(), "territory_id": str(place), "day": "exact", "repeat": "once"}

    again = post_form(owner, "/entraide/demandes/nouvelle", **asked, skills="driving_licence", step="3")
    refused = post_form(owner, "/entraide/demandes", **asked, skills="tightrope")
    opened = post_form(owner, "/entraide/demandes", **asked, skills="driving_licence", wishes="stairs")

    assert "Permis B et voiture" in plain(again.get_data(as_text=True))
    assert refused.status_code == 422
    assert "n’est pas dans la liste de la commune" in plain(refused.get_data(as_text=True))
    assert opened.status_code == 302
    page = plain(sign_in(app, ada).get("/entraide/sollicitations").get_data(as_text=True))
    assert "indispensable : Permis B et voiture" in page
    assert "des escaliers" in page
    with app.app_context():
        assert db.session.query(HelpRequest).one().skills == ["driving_licence"]


def test_an_agent_asks_for_a_skill_at_the_desk_and_a_program_by_json(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        odette = add_person(lives_in=place)
        agent = add_person("Agathe", roles=((Role.AGENT, town),))
    desk = sign_in(app, agent)
    assert "Une compétence indispensable ?" in plain(
        desk.get("/entraide/demande-par-telephone").get_data(as_text=True)
    )
    typed = {**FORM, **near_dates(), "territory_id": str(place), "day": "exact", "repeat": "once"}

    post_form(
        desk, "/entraide/demande-par-telephone", **typed, consent="oral", has_agreed="true", skills="nurse"
    )
    begins, ends = utc_now(), utc_now() + timedelta(hours=5)
    answer = app.test_client().post(
        "/api/v1/requests",
        headers=bearer(app, odette),
        json={
            "category": "shopping",
            "title": "Un trajet",
            "territory_id": place,
            "starts_at": begins.isoformat(),
            "ends_at": ends.isoformat(),
            "contact_name": "Odette",
            "contact_phone": "01 99 00 12 34",
            "skills": ["driving_licence"],
        },
    )

    assert answer.status_code == 201, answer.json
    assert answer.json["skills"] == ["driving_licence"]
    with app.app_context():
        by_title = {request.title: request.skills for request in db.session.query(HelpRequest)}
    assert by_title == {FORM["title"]: ["nurse"], "Un trajet": ["driving_licence"]}
