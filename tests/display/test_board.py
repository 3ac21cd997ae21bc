"""The pages of the screens, as the server gives them."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.councils.models import Council, Sitting
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from tests.conftest import actor_of, add_person, add_town, sign_in
from tests.consultations.making import add_consultation
from tests.mutual_aid.making import ADDRESS, NAME, PHONE, add_request
from tests.proposals.making import add_proposal
from tests.voting.builders import add_poll, cast_ballot


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def add_calls(place: int, count: int) -> None:
    for number in range(count):
        add_request(add_person(f"Odette {number}", lives_in=place), place)


def test_a_passer_by_reads_what_is_open_and_how_many_voted_and_nothing_that_is_over(app: Flask) -> None:
    now = utc_now()
    with app.app_context():
        town, (place, *_) = add_town()
        voters = [add_person(f"Voter {number}", lives_in=place) for number in range(4)]
        poll, (yes, _) = add_poll(place)
        cast_ballot(actor_of(voters[0]), poll_id=poll, choice_id=yes)
        add_consultation(town, title="La halle du marché")
        add_consultation(
            town, title="Le vieux lavoir", opens_at=now - timedelta(9), closes_at=now - timedelta(1)
        )

    text = text_of(app.test_client(), "/affichage")

    assert "Faut-il planter des tilleuls ?" in text
    assert "1 sur 4 inscrits" in text
    assert "La halle du marché" in text
    assert "Le vieux lavoir" not in text
    assert "À jour à" in text


@pytest.mark.parametrize("shows_turnout", [True, False])
def test_a_hidden_turnout_stays_hidden_and_no_answer_is_ever_told(app: Flask, shows_turnout: bool) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        voters = [add_person(f"Voter {number}", lives_in=place) for number in range(3)]
        poll, (yes, _) = add_poll(place, shows_turnout=shows_turnout)
        agent = add_person("Agnès", roles=((Role.AGENT, place),))
    reads = (app.test_client(), sign_in(app, agent))
    with time_machine.travel(utc_now(), tick=False):  # the wall says how much time is left
        before = [text_of(client, "/affichage") for client in reads]
        with app.app_context():
            cast_ballot(actor_of(voters[0]), poll_id=poll, choice_id=yes)
        after = [text_of(client, "/affichage") for client in reads]

    for text in after:
        assert ("1 sur 3 inscrits" in text) is shows_turnout
        assert ("inscrits" in text) is shows_turnout
    if not shows_turnout:
        assert len({*before, *after}) == 1


def test_calls_for_help_are_numbers_and_small_ones_are_not_told(app: Flask) -> None:
    with app.app_context():
        _, (first, second, _third) = add_town()
        add_calls(first, 4)
        add_calls(second, 2)

    page = app.test_client().get("/affichage").get_data(as_text=True)
    text = text_of(app.test_client(), "/affichage")

    assert "Quartier 0 4" in text
    assert "Autres quartiers moins de 3 chacun" in text
    assert "Quartier 1" not in text
    for secret in (ADDRESS, PHONE, NAME, "Odette", "Quelques courses lourdes"):
        assert secret not in page
    assert "Moins de 3 en ce moment dans ce quartier." in text_of(app.test_client(), f"/affichage/{second}")


def test_the_screen_of_a_neighbourhood_shows_what_concerns_it(app: Flask) -> None:
    with app.app_context():
        town, (here, elsewhere, _) = add_town()
        for place in (here, elsewhere):
            add_person("Rita", lives_in=place)
        add_poll(here, question="Un banc ici ?")
        add_poll(elsewhere, question="Un banc ailleurs ?")
        add_poll(town, question="Un banc partout ?")
        add_consultation(town, neighbourhoods=(elsewhere,), title="Ailleurs seulement")

    client = app.test_client()
    text = text_of(client, f"/affichage/{here}") + text_of(client, f"/affichage/{here}?page=2")

    assert "Un banc ici ?" in text
    assert "Un banc partout ?" in text
    assert "ailleurs" not in text.lower()
    assert client.get("/affichage/999").status_code == 404


def test_the_next_sitting_is_announced_and_a_draft_of_one_is_not(app: Flask) -> None:
    now = utc_now()
    with app.app_context():
        _, (place, *_) = add_town()
        with transaction():
            council = Council(territory_id=place, name="Conseil du Port", created_at=now, updated_at=now)
            db.session.add(council)
            db.session.flush()
            for days, where, is_public in (
                (-1, "hier", True),
                (3, "salle des fêtes", True),
                (2, "grenier", False),
            ):
                db.session.add(
                    Sitting(
                        council_id=council.id, title="Séance", starts_at=now + timedelta(days), place=where,
                        published_at=now if is_public else None, updated_at=now,
                    )
                )  # fmt: skip

    text = text_of(app.test_client(), "/affichage")

    assert "Conseil du Port, salle des fêtes" in text
    assert "grenier" not in text
    assert "hier" not in text.replace("fichier", "")


def test_a_town_where_nothing_happens_yet_has_a_screen_too(app: Flask) -> None:
    text = text_of(app.test_client(), "/affichage")

    assert "Rien n’est ouvert aujourd’hui" in text
    assert "Aucune séance publique" in text


def test_what_opens_next_is_told_when_nothing_is_open(app: Flask) -> None:
    now = utc_now()
    with app.app_context():
        town, _ = add_town()
        add_consultation(town, title="Le lavoir", opens_at=now + timedelta(2), closes_at=now + timedelta(9))

    assert re.search("Bientôt : .*Le lavoir", text_of(app.test_client(), "/affichage"))


def test_the_hour_on_the_screen_is_the_server_s_and_the_answer_repeats_the_question(app: Flask) -> None:
    with time_machine.travel("2027-07-14T12:32:10Z", tick=False):
        answer = app.test_client().get("/affichage?turn=0a1b2c")

    page = answer.get_data(as_text=True)
    assert "À jour à 14\u00a0h\u00a032" in page
    assert 'data-turn="0a1b2c"' in page
    assert answer.headers["Cache-Control"] == "no-store"
    for wrong in ("<script>", "xyz", "0" * 33):
        assert 'data-turn=""' in app.test_client().get("/affichage", query_string={"turn": wrong}).get_data(
            True
        )


def test_a_screen_on_which_somebody_signed_in_tells_nothing_of_her(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        rita = add_person("Rita Perdrix", lives_in=place)

    page = sign_in(app, rita).get("/affichage").get_data(as_text=True)

    assert "Perdrix" not in page
    assert "data-person-id" not in page
    assert "live.js" not in page


def test_the_number_of_questions_to_the_database_does_not_grow_with_what_is_open(app: Flask) -> None:
    import sqlalchemy as sa

    asked: list[int] = []

    def count() -> int:
        with app.app_context():
            engine = db.engine
        seen = 0

        def note(*_: object) -> None:
            nonlocal seen
            seen += 1

        sa.event.listen(engine, "before_cursor_execute", note)
        app.test_client().get("/affichage")
        sa.event.remove(engine, "before_cursor_execute", note)
        return seen

    with app.app_context():
        town, (place, *_) = add_town()
        add_person("Rita", lives_in=place)
        add_poll(place)
        add_consultation(town)
    asked.append(count())
    with app.app_context():
        for number in range(12):
            add_poll(place, question=f"Faut-il un banc numéro {number} ?")
            add_consultation(town, neighbourhoods=(place,))
    asked.append(count())

    assert asked[1] <= asked[0] + 1


def test_a_passer_by_reads_how_many_took_part_whatever_the_way_and_never_fewer_than_five(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        many, few = add_consultation(town, title="La halle"), add_consultation(town, title="Le lavoir")
        for n in range(5):
            person = add_person(f"Ada {n}", lives_in=place)
            add_proposal(town, author=person, consultation=many, title=f"Idée {n}")
        add_proposal(town, author=person, consultation=few)

    text = text_of(app.test_client(), "/affichage")

    assert "5 personnes ont pris part" in text
    assert text.count("pris part") == 1
