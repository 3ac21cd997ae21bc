"""What the town hall sees of volunteers, and who may volunteer."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person, Role
from civic.audit.models import AuditEntry
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.matching.errors import VettingEndsBefore, VettingLacking
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid.models import Charter, Offer
from civic.mutual_aid.rules import Category, OfferDetails
from civic.mutual_aid.service.offers import offer_help
from civic.mutual_aid.volunteers import queries as volunteers
from civic.safeguarding import queries
from civic.safeguarding.errors import (
    DayRefused,
    HonourabilityRefused,
    NotForMinors,
    NotMinor,
    OwnVetting,
    TooYoung,
)
from civic.safeguarding.jobs import forget_what_no_longer_holds
from civic.safeguarding.models import VettingProof, VolunteerAge
from civic.safeguarding.rules import AgeBand, Asked, Lack, Level, Proof, years_later
from civic.safeguarding.service import minors, vetting
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import add_request, add_volunteer, in_hours, invitation_of, invitations, matches


def count(model: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    db.session.rollback()
    return int(found or 0)


def lacking(person: int, town: int, category: Category) -> tuple[Lack, ...]:
    offered = volunteers.list_offered_help(person, town, on=town_today())
    db.session.rollback()
    return next(each.lacks for each in offered if each.category is category)


def test_a_volunteer_for_visits_is_asked_once_an_agent_has_met_her(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, category=Category.VISITS)
    agent = add_person("Inès", roles=((Role.AGENT, town),))
    assert lacking(ada, town, Category.VISITS) == (Lack.MEETING,)

    vetting.record_proof(actor_of(agent), town_id=town, person_id=ada, proof=Proof.MET, seen_on=town_today())

    assert lacking(ada, town, Category.VISITS) == ()
    listed = volunteers.list_volunteers(town, state="waiting", on=town_today())
    assert [each.person_id for each in listed.items] == []
    later = years_later(town_today(), 3) + timedelta(days=1)
    listed = volunteers.list_volunteers(town, state="waiting", on=later)
    assert [each.person_id for each in listed.items] == [ada]


def test_nobody_but_an_agent_of_the_town_vouches_for_a_volunteer(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    other_town, _ = add_town()
    ada = add_volunteer(town, place, category=Category.VISITS)
    stranger = add_person("Zoé", roles=((Role.AGENT, other_town), (Role.ADMIN, town)))

    with pytest.raises(NotAllowed):
        vetting.record_proof(
            actor_of(stranger), town_id=town, person_id=ada, proof=Proof.MET, seen_on=town_today()
        )

    assert count(VettingProof) == 0


def test_an_agent_does_not_vouch_for_herself(app_context: Flask) -> None:
    town, _ = add_town()
    agent = add_person("Inès", roles=((Role.AGENT, town),))

    with pytest.raises(OwnVetting):
        vetting.record_proof(
            actor_of(agent), town_id=town, person_id=agent, proof=Proof.MET, seen_on=town_today()
        )

    assert count(VettingProof) == 0


@pytest.mark.parametrize("days", [1, -(3 * 366)])
def test_a_day_to_come_or_too_far_back_is_refused(app_context: Flask, days: int) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place)
    agent = add_person("Inès", roles=((Role.AGENT, town),))

    with pytest.raises(DayRefused):
        vetting.record_proof(
            actor_of(agent),
            town_id=town,
            person_id=ada,
            proof=Proof.BULLETIN,
            seen_on=town_today() + timedelta(days=days),
        )

    assert count(VettingProof) == 0


def test_the_town_asks_for_more_and_whoever_lacks_it_is_told(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place)
    admin = add_person("Léa", roles=((Role.ADMIN, town),))
    assert lacking(ada, town, Category.SHOPPING) == ()

    vetting.set_vetting_rules(actor_of(admin), town_id=town, asked={"shopping": Asked(Level.MET)})

    assert lacking(ada, town, Category.SHOPPING) == (Lack.MEETING,)


def test_the_attestation_is_asked_for_nowhere_but_where_the_law_names_it(app_context: Flask) -> None:
    town, _ = add_town()
    admin = actor_of(add_person("Léa", roles=((Role.ADMIN, town),)))

    with pytest.raises(HonourabilityRefused):
        vetting.set_vetting_rules(admin, town_id=town, asked={"visits": Asked(Level.MET, honourability=True)})
    vetting.set_vetting_rules(
        admin, town_id=town, asked={"childcare": Asked(Level.BULLETIN, honourability=True)}
    )

    asked = queries.asked_by_category(town)
    assert (asked["visits"], asked["childcare"]) == (Asked(Level.MET), Asked(Level.BULLETIN, True))


def test_a_file_that_an_agent_opens_is_in_the_journal(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = add_volunteer(town, place, "Ada Volontaire", category=Category.VISITS)
        agent = add_person("Inès", roles=((Role.AGENT, town),))
    client = sign_in(app, agent)

    assert "Ada Volontaire" in client.get("/entraide/benevoles").get_data(as_text=True)
    assert client.get(f"/entraide/benevoles/{ada}").status_code == 200
    refused = post_form(client, f"/entraide/benevoles/{ada}/verifications", proof="met", seen_on="2026-11-01")
    seen = post_form(
        client,
        f"/entraide/benevoles/{ada}/verifications",
        proof="met",
        seen_on=town_today().isoformat(),
        has_seen="true",
    )

    assert (refused.status_code, seen.status_code) == (422, 302)
    assert "Cochez cette case" in refused.get_data(as_text=True)
    with app.app_context():
        facts = list(db.session.scalars(sa.select(AuditEntry.fact).filter_by(actor_id=agent)))
        assert facts.count("VettingSeen") == 2
        assert facts.count("ProofRecorded") == 1


def test_somebody_under_sixteen_is_refused_and_told_why_and_nothing_is_kept(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    young = add_person("Tom", lives_in=place)

    with pytest.raises(TooYoung):
        offer_help(
            actor_of(young),
            territory_id=town,
            details=OfferDetails(Category.SHOPPING, "Je fais vos courses"),
            accepts_charter=True,
            age=AgeBand.UNDER_16,
        )

    assert (count(Offer), count(Charter), count(VolunteerAge)) == (0, 0, 0)


def test_whose_birth_the_town_hall_knows_is_not_older_for_saying_so(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    young = add_person("Tom", lives_in=place)
    with transaction():
        db.session.get_one(Person, young).born_on = years_later(town_today(), -15)

    with pytest.raises(TooYoung):
        offer_help(
            actor_of(young),
            territory_id=town,
            details=OfferDetails(Category.SHOPPING, "Je fais vos courses"),
            accepts_charter=True,
        )

    assert count(Offer) == 0


def test_a_minor_of_sixteen_waits_for_an_agreement_and_never_does_what_is_sensitive(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    lou, agent = add_person("Lou", lives_in=place), add_person("Inès", roles=((Role.AGENT, town),))
    offer_help(
        actor_of(lou),
        territory_id=town,
        details=OfferDetails(Category.SHOPPING, "Je fais vos courses"),
        accepts_charter=True,
        age=AgeBand.FROM_16,
    )
    assert lacking(lou, town, Category.SHOPPING) == (Lack.NO_AGREEMENT,)
    with pytest.raises(NotForMinors):
        offer_help(actor_of(lou), territory_id=town, details=OfferDetails(Category.CHILDCARE, "Je garde"))
    assert count(Offer) == 1

    birthday = years_later(town_today(), -17)
    minors.record_agreement(
        actor_of(agent),
        town_id=town,
        person_id=lou,
        representative="Claire Dubois",
        agreed_on=town_today(),
        born_on=birthday,
    )

    assert lacking(lou, town, Category.SHOPPING) == ()
    of_age = years_later(birthday, 18)
    assert queries.age_of(lou, on=of_age) is AgeBand.ADULT
    forget_what_no_longer_holds(utc_now() + timedelta(days=400))
    assert count(VolunteerAge) == 0


def test_no_agreement_is_written_down_of_an_adult_nor_with_a_birth_that_is_none_of_a_minor(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    ada, agent = add_volunteer(town, place), add_person("Inès", roles=((Role.AGENT, town),))
    said = {"representative": "Claire Dubois", "agreed_on": town_today(), "born_on": town_today()}

    with pytest.raises(NotMinor):
        minors.record_agreement(actor_of(agent), town_id=town, person_id=ada, **said)

    lou = add_person("Lou", lives_in=place)
    offer_help(
        actor_of(lou),
        territory_id=town,
        details=OfferDetails(Category.SHOPPING, "Je fais vos courses"),
        accepts_charter=True,
        age=AgeBand.FROM_16,
    )
    with pytest.raises(DayRefused):
        minors.record_agreement(actor_of(agent), town_id=town, person_id=lou, **said)
    assert lacking(lou, town, Category.SHOPPING) == (Lack.NO_AGREEMENT,)


def test_a_minor_reads_on_the_form_why_she_is_refused_and_what_she_typed_is_there(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        young = add_person("Tom", lives_in=place)

    answer = post_form(
        sign_in(app, young),
        "/entraide/propositions",
        category="shopping",
        title="Je porte vos sacs",
        accepts_charter="true",
        age="under_16",
    )

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "On peut aider à partir de 16 ans" in page
    assert "Je porte vos sacs" in page


def test_a_yes_is_refused_once_the_proof_for_which_she_was_asked_is_taken_back(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    admin = add_person("Anne", roles=((Role.ADMIN, town),))
    agent = add_person("Agathe", roles=((Role.AGENT, town),))
    ada, odette = add_volunteer(town, place, "Ada"), add_person("Odette", lives_in=place)
    vetting.set_vetting_rules(actor_of(admin), town_id=town, asked={"shopping": Asked(Level.MET)})
    proof = vetting.record_proof(
        actor_of(agent), town_id=town, person_id=ada, proof=Proof.MET, seen_on=town_today()
    )
    request = add_request(odette, place)
    assert invitations(request) == {ada: "sent"}
    vetting.remove_proof(actor_of(agent), town_id=town, person_id=ada, proof_id=proof)

    with pytest.raises(VettingLacking):
        accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    db.session.rollback()

    assert (matches(request), invitations(request)) == ({}, {ada: "sent"})


def test_a_proof_that_ends_before_the_day_of_the_help_is_none_for_it(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    admin = add_person("Anne", roles=((Role.ADMIN, town),))
    agent = add_person("Agathe", roles=((Role.AGENT, town),))
    ada, odette = add_volunteer(town, place, "Ada"), add_person("Odette", lives_in=place)
    request = add_request(odette, place, window=in_hours(72, 75))
    assert invitations(request) == {ada: "sent"}
    vetting.set_vetting_rules(actor_of(admin), town_id=town, asked={"shopping": Asked(Level.MET)})
    ends_on = town_today() + timedelta(days=1)
    vetting.record_proof(actor_of(agent), town_id=town, person_id=ada, proof=Proof.MET, seen_on=town_today())
    with transaction():
        db.session.execute(sa.update(VettingProof).values(expires_on=ends_on))

    with pytest.raises(VettingEndsBefore) as refusal:
        accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    db.session.rollback()

    assert refusal.value.values == {"until": ends_on}
    assert (matches(request), invitations(request)) == ({}, {ada: "sent"})
    (help_,) = volunteers.list_offered_help(ada, town, on=town_today())
    assert (help_.lacks, help_.until) == ((), ends_on)  # for what comes before, she may be asked
    assert invitations(add_request(odette, place, window=in_hours(72, 75))) == {}
    soon = add_request(odette, place, window=in_hours(1, 2))
    accept_invitation(actor_of(ada), invitation_id=invitation_of(soon, ada))
    db.session.rollback()
    vetting.record_proof(actor_of(agent), town_id=town, person_id=ada, proof=Proof.MET, seen_on=town_today())
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert matches(request) == {ada: "accepted"}
