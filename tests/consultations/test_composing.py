"""A consultation is composed from a template, or from another one, and previewed as residents will see it at each moment."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.consultations import arranging, queries
from civic.consultations.arranging import MomentKind
from civic.consultations.beginning import begin_consultation, copy_consultation
from civic.consultations.errors import ConsultationNotFound, TemplateNotFound
from civic.consultations.models import Consultation
from civic.consultations.rules import (
    ConsultationPlan,
    ConsultationState,
    PhasePlan,
    reasons_against_publication,
)
from civic.consultations.templates import BUDGET, QUESTIONS, TEMPLATES, get_template
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.proposals.answers import promising
from civic.proposals.answers import queries as promises
from civic.proposals.answers.rules import Promise
from civic.voting.models import Poll
from civic.web.schemas import Instant
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation, compose, plan

FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)
WORDS = {
    "title": "La cour de l’école",
    "body": "La cour sera **refaite** en 2027. Que faut-il y mettre ?",
}


def town_time(typed: str) -> datetime:
    return Instant().deserialize(typed)  # type: ignore[no-any-return]


def on_the_wall(instant: datetime) -> str:
    return instant.astimezone(TOWN_TIME).strftime("%Y-%m-%d %H:%M")


def text(answer: object) -> str:
    return plain(answer.get_data(as_text=True))  # type: ignore[attr-defined]


# Dates, without a database


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-11-27T16:00", "2026-11-30 08:00"),
        ("2026-11-30T07:59", "2026-11-30 08:00"),
        ("2026-11-30T08:00", "2026-12-07 08:00"),
        ("2027-03-27T12:00", "2027-03-29 08:00"),  # the clocks go forward in between
        ("2027-10-30T12:00", "2027-11-01 08:00"),
    ],
)
def test_a_consultation_begins_on_the_next_monday_at_eight_on_the_wall(now: str, start: str) -> None:
    assert on_the_wall(arranging.usual_start(town_time(now))) == start


@pytest.mark.parametrize("start", ["2027-03-15T08:00", "2027-10-18T08:00"])
def test_three_weeks_end_on_a_sunday_night_whatever_the_clocks_do_meanwhile(start: str) -> None:
    template = get_template("concertation")
    assert template is not None

    ideas, debate, study = arranging.phases_of(template, town_time(start))

    first = datetime.fromisoformat(start)
    assert on_the_wall(ideas.opens_at) == f"{first:%Y-%m-%d} 08:00"
    for phase, days in ((ideas, 21), (debate, 35), (study, 63)):
        assert on_the_wall(phase.closes_at) == f"{first + timedelta(days=days):%Y-%m-%d} 00:00"
    assert (debate.opens_at, study.opens_at) == (ideas.closes_at, debate.closes_at)
    assert [arranging.calendar_days(phase) for phase in (ideas, debate, study)] == [21, 14, 28]


def test_an_hour_that_a_night_lacks_becomes_the_one_after_it() -> None:
    before = town_time("2027-03-21T02:30")

    assert on_the_wall(arranging.moved(before, timedelta(weeks=1))) == "2027-03-28 03:30"
    assert on_the_wall(arranging.moved(before, timedelta(weeks=2))) == "2027-04-04 02:30"


@pytest.mark.parametrize("now", ["2027-03-29T12:00", "2027-11-01T12:00", "2027-06-07T07:59"])
def test_what_is_copied_keeps_its_weekdays_its_hours_and_its_lengths(now: str) -> None:
    old = (
        PhasePlan("Idées", town_time("2026-10-05T08:00"), town_time("2026-10-26T00:00"), id=4),
        PhasePlan("Débat", town_time("2026-10-12T18:30"), town_time("2026-11-09T00:00"), id=5),
    )

    copies = arranging.copied_phases(old, now=town_time(now))

    assert timedelta(0) < copies[0].opens_at - town_time(now) <= timedelta(weeks=1, hours=1)
    for before, after in zip(old, copies, strict=True):
        assert after.id is None
        for name in ("opens_at", "closes_at"):
            was, now_is = (getattr(phase, name).astimezone(TOWN_TIME) for phase in (before, after))
            assert (now_is.weekday(), now_is.time()) == (was.weekday(), was.time())
        assert arranging.calendar_days(after) == arranging.calendar_days(before)


def test_changing_the_first_date_of_a_form_moves_the_others_and_spoils_nothing_else() -> None:
    typed = {
        "phases-0-opens_at": "2027-03-15T08:00",
        "phases-0-closes_at": "2027-04-05T00:00",
        "phases-1-opens_at": "un jour",
        "phases-1-name": "2027-03-15T08:00",
        "version": "3",
    }

    moved = arranging.move_typed(typed, "2027-10-18T09:30", "2027-03-15T08:00")

    assert moved == {
        **typed,
        "phases-0-opens_at": "2027-10-18T09:30",
        "phases-0-closes_at": "2027-11-08T01:30",
    }
    assert arranging.move_typed(typed, "", "2027-03-15T08:00") == typed


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("La cour sera **refaite** en 2027. Que faut-il ?", "La cour sera refaite en 2027."),
        ("## D’où l’on part\n\n- Le [plan](https://exemple.fr) est prêt", "Le plan est prêt"),
        ("Que faire à 18.30 m de la rue ? Dites-le.", "Que faire à 18.30 m de la rue ?"),
        ("## Titre seul", ""),
        ("", ""),
    ],
)
def test_the_summary_that_nobody_wrote_is_her_own_first_sentence(body: str, summary: str) -> None:
    assert arranging.first_sentence(body) == summary


def test_a_summary_is_never_longer_than_a_summary_may_be() -> None:
    assert len(arranging.first_sentence("mot " * 2_000)) <= 400


def test_of_an_endless_first_paragraph_only_the_beginning_is_read() -> None:
    """To find marks in 40,000 brackets held the whole town up for seconds."""
    assert arranging.first_sentence("[](x)" * 400 + "Fin.") == ""


def test_phases_open_together_lie_over_one_another_on_the_line_of_time() -> None:
    start = town_time("2027-03-01T00:00")
    long = PhasePlan("Idées", start, start + timedelta(days=10))
    beside = PhasePlan("Débat", start + timedelta(days=5), start + timedelta(days=20))

    bars = arranging.bars_of([long, beside])

    assert [(bar.start, bar.width) for bar in bars] == [(0.0, 50.0), (25.0, 75.0)]


def test_there_is_a_preview_of_each_moment_that_is_still_to_come() -> None:
    template = get_template("concertation")
    assert template is not None
    phases = arranging.phases_of(template, arranging.usual_start(FRIDAY))

    before = arranging.moments_of(phases, now=FRIDAY)
    during = arranging.moments_of(phases, now=phases[1].opens_at)

    assert [each.key for each in before] == ["avant", "phase-1", "phase-2", "phase-3", "apres"]
    assert [each.key for each in during] == ["phase-2", "phase-3", "apres"]
    assert during[-1].kind is MomentKind.AFTER
    assert [each.key for each in arranging.moments_of((), now=FRIDAY)] == ["avant"]


# What is begun


@time_machine.travel(FRIDAY, tick=False)
def test_every_template_makes_a_draft_that_could_be_published_at_once(app_context: Flask) -> None:
    town, _ = add_town()
    ada = actor_of(add_person("Ada", roles=((Role.COUNCILLOR, town),)))

    for template in TEMPLATES:
        made = begin_consultation(
            ada, territory_id=town, template_key=template.key, plan=ConsultationPlan(**WORDS)
        )

        stored = queries.get_consultation(made)
        assert (stored.state, stored.template) == (ConsultationState.DRAFT, template.key)
        assert stored.summary == "La cour sera refaite en 2027."
        assert on_the_wall(stored.phases[0].opens_at) == "2026-11-30 08:00"
        assert reasons_against_publication(stored.plan, at=FRIDAY) == []


def test_a_template_that_is_not_makes_nothing(app_context: Flask) -> None:
    town, places = add_town()
    ada = actor_of(add_person("Ada", roles=((Role.COUNCILLOR, town),)))
    eve = actor_of(add_person("Eve", lives_in=places[0]))

    with pytest.raises(TemplateNotFound):
        begin_consultation(ada, territory_id=town, template_key="rien", plan=plan())
    with pytest.raises(NotAllowed):
        begin_consultation(eve, territory_id=town, template_key="idea_box", plan=plan())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consultation)) == 0


def test_each_question_to_the_elected_is_promised_an_answer_before_anybody_sets_it(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    ada = actor_of(add_person("Ada", roles=((Role.COUNCILLOR, town),)))

    asked = begin_consultation(ada, territory_id=town, template_key=QUESTIONS, plan=plan())
    usual = begin_consultation(ada, territory_id=town, template_key="concertation", plan=plan())

    promise = promises.find_promise(asked)
    assert promise is not None
    assert (promise.threshold, promise.days) == (0, 30)
    assert promises.find_promise(usual) is None  # the commune's own, at its publication


def test_a_copy_takes_the_texts_the_places_the_rules_and_nobody_s_contributions(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = (actor_of(add_person(name, roles=((Role.COUNCILLOR, town),))) for name in ("Ada", "Bob"))
    old = add_consultation(town, neighbourhoods=(places[0],))
    source = queries.get_consultation(old)
    promising.set_promise(
        bob, consultation_id=old, promise=Promise(threshold=3, days=20), in_charge_ids=[bob.id]
    )
    before = source.plan

    copy = copy_consultation(ada, consultation_id=old)

    made = queries.get_consultation(copy)
    assert (made.state, made.copied_from_id, made.author_id, made.version) == (
        ConsultationState.DRAFT,
        old,
        ada.id,
        1,
    )
    assert replace(made.plan, phases=()) == replace(before, phases=())
    assert [(each.name, each.activities) for each in made.plan.phases] == [
        (each.name, each.activities) for each in before.phases
    ]
    assert promises.find_promise(copy) == Promise(threshold=3, days=20)
    assert promises.list_charge(copy) == [bob.id]
    assert queries.get_consultation(old).plan == before


def test_nobody_copies_what_she_may_not_see_or_write(app_context: Flask) -> None:
    town, places = add_town()
    there, _ = add_town()
    eve = actor_of(add_person("Eve", lives_in=places[0], roles=((Role.COUNCILLOR, there),)))
    published, draft = add_consultation(town), add_consultation(town, is_published=False)

    with pytest.raises(NotAllowed):
        copy_consultation(eve, consultation_id=published)
    with pytest.raises(ConsultationNotFound):
        copy_consultation(eve, consultation_id=draft)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consultation)) == 2


# The pages


def test_a_councillor_chooses_a_template_and_nothing_is_left_but_her_words(app: Flask) -> None:
    client, town = _councillor(app)
    first = text(client.get("/consultations/nouvelle"))
    assert "De quoi avez-vous besoin ?" in first
    for template in TEMPLATES:
        assert template.label in first
        assert f'href="/consultations/nouvelle/{template.key}"' in first

    with time_machine.travel(FRIDAY, tick=False):
        client, _ = _councillor(app, town)
        address = compose(client, "concertation", **WORDS)
        dates = text(client.get(f"{address}/dates"))
        check = text(client.get(f"{address}/publication"))
        assert client.get("/consultations/nouvelle/rien").status_code == 404

    assert 'value="2026-11-30T08:00"' in dates
    assert "3 semaines, du lundi 30 novembre à 8 h au dimanche 20 décembre à minuit" in dates
    assert "2 semaines, du lundi 21 décembre au dimanche 3 janvier à minuit" in check
    assert "La cour sera refaite en 2027." in check
    assert "Publier maintenant" in check


@time_machine.travel(FRIDAY, tick=False)
def test_moving_the_first_date_moves_the_others_with_and_without_saving(app: Flask) -> None:
    client, _ = _councillor(app)
    address = compose(client, "opinions", **WORDS)
    boxes = {
        "phases-0-name": "Vos avis",
        "phases-0-opens_at": "2026-11-30T08:00",
        "phases-0-closes_at": "2026-12-21T00:00",
        "phases-1-name": "La carte",
        "phases-1-opens_at": "2026-12-21T00:00",
        "phases-1-closes_at": "2027-01-18T00:00",
        "started_at": "2026-11-30T08:00",
        "starts_at": "2027-03-15T08:00",
        "version": 1,
    }

    looked = text(post_form(client, f"{address}/dates", **boxes, look="1"))
    assert 'value="2027-04-05T00:00"' in looked
    assert "du lundi 15 mars à 8 h au dimanche 4 avril" in looked
    with app.app_context():
        assert queries.get_consultation(_number(address)).version == 1

    assert post_form(client, f"{address}/dates", **boxes).status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        stored = queries.get_consultation(_number(address))
        assert [on_the_wall(each.opens_at) for each in stored.phases] == [
            "2027-03-15 08:00",
            "2027-04-05 00:00",
        ]

    wrong = post_form(client, f"{address}/dates", **{**boxes, "starts_at": "demain", "version": 2})
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert 'id="field-starts_at-error"' in text(wrong)
    assert 'value="demain"' in text(wrong)


@time_machine.travel(FRIDAY, tick=False)
def test_a_phase_of_a_draft_that_is_over_is_told_beside_its_date(app: Flask) -> None:
    client, _ = _councillor(app)
    address = compose(client, "idea_box", **WORDS)
    over = {
        "phases-0-name": "Vos idées",
        "phases-0-opens_at": "2026-10-01T08:00",
        "phases-0-closes_at": "2026-11-01T00:00",
    }

    refused = post_form(client, f"{address}/dates", **over, version=1)

    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "personne n’aurait le temps de participer" in text(refused)
    with app.app_context():
        assert queries.get_consultation(_number(address)).version == 1


@time_machine.travel(FRIDAY, tick=False)
def test_an_hour_that_comes_twice_is_asked_about(app: Flask) -> None:
    client, _ = _councillor(app)
    address = compose(client, "idea_box", **WORDS)
    night = {
        "phases-0-name": "Vos idées",
        "phases-0-opens_at": "2027-10-31T02:30",
        "phases-0-closes_at": "2027-11-30T00:00",
        "version": 1,
    }

    assert "Laquelle de ces deux heures" in text(post_form(client, f"{address}/dates", **night, look="1"))
    post_form(client, f"{address}/dates", **night, **{"phases-0-opens_at-hour": "+01:00"})

    with app.app_context():
        (phase,) = queries.get_consultation(_number(address)).phases
        assert phase.opens_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@time_machine.travel(FRIDAY, tick=False)
def test_the_preview_shows_at_each_moment_what_residents_will_see_and_nothing_of_the_town_hall_s(
    app: Flask,
) -> None:
    client, _ = _councillor(app)
    address = compose(client, BUDGET, **WORDS)

    def seen(moment: str) -> str:
        page = text(client.get(f"{address}/apercu?moment={moment}"))
        return page.partition('class="preview"')[2]

    assert "Bientôt : Vos projets" in seen("avant")
    assert "Proposer une idée" in seen("phase-1")
    assert "Régler la promesse" not in seen("phase-1")
    assert "Proposer une idée" not in seen("phase-2")
    assert "En ce moment : Le vote" in seen("phase-3")
    assert "Le vote reste à préparer" not in seen("phase-3")
    assert "Cette consultation est terminée" in seen("apres")
    assert "Bientôt : Vos projets" in seen("n’importe quoi")


@time_machine.travel(FRIDAY, tick=False)
def test_the_vote_of_a_participatory_budget_is_prepared_from_its_page_already_filled_in(app: Flask) -> None:
    client, town = _councillor(app)
    address = compose(client, BUDGET, **WORDS)
    page = text(client.get(address))
    assert f'href="/scrutins/nouveau?consultation={_number(address)}"' in page

    form = text(client.get(f"/scrutins/nouveau?consultation={_number(address)}"))
    assert 'value="La cour de l’école"' in form
    assert 'value="2027-02-08T00:00"' in form
    post_form(
        client,
        "/scrutins/nouveau",
        **{
            "question": "La cour de l’école",
            "consultation_id": _number(address),
            "territory_id": town,
            "opens_at": "2027-02-08T00:00",
            "closes_at": "2027-02-22T00:00",
            "q1-method": "single",
            "q1-0-label": "Des arbres",
            "q1-1-label": "Des jeux",
        },
    )

    with app.app_context():
        poll = db.session.scalars(sa.select(Poll)).one()
        assert (poll.subject_kind, poll.subject_id) == ("consultation", _number(address))
    assert "Brouillon : La cour de l’école" in text(client.get(address))
    with app.app_context():
        resident = sign_in(app, add_person("Ada"))
    post_form(client, f"{address}/publication", version=1)
    assert "Le vote reste à préparer" not in text(resident.get(address))


def test_an_old_consultation_is_copied_from_its_page_and_from_the_list(app: Flask) -> None:
    client, town = _councillor(app)
    with app.app_context():
        old = add_consultation(town)
        resident = sign_in(app, add_person("Ada"))
    action = f'action="/consultations/{old}/copie"'
    for path in ("/consultations", "/consultations/nouvelle", f"/consultations/{old}"):
        assert action in text(client.get(path))
    assert action not in text(resident.get("/consultations"))
    assert action not in text(resident.get(f"/consultations/{old}"))

    made = post_form(client, f"/consultations/{old}/copie")

    address = made.location  # type: ignore[attr-defined]
    assert address.endswith("/modifier")
    assert "Voici le brouillon de la copie" in text(client.get(address))


def test_a_form_sent_twice_begins_one_draft_and_a_button_pressed_twice_makes_one_copy(app: Flask) -> None:
    client, town = _councillor(app)
    with app.app_context():
        old = add_consultation(town)
    for path, posted_to, typed in (
        ("/consultations/nouvelle/other", "/consultations/nouvelle/other", WORDS),
        (f"/consultations/{old}", f"/consultations/{old}/copie", {}),
    ):
        form = client.get(path).get_data(as_text=True).partition(f'action="{posted_to}"')[2]
        sent = dict(re.findall(r'name="(idempotency_key|written_by)" value="([^"]*)"', form)[:2])
        first, again = (post_form(client, posted_to, **typed, **sent) for _ in range(2))

        assert (first.status_code, first.location) == (302, again.location)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Consultation)) == 3


def test_over_the_api_a_consultation_is_begun_from_a_template_and_copied(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        headers = bearer(app, add_person("Isabelle", roles=((Role.COUNCILLOR, town),)))
        stranger = bearer(app, add_person("Ada"))
    client, root = app.test_client(), "/api/v1"

    offered = client.get(f"{root}/consultation-templates", headers=headers).json["items"]  # type: ignore[index]
    assert [each["key"] for each in offered] == [template.key for template in TEMPLATES]
    body = {
        "territory_id": town,
        "template": BUDGET,
        "starts_at": "2027-03-15T08:00:00+01:00",
        "neighbourhood_ids": [places[0]],
        **WORDS,
    }
    made = client.post(f"{root}/consultations/from-template", headers=headers, json=body)
    assert made.status_code == 201
    assert made.json["template"] == BUDGET  # type: ignore[index]
    assert made.json["phases"][0]["opens_at"] == "2027-03-15T07:00:00Z"  # type: ignore[index]
    assert made.json["phases"][-1]["activities"] == ["read", "vote"]  # type: ignore[index]

    path = f"{root}/consultations/{made.json['id']}/copies"  # type: ignore[index]
    copy = client.post(path, headers=headers, json={"starts_at": "2027-10-18T08:00:00+02:00"})
    assert copy.status_code == 201
    assert copy.json["phases"][0]["opens_at"] == "2027-10-18T06:00:00Z"  # type: ignore[index]
    assert copy.json["phases"][0]["closes_at"] == "2027-11-14T23:00:00Z"  # type: ignore[index]

    for never in ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00"):
        for address, sent in ((path, {}), (f"{root}/consultations/from-template", body)):
            refused = client.post(address, headers=headers, json={**sent, "starts_at": never})
            assert (refused.status_code, list(refused.json["fields"])) == (422, ["starts_at"])  # type: ignore[index]
    unknown = client.post(
        f"{root}/consultations/from-template", headers=headers, json={**body, "template": "rien"}
    )
    assert (unknown.status_code, unknown.json["code"]) == (404, "consultation_template_not_found")  # type: ignore[index]
    assert client.post(path, headers=stranger, json={}).status_code == 404
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Consultation)) == 2


def _councillor(app: Flask, town: int | None = None):  # type: ignore[no-untyped-def]
    with app.app_context():
        place = town or add_town()[0]
        return sign_in(app, add_person("Isabelle", roles=((Role.COUNCILLOR, place),))), place


def _number(address: str) -> int:
    return int(address.rpartition("/")[2])
