"""Moderation through pages and the API."""

import sqlalchemy as sa
from flask import Flask

from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.councils.models import Sitting
from civic.councils.sittings import asking, leading
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.moderation import queries
from civic.moderation.models import Decision, Flag
from tests.conftest import add_person, bearer, post_form, sign_in
from tests.councils.sittings.making import Sat
from tests.moderation.conftest import TEXT, Scene
from tests.proposals.making import add_proposal

SMALLEST_LIST, LONGEST_LIST = 3, 20


def test_from_a_flag_to_an_appeal_by_pages_alone(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
    path = f"/signalements/nouveau/statement/{scene.statement}"
    neighbour, moderator, author = (
        sign_in(app, person) for person in (scene.neighbour, scene.moderator, scene.author)
    )

    assert TEXT in neighbour.get(path).get_data(as_text=True)
    assert post_form(neighbour, path, reason="insulting", text="Il vise quelqu’un.").status_code == 302

    queue = moderator.get("/signalements").get_data(as_text=True)
    assert "1 signalement" in queue
    assert "Il vise quelqu’un." in moderator.get("/signalements/1").get_data(as_text=True)
    decided = post_form(
        moderator, "/signalements/1/decision", outcome="hide", rule="respect_persons", text="Sans viser personne."
    )  # fmt: skip
    assert decided.status_code == 302

    mine = author.get("/signalements/mes-contenus").get_data(as_text=True)
    assert "Règle 2" in mine
    told = author.get("/signalements/decisions/1").get_data(as_text=True)
    assert "Sans viser personne." in told
    assert (
        post_form(author, "/signalements/decisions/1/recours", text="Je parlais de la rue.").status_code
        == 302
    )
    assert "Je parlais de la rue." in moderator.get("/signalements/recours").get_data(as_text=True)
    answered = post_form(
        moderator, "/signalements/recours/1/decision", is_restored="true", answer="Vous avez raison."
    )
    assert answered.status_code == 302
    assert "Vous avez raison." in author.get("/signalements/decisions/1").get_data(as_text=True)
    with app.app_context():
        assert not scene.is_hidden()


def test_a_decision_without_its_rule_comes_back_filled_in(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
    post_form(
        sign_in(app, scene.neighbour), f"/signalements/nouveau/statement/{scene.statement}", reason="other"
    )

    page = post_form(
        sign_in(app, scene.moderator), "/signalements/1/decision", outcome="hide", text="Un long message."
    )

    assert page.status_code == 422
    assert "Un long message." in page.get_data(as_text=True)
    assert "Choisissez la règle" in page.get_data(as_text=True)
    with app.app_context():
        assert not scene.is_hidden()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_the_api_flags_lists_and_decides(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
    client = app.test_client()
    neighbour, moderator = bearer(app, scene.neighbour), bearer(app, scene.moderator)
    body = {"subject_kind": "statement", "subject_id": scene.statement, "reason": "insulting"}

    first = client.post("/api/v1/flags", json=body, headers=neighbour)
    again = client.post("/api/v1/flags", json=body, headers=neighbour)
    assert (first.status_code, first.json) == (201, again.json)
    assert client.get("/api/v1/flags", headers=neighbour).status_code == 403
    [waiting] = client.get("/api/v1/flags", headers=moderator).json["items"]
    decided = client.post(
        "/api/v1/decisions", headers=moderator,
        json={"content_id": waiting["content_id"], "outcome": "hide", "rule": "respect_persons", "text": "Non."},
    )  # fmt: skip

    assert decided.status_code == 201
    assert client.get("/api/v1/flags", headers=moderator).json["total"] == 0
    with app.app_context():
        assert scene.is_hidden()


def test_an_unknown_kind_and_a_signed_out_person_are_refused(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
        client = sign_in(app, scene.neighbour)

    assert client.get("/signalements/nouveau/mayor/1").status_code == 404
    assert client.get("/signalements").status_code == 403
    assert app.test_client().get("/signalements").status_code == 302
    assert app.test_client().get("/signalements/regles").status_code == 200


def test_the_queue_costs_the_same_queries_whatever_its_length(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
    moderator = sign_in(app, scene.moderator)

    costs = []
    for length in (SMALLEST_LIST, LONGEST_LIST):
        with app.app_context():
            _fill_queue(scene, length)
        costs.append(_queries_of(app, lambda: moderator.get("/signalements")))

    assert costs[0] == costs[1]


def _fill_queue(scene: Scene, length: int) -> None:
    from civic.moderation import service
    from civic.moderation.rules import Reason, SubjectKind
    from tests.conftest import actor_of

    while queries.count_waiting_contents({scene.town}) < length:
        statement = scene.add_statement("Une affirmation de plus")
        service.flag_content(
            actor_of(add_person("Dora")), kind=SubjectKind.STATEMENT, subject_id=statement, reason=Reason.OTHER
        )  # fmt: skip
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Flag)) == length


def _queries_of(app: Flask, visit: object) -> int:
    statements: list[str] = []

    def keep(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", keep)
    try:
        response = visit()  # type: ignore[operator]
    finally:
        sa.event.remove(engine, "before_cursor_execute", keep)
    assert response.status_code == 200
    return len(statements)


def test_who_flagged_reads_why_it_stays_and_the_author_is_told_nothing(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
    neighbour, moderator = sign_in(app, scene.neighbour), sign_in(app, scene.moderator)
    post_form(neighbour, f"/signalements/nouveau/statement/{scene.statement}", reason="off_topic")

    post_form(
        moderator, "/signalements/1/decision", outcome="dismiss", text="C’est rude, mais c’est un avis."
    )

    assert "C’est rude" in neighbour.get("/signalements/decisions/1").get_data(as_text=True)
    assert "il reste en ligne" in neighbour.get("/notifications").get_data(as_text=True)
    assert "masqué" not in sign_in(app, scene.author).get("/notifications").get_data(as_text=True)


def test_the_author_is_told_and_the_link_leads_to_the_decision(app: Flask) -> None:
    with app.app_context():
        scene = Scene()
    neighbour, moderator = sign_in(app, scene.neighbour), sign_in(app, scene.moderator)
    post_form(neighbour, f"/signalements/nouveau/statement/{scene.statement}", reason="insulting")
    post_form(
        moderator, "/signalements/1/decision", outcome="hide", rule="respect_persons", text="Sans viser personne."
    )  # fmt: skip

    author = sign_in(app, scene.author)
    assert "a masqué un de vos contenus" in author.get("/notifications").get_data(as_text=True)
    assert (
        neighbour.get("/signalements/decisions/1").status_code == 404
    )  # as of a decision that was never taken


def test_who_comes_back_to_a_hidden_proposal_reads_the_rule_and_a_moderator_what_was_hidden(
    app: Flask,
) -> None:
    with app.app_context():
        scene = Scene()
        proposal = add_proposal(scene.town, author=scene.author, title="Une idée qui blesse")
    address = f"/propositions/{proposal}"
    moderator = sign_in(app, scene.moderator)
    neighbour = sign_in(app, scene.neighbour)
    post_form(neighbour, f"/signalements/nouveau/proposal/{proposal}", reason="insulting")
    post_form(
        moderator, "/signalements/1/decision", outcome="hide", rule="respect_persons", text="Sans viser personne."
    )  # fmt: skip

    for client in (app.test_client(), neighbour):
        seen = client.get(address)
        page = seen.get_data(as_text=True)
        assert seen.status_code == 404
        assert "Masquée par la modération" in page
        assert "Règle 2" in page
        assert "Une idée qui blesse" not in page
        assert "Devant le lavoir" not in page
    page = moderator.get(address).get_data(as_text=True)
    assert "Devant le lavoir" in page
    assert 'href="/signalements/decisions/1"' in page
    assert sign_in(app, scene.author).get(address).status_code == 200
    told = app.test_client().get(f"/api/v1/proposals/{proposal}")
    assert (told.status_code, told.json["code"]) == (404, "proposal_not_found")  # type: ignore[index]
    assert "Devant le lavoir" not in told.get_data(as_text=True)


def test_the_form_that_flags_gives_nothing_of_a_draft_nor_of_a_sitting_that_is_not_announced(
    app: Flask,
) -> None:
    with app.app_context():
        scene, council = Scene(), Sat(in_hours=0.2)
        council.begin("Ada", "Bob")
        leading.open_item(council.chair, item_id=council.items[0])
        question = asking.ask_question(council.rose, item_id=council.items[0], text="Et le boulodrome ?")
    reader = sign_in(app, scene.neighbour)
    pages = [
        f"/signalements/nouveau/statement/{scene.statement}",
        f"/signalements/nouveau/sitting_question/{question}",
    ]
    assert [reader.get(page).status_code for page in pages] == [200, 200]

    with app.app_context(), transaction():
        db.session.execute(sa.update(Consultation).values(state=ConsultationState.DRAFT, published_at=None))
        db.session.execute(sa.update(Sitting).values(published_at=None))

    for page in pages:
        assert reader.get(page).status_code == 404, page
        assert post_form(reader, page, reason="other", text="Voyons.").status_code == 404, page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Flag)) == 0
