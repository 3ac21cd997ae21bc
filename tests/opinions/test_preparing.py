"""The town hall writes the first statements while the consultation is a draft; residents read whose they are, and react once it is open."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.audit.models import AuditEntry
from civic.consultations.beginning import copy_consultation
from civic.consultations.documents.rules import Direction
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import ChangedMeanwhile, NotAllowed
from civic.kernel.transaction import transaction
from civic.opinions import queries
from civic.opinions.errors import PreparationOver, StatementDoubled, StatementNotFound, TooManyPrepared
from civic.opinions.models import Reaction, Stance, Statement
from civic.opinions.rules import MOST_PREPARED, StatementOrder, prepared_ref
from civic.opinions.service import preparing, reacting
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.opinions.test_reacting import add_statement

BENCHES = "Il faut des bancs sur la place."
CARS = "La place devrait être fermée aux voitures."
TREES = "Il faut planter des arbres avant tout."


class Draft:
    """A consultation that asks for reactions from the next day on, not published yet, and somebody who writes it."""

    def __init__(self, role: Role = Role.COUNCILLOR):
        self.town, _ = add_town()
        opens_at = utc_now() + timedelta(days=1)
        self.id = add_consultation(
            self.town,
            is_published=False,
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=9),
            activities=(Activity.READ, Activity.REACT),
        )
        self.writer = add_person("Delphine Maire", roles=((role, self.town),))
        self.resident = add_person("Ida Habitante", lives_in=self.town)

    @property
    def page(self) -> str:
        return f"/consultations/{self.id}/affirmations/preparation"

    def write(self, *bodies: str) -> list[int]:
        return [
            preparing.prepare_statement(actor_of(self.writer), consultation_id=self.id, body=body)
            for body in bodies
        ]

    def begin(self, *, is_open: bool = True) -> None:
        with transaction():
            consultation = db.session.get_one(Consultation, self.id)
            consultation.state, consultation.published_at = ConsultationState.PUBLISHED, utc_now()
            if is_open:
                consultation.phases[0].opens_at = utc_now() - timedelta(hours=1)


def bodies_of(consultation_id: int) -> list[str]:
    return [each.body for each in queries.list_prepared(consultation_id)]


@pytest.mark.parametrize("role", [Role.COUNCILLOR, Role.AGENT])
def test_the_town_hall_writes_orders_corrects_and_removes_in_a_draft(app_context: Flask, role: Role) -> None:
    draft = Draft(role)
    actor = actor_of(draft.writer)
    benches, cars, trees = draft.write(BENCHES, CARS, TREES)
    assert bodies_of(draft.id) == [BENCHES, CARS, TREES]

    preparing.move_statement(actor, consultation_id=draft.id, statement_id=trees, direction=Direction.UP)
    preparing.move_statement(actor, consultation_id=draft.id, statement_id=trees, direction=Direction.UP)
    preparing.move_statement(actor, consultation_id=draft.id, statement_id=trees, direction=Direction.UP)
    assert bodies_of(draft.id) == [TREES, BENCHES, CARS]
    preparing.remove_statement(actor, consultation_id=draft.id, statement_id=benches)
    seen = db.session.get_one(Statement, cars).seen
    preparing.correct_statement(
        actor, consultation_id=draft.id, statement_id=cars, body="Les voitures ont leur place ici.", seen=seen
    )
    assert bodies_of(draft.id) == [TREES, "Les voitures ont leur place ici."]
    with pytest.raises(ChangedMeanwhile):
        preparing.correct_statement(
            actor, consultation_id=draft.id, statement_id=cars, body="Une autre phrase.", seen=seen
        )
    db.session.rollback()
    assert bodies_of(draft.id) == [TREES, "Les voitures ont leur place ici."]
    kinds = db.session.scalars(sa.select(AuditEntry.fact).where(AuditEntry.actor_id == draft.writer)).all()
    assert [kinds.count(kind) for kind in KINDS] == [3, 1, 3, 1]


def test_a_copy_takes_up_what_the_town_hall_prepared_and_nothing_of_residents(app_context: Flask) -> None:
    draft = Draft()
    actor = actor_of(draft.writer)
    *_, trees = draft.write(BENCHES, CARS, TREES)
    preparing.move_statement(actor, consultation_id=draft.id, statement_id=trees, direction=Direction.UP)
    draft.begin()
    add_statement(draft.id, "Moi, je veux une fontaine.")
    with transaction():
        db.session.scalars(sa.select(Statement).filter_by(body=CARS)).one().hidden_at = utc_now()

    copy = copy_consultation(actor, consultation_id=draft.id)

    assert bodies_of(copy) == [BENCHES, TREES]
    taken_up = db.session.scalar(sa.select(sa.func.count()).where(Statement.consultation_id == copy))
    assert taken_up == 2
    preparing.prepare_statement(actor, consultation_id=copy, body=CARS)
    assert bodies_of(copy) == [BENCHES, TREES, CARS]


KINDS = ("StatementPrepared", "StatementCorrected", "StatementMoved", "StatementRemoved")


def test_residents_read_them_in_that_order_and_before_their_own(app_context: Flask) -> None:
    draft = Draft()
    ids = draft.write(BENCHES, CARS, TREES)
    preparing.move_statement(
        actor_of(draft.writer), consultation_id=draft.id, statement_id=ids[2], direction=Direction.UP
    )
    draft.begin()
    theirs = add_statement(draft.id, "Moi, je veux une fontaine.")

    wanted = [ids[0], ids[2], ids[1]]
    listed = queries.list_statements(draft.id, order=StatementOrder.AGREED).items
    assert [each.id for each in listed] == [*wanted, theirs]
    listed = queries.list_statements(draft.id, order=StatementOrder.NEWEST).items
    assert [each.id for each in listed] == [theirs, *wanted]
    asked = []
    for _ in range(4):
        statement = queries.find_next_statement(draft.id, draft.resident)
        assert statement is not None
        asked.append(statement.id)
        reacting.react(actor_of(draft.resident), statement_id=statement.id, stance=Stance.AGREE)
    assert asked == [*wanted, theirs]


def test_nobody_reacts_before_the_opening_nor_changes_words_after_it(app_context: Flask) -> None:
    draft = Draft()
    writer, resident = actor_of(draft.writer), actor_of(draft.resident)
    (benches,) = draft.write(BENCHES)
    with pytest.raises(ConsultationNotFound):
        reacting.react(resident, statement_id=benches, stance=Stance.AGREE)
    db.session.rollback()
    draft.begin(is_open=False)
    draft.write(CARS)  # published, and nobody reacts before tomorrow
    draft.begin()

    for refused in (
        lambda: draft.write(TREES),
        lambda: preparing.remove_statement(writer, consultation_id=draft.id, statement_id=benches),
        lambda: preparing.correct_statement(
            writer, consultation_id=draft.id, statement_id=benches, body=TREES
        ),
        lambda: preparing.move_statement(
            writer, consultation_id=draft.id, statement_id=benches, direction=Direction.DOWN
        ),
    ):
        with pytest.raises(PreparationOver):
            refused()
        db.session.rollback()
    assert bodies_of(draft.id) == [BENCHES, CARS]
    assert not db.session.scalars(sa.select(Reaction)).all()


def test_the_same_idea_twice_too_many_and_what_a_resident_wrote_are_refused(app_context: Flask) -> None:
    draft = Draft()
    benches, cars = draft.write(BENCHES, CARS)
    theirs = add_statement(draft.id, "Moi, je veux une fontaine.")
    writer = actor_of(draft.writer)
    with pytest.raises(StatementDoubled):
        draft.write("IL FAUT DES BANCS, SUR LA PLACE !")
    with pytest.raises(StatementDoubled):
        preparing.correct_statement(writer, consultation_id=draft.id, statement_id=cars, body=BENCHES)
    db.session.rollback()
    preparing.correct_statement(
        writer, consultation_id=draft.id, statement_id=benches, body=BENCHES.upper()
    )  # her own words, in capitals, are no twin
    for statement in (theirs, 9_999):
        with pytest.raises(StatementNotFound):
            preparing.remove_statement(writer, consultation_id=draft.id, statement_id=statement)
    with transaction():
        db.session.add_all(
            Statement(
                consultation_id=draft.id,
                external_ref=prepared_ref(place),
                body=f"N° {place}",
                created_at=utc_now(),
            )
            for place in range(3, MOST_PREPARED + 1)
        )
    with pytest.raises(TooManyPrepared):
        draft.write(TREES)
    db.session.rollback()
    assert len(bodies_of(draft.id)) == MOST_PREPARED


def test_a_resident_neither_writes_nor_reads_them_in_a_draft(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        (benches,) = draft.write(BENCHES)
        resident = actor_of(draft.resident)
        with pytest.raises(ConsultationNotFound):
            preparing.prepare_statement(resident, consultation_id=draft.id, body=CARS)
        db.session.rollback()
        assert bodies_of(draft.id) == [BENCHES]
    client = sign_in(app, draft.resident)
    for path in (draft.page, f"{draft.page}/apercu", f"/affirmations/{benches}"):
        assert client.get(path).status_code == 404
    with app.app_context():
        draft.begin(is_open=False)
        with pytest.raises(NotAllowed):
            preparing.prepare_statement(actor_of(draft.resident), consultation_id=draft.id, body=CARS)
    assert client.get(draft.page).status_code == 403


def test_a_councillor_writes_them_from_the_page_that_publishes_and_sees_what_residents_will(
    app: Flask,
) -> None:
    with app.app_context():
        draft = Draft()
    client = sign_in(app, draft.writer)
    assert draft.page in client.get(f"/consultations/{draft.id}/publication").text
    assert "Aucune affirmation pour le moment" in plain(client.get(draft.page).text)
    assert "Écrire les affirmations" in plain(client.get(f"{draft.page}/apercu").text)

    refused = plain(post_form(client, draft.page, body="Court").text)
    assert ">Court</textarea>" in refused.replace("\n", "")
    for body in (BENCHES, CARS):
        assert post_form(client, draft.page, body=body).status_code == 302
    with app.app_context():
        benches, cars = (each.id for each in queries.list_prepared(draft.id))
    post_form(client, f"{draft.page}/{cars}/ordre", direction="up")
    assert "Monter" in client.get(draft.page).text
    seen = client.get(f"{draft.page}/apercu").text
    assert CARS in plain(seen)
    assert "Écrite par la mairie" in seen
    assert "disabled" in seen
    assert BENCHES in plain(client.get(f"{draft.page}/apercu?numero=2").text)
    assert client.get(f"{draft.page}/apercu?numero=3").status_code == 404
    asked = post_form(client, f"{draft.page}/{benches}/retrait")
    assert asked.status_code == 302
    with app.app_context():
        assert bodies_of(draft.id) == [CARS]


def test_the_second_of_two_writers_reads_the_words_of_the_first(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        (benches,) = draft.write(BENCHES)
        seen = db.session.get_one(Statement, benches).seen
        other = add_person("Paul Adjoint", roles=((Role.COUNCILLOR, draft.town),))
    where = f"{draft.page}/{benches}"
    post_form(sign_in(app, draft.writer), where, body="Des bancs à l’ombre, surtout.", seen=seen)
    answer = post_form(sign_in(app, other), where, body="Des bancs au soleil, surtout.", seen=seen)

    told = plain(answer.text)
    assert "Des bancs à l’ombre" in told
    assert "Des bancs au soleil" in told
    with app.app_context():
        assert bodies_of(draft.id) == ["Des bancs à l’ombre, surtout."]


def test_everybody_reads_which_are_the_town_halls(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        (benches,) = draft.write(BENCHES)
        draft.begin()
        theirs = add_statement(draft.id, "Moi, je veux une fontaine.")
    client = app.test_client()
    for path in (f"/consultations/{draft.id}/affirmations", f"/consultations/{draft.id}/affirmations/toutes"):
        assert client.get(path).text.count("Écrite par la mairie") == 1
    assert "Écrite par la mairie avant l’ouverture" in plain(client.get(f"/affirmations/{benches}").text)
    assert "Écrite par un habitant" in plain(client.get(f"/affirmations/{theirs}").text)
    items = client.get(f"/api/v1/consultations/{draft.id}/statements").json["items"]
    assert {each["id"]: each["origin"] for each in items} == {benches: "town_hall", theirs: "resident"}
    assert ";mairie;" in client.get(f"/consultations/{draft.id}/opinions.csv").text


def test_a_program_does_as_the_page(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
    client, key = app.test_client(), bearer(app, draft.writer)
    where = f"/api/v1/consultations/{draft.id}/prepared-statements"
    first = client.post(where, json={"body": BENCHES}, headers=key)
    assert first.status_code == 201
    second = client.post(where, json={"body": CARS}, headers=key).json
    one = f"{where}/{second['id']}"
    moved = client.post(f"{one}/moves", json={"direction": "up"}, headers=key).json
    assert [each["body"] for each in moved["items"]] == [CARS, BENCHES]
    corrected = client.patch(one, json={"body": TREES, "seen": second["seen"]}, headers=key)
    assert corrected.json["body"] == TREES
    late = client.patch(one, json={"body": "Un autre texte.", "seen": second["seen"]}, headers=key)
    assert late.status_code == 409
    assert client.delete(one, headers=key).status_code in (200, 204)
    listed = client.get(where, headers=key).json
    assert listed["is_open"]
    assert [each["body"] for each in listed["items"]] == [BENCHES]
    assert client.get(where, headers=bearer(app, draft.resident)).status_code == 404


def test_a_program_that_publishes_is_warned_of_what_is_lacking_and_not_refused(app: Flask) -> None:
    with app.app_context():
        bare = Draft()
    client, key = app.test_client(), bearer(app, bare.writer)
    answer = client.post(f"/api/v1/consultations/{bare.id}/publication", json={"version": 1}, headers=key)
    assert answer.status_code == 200
    assert answer.json["state"] == "published"
    (warning,) = answer.json["warnings"]
    assert warning["title"] == "Les affirmations"
    assert "Aucune n’est écrite" in plain(warning["message"])
    assert warning["url"] == bare.page
    with app.app_context():
        other = add_consultation(bare.town, is_published=False, activities=(Activity.READ,))
    answer = client.post(f"/api/v1/consultations/{other}/publication", json={"version": 1}, headers=key)
    assert answer.json["warnings"] == []
