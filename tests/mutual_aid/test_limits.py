"""When and how a volunteer may be disturbed, and what she can do."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.clock import town_today
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.mutual_aid.volunteers import queries, service
from civic.mutual_aid.volunteers.errors import ExpiryMissing, SkillDoubled, SkillUnknown
from civic.mutual_aid.volunteers.rules import HeldSkill, Limits, QuietHours
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import add_volunteer


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 27, hour, minute)


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        (QuietHours(), {21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7}),
        (QuietHours(12, 14), {12, 13}),
        (QuietHours(9, 9), set()),
    ],
)
def test_quiet_hours_hold_over_midnight_and_end_on_the_hour(quiet: QuietHours, hours: set[int]) -> None:
    assert {hour for hour in range(24) if quiet.hold(at(hour))} == hours
    for hour in range(24):
        end = quiet.end_after(at(hour, 30))
        assert not quiet.hold(end)
        assert end - at(hour, 30) < timedelta(days=1)


def test_whoever_said_nothing_has_the_usual_limits(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, has_usual_limits=True)

    found = queries.volunteers_of([ada], on=town_today())[ada]

    assert found.limits == Limits(by_mail=True, by_sms=False, quiet=QuietHours(21, 8), weekly_ceiling=5)
    assert found.limits.allow_another(sent_in_seven_days=4)
    assert not found.limits.allow_another(sent_in_seven_days=5)
    assert found.skills == frozenset()


def test_a_skill_that_expired_is_no_longer_hers(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, has_usual_limits=True)
    limits = Limits(quiet=QuietHours(20, 10), weekly_ceiling=2)
    until = town_today() + timedelta(days=30)

    service.set_limits(
        actor_of(ada),
        town_id=town,
        limits=limits,
        skills=[HeldSkill("driving_licence"), HeldSkill("first_aid", until)],
    )

    assert queries.get_limits(ada) == limits
    assert queries.volunteers_of([ada], on=until)[ada].skills == {"driving_licence", "first_aid"}
    later = until + timedelta(days=1)
    assert queries.volunteers_of([ada], on=later)[ada].skills == {"driving_licence"}


def test_a_skill_without_its_date_or_out_of_the_list_changes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, has_usual_limits=True)
    yesterday = town_today() - timedelta(days=1)

    for wrong, refusal in (
        (HeldSkill("first_aid"), ExpiryMissing),
        (HeldSkill("first_aid", yesterday), ExpiryMissing),
        (HeldSkill("wizardry"), SkillUnknown),
    ):
        with pytest.raises(refusal):
            service.set_limits(actor_of(ada), town_id=town, limits=Limits(weekly_ceiling=9), skills=[wrong])

    db.session.rollback()
    assert queries.get_limits(ada) == Limits()


def test_a_town_makes_the_list_its_own(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, agent = (
        add_volunteer(town, place, has_usual_limits=True),
        add_person("Inès", roles=((Role.AGENT, town),)),
    )
    service.set_limits(actor_of(ada), town_id=town, limits=Limits(), skills=[HeldSkill("nurse")])

    service.add_skill(actor_of(agent), town_id=town, name="Permis bateau", expires=False)
    service.retire_skill(actor_of(agent), town_id=town, key="nurse")
    with pytest.raises(SkillDoubled):
        service.add_skill(actor_of(agent), town_id=town, name="permis BATEAU", expires=True)
    with pytest.raises(NotAllowed):
        service.add_skill(actor_of(ada), town_id=town, name="Magie", expires=False)

    names = [skill.name for skill in queries.list_skills(town)]
    assert "Permis bateau" in names
    assert "Infirmier" not in names
    assert len(names) == 8
    assert queries.volunteers_of([ada], on=town_today())[ada].skills == frozenset()


def test_a_volunteer_reads_why_she_is_not_asked_and_sets_her_limits(app: Flask) -> None:
    from civic.mutual_aid.rules import Category

    with app.app_context():
        town, (place, *_) = add_town()
        ada = add_volunteer(town, place, category=Category.CHILDCARE)
    client = sign_in(app, ada)

    page = plain(client.get("/entraide/mes-disponibilites").get_data(as_text=True))
    assert "Il faut présenter le bulletin n° 3" in page
    assert "n’en garde aucune copie" in page
    wrong = post_form(
        client, "/entraide/mes-disponibilites", weekly_ceiling="0", quiet_from_hour="20", quiet_to_hour="9"
    )
    assert wrong.status_code == 422
    assert '<option value="20" selected>' in wrong.get_data(as_text=True)
    right = post_form(
        client,
        "/entraide/mes-disponibilites",
        weekly_ceiling="3",
        quiet_from_hour="20",
        quiet_to_hour="9",
        skills="driving_licence",
    )

    assert right.status_code == 302
    with app.app_context():
        assert queries.get_limits(ada) == Limits(False, False, QuietHours(20, 9), 3)
