"""Proposals that say the same as what somebody is writing."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from civic.kernel.database import db
from civic.proposals.likeness import kept
from civic.proposals.likeness.dictionary import Dictionary, dictionary
from civic.proposals.likeness.queries import find_like
from civic.proposals.likeness.rules import weights_of
from civic.proposals.likeness.service import learn_everything, learn_proposal, own_dictionary
from civic.proposals.models import Proposal, Trait
from civic.proposals.service.hiding import set_proposal_hidden
from tests.conftest import add_person, plain, post_form, sign_in
from tests.proposals.asking import Asking, find_by_meaning
from tests.proposals.pairs import Text, others, pairs

OTHERS_AT_LEAST = 500
FOUND_BY_MEANING, FOUND_BY_WORDS = (112, 53, 35), (92, 43, 20)
"""What was measured among 1,400 other texts (114, 55 and 37), less what the crowd, the sentences of the demonstration among it, may change: of the 120 pairs and of the 60 that set the words, and of the 40 that set nothing. Asked for: 32 of the 40 (see decision 43)."""


def found(title: str, body: str = "") -> list[int]:
    return [like.proposal_id for like in find_like(title, body, words=own_dictionary())]


def count_found(written: list[int], both: list[tuple[Text, Text]]) -> int:
    """Return for how many pairs the other is among the first five."""
    return sum(
        twin in [like.proposal_id for like in find_like(second.title, second.body, words=own_dictionary(), is_bounded=False)]
        for twin, (_, second) in zip(written, both, strict=True)
    )  # fmt: skip


def test_of_two_that_say_the_same_the_other_is_often_among_the_first_five(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Honest figures, by what they mean and by their words alone. They may only get better."""
    find_by_meaning(app)
    monkeypatch.setattr(kept, "AT_ONCE", 200)
    with app.app_context():
        asking, crowd = Asking(), others()
        tuning, further, figure = pairs("tuning"), pairs("further"), pairs("figure")
        asking.write(crowd)
        written = asking.write([first for first, _ in tuning + further + figure])
        learn_everything()
        parts = ((written[:120], tuning), (written[120:180], further), (written[180:], figure))
        by_meaning = [count_found(*part) for part in parts]
        find_by_meaning(app, False)
        by_words = [count_found(*part) for part in parts]

    assert len(crowd) >= OTHERS_AT_LEAST
    assert (len(tuning), len(further), len(figure)) == (120, 60, 40)
    for told, least in ((by_meaning, FOUND_BY_MEANING), (by_words, FOUND_BY_WORDS)):
        assert all(count >= floor for count, floor in zip(told, least, strict=True)), told


def test_the_same_are_found_in_the_same_order_on_every_database(app_context: Flask) -> None:
    asking = Asking()
    bench, bike, *_ = asking.write(
        [
            Text("Un banc à l’ombre devant le lavoir", "Pour se reposer quand on remonte du marché."),
            Text("Des arceaux pour attacher les vélos devant la médiathèque", ""),
            Text("Une fontaine", "De l’eau pour tous."), Text("Une fontaine", "De l’eau pour tous."),
        ]
    )  # fmt: skip
    learn_everything()

    assert found("Pouvoir s’asseoir au frais près du lavoir")[0] == bench
    assert found("Garer sa bicyclette à la bibliothèque")[0] == bike
    assert found("Une fontaine", "De l’eau pour tous.")[:2] == [bike + 2, bike + 1]
    assert found("") == []
    assert found("Des bidules à trucmuche") == []


def test_one_that_is_hidden_is_not_shown_and_is_again_once_put_back(app_context: Flask) -> None:
    asking = Asking()
    (bench,) = asking.write([Text("Un banc à l’ombre", "")])
    learn_proposal(bench)
    assert found("Un banc au frais") == [bench]

    set_proposal_hidden(proposal_id=bench, is_hidden=True, now=asking.now)
    assert found("Un banc au frais") == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Trait)) == 0

    set_proposal_hidden(proposal_id=bench, is_hidden=False, now=asking.now)
    assert found("Un banc au frais") == [bench]


def test_a_commune_adds_its_own_words(tmp_path: Path) -> None:
    own = tmp_path / "mots.txt"
    own.write_text("la Ficelle, funiculaire, funi  # le nom que tout le monde lui donne\n", encoding="utf-8")

    assert dictionary(own).groups_in(["ficel"]) == dictionary(own).groups_in(["funiculair"]) != {}
    assert dictionary().groups_in(["ficel"]) == {}
    assert Dictionary(["", "# rien", " , "]).groups == {}
    assert weights_of({}) == {}


TYPED = {
    "title": "Pouvoir s’asseoir au frais près du lavoir",
    "body": "Les anciens ont besoin de souffler en remontant du marché.",
    "category": "public_spaces",
}


def test_who_has_no_script_is_shown_them_once_before_anything_is_published(app: Flask) -> None:
    with app.app_context():
        asking = Asking()
        asking.write([Text("Un banc à l’ombre devant le lavoir", "Pour <b>souffler</b>.")])
        learn_everything()
    client = sign_in(app, asking.author)
    address = f"/consultations/{asking.consultation}/propositions/nouvelle"
    typed = TYPED | {"territory_id": str(asking.places[0])}

    step = post_form(client, address, **typed)

    page = plain(step.get_data(as_text=True))
    assert step.status_code == 200
    assert "Un banc à l’ombre devant le lavoir" in page
    assert "souffler en remontant du marché." in page
    assert "Publier quand même" in page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1

    assert post_form(client, address, **typed, has_seen_like="1").status_code == 302
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 2


def test_the_script_that_sends_a_form_leaves_it_to_the_browser_and_what_waited_off_the_line_is_published(
    app: Flask,
) -> None:
    with app.app_context():
        asking = Asking()
        asking.write([Text("Un banc à l’ombre devant le lavoir", "Pour souffler.")])
        learn_everything()
    client = sign_in(app, asking.author)
    sent = TYPED | {
        "territory_id": str(asking.places[0]),
        "idempotency_key": "k1",
        "written_by": str(asking.author),
    }
    sent["csrf_token"] = client.get("/envoi", headers={"Accept": "application/json"}).get_json()["csrf_token"]

    def send(**headers: str) -> TestResponse:
        return client.post(
            f"/consultations/{asking.consultation}/propositions/nouvelle",
            data=sent,
            headers={"Accept": "application/json", **headers},
        )

    def count() -> int:
        with app.app_context():
            return db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) or 0

    shown = send()
    assert (shown.status_code, shown.get_json()["code"]) == (409, "like_ones_first")
    assert count() == 1

    later = [send(**{"X-Sent-Later": "1"}) for _ in range(2)]
    assert [answer.get_json()["location"].startswith("/propositions/") for answer in later] == [True, True]
    assert count() == 2


def test_who_writes_something_new_is_not_held_up(app: Flask) -> None:
    with app.app_context():
        asking = Asking()
        asking.write([Text("Un banc à l’ombre devant le lavoir", "")])
        learn_everything()
    typed = {
        "title": "Un cinéma en plein air",
        "body": "L’été, sur la prairie du moulin.",
        "category": "leisure",
    }

    answer = post_form(
        sign_in(app, asking.author), f"/consultations/{asking.consultation}/propositions/nouvelle", **typed,
        territory_id=str(asking.places[0]),
    )  # fmt: skip

    assert answer.status_code == 302


def test_they_are_shown_while_she_types_and_to_who_is_signed_in_alone(app: Flask) -> None:
    with app.app_context():
        asking = Asking()
        asking.write([Text("Un banc à l’ombre devant le lavoir", "")])
        learn_everything()
        stranger = add_person("Bruno")
    address = f"/consultations/{asking.consultation}/propositions/semblables"

    part = post_form(sign_in(app, asking.author), address, title=TYPED["title"], body="")

    assert "Un banc à l’ombre devant le lavoir" in part.get_data(as_text=True)
    assert "<html" not in part.get_data(as_text=True)
    assert (
        post_form(sign_in(app, stranger), address, title="Zèbre", body="").get_data(as_text=True).strip()
        == ""
    )
    assert post_form(app.test_client(), address, title="Banc", body="").status_code in (302, 401)
