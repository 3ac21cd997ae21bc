"""What a person wrote without thinking of who reads it is shown to her before she sends, and can be corrected after."""

import pytest
from flask import Flask

from civic.kernel.errors import Refusal
from civic.mutual_aid import queries
from civic.mutual_aid.disclosure import find_private
from civic.mutual_aid.errors import RequestNotFound, WrongTransition
from civic.mutual_aid.service.corrections import change_request
from civic.mutual_aid.service.requests import cancel_request
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid.making import add_request


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Courses pour Mme Bellanger", ["Mme Bellanger"]),
        ("Appelez-moi au 06 12 34 56 78", ["06 12 34 56 78"]),
        ("odette@example.org", ["odette@example.org"]),
        ("Le code est 4821B", ["code est 4821B"]),
        ("Au 12 rue des Lilas, au fond", ["12 rue des Lilas"]),
        ("J’ai un cancer", ["cancer"]),
        ("M’emmener voir le kiné, rue de la Gare", ["kiné", "rue de la Gare"]),
        ("Un rendez-vous chez la cardiologue", ["cardiologue"]),
        ("Descendre les poubelles dans la rue, le chien aboie sur le chemin", []),
        ("Deux packs d’eau et 3 kg de pommes de terre, vers 14 h 30", []),
        ("Madame la maire sait", []),
    ],
)
def test_a_name_a_contact_a_code_or_an_illness_is_seen(text: str, found: list[str]) -> None:
    assert find_private(text) == found


def test_odette_corrects_her_words_while_somebody_is_sought(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    odette = add_person("Odette", lives_in=place)
    request = add_request(odette, place, title="Courses pour Mme Vasseur")

    change_request(actor_of(odette), request_id=request, title="Quelques courses", text="")

    assert [asked.title for asked in queries.list_open_requests().items] == ["Quelques courses"]


@pytest.mark.parametrize(("is_own", "refusal"), [(False, RequestNotFound), (True, WrongTransition)])
def test_a_request_of_another_or_over_is_not_changed(
    app_context: Flask, is_own: bool, refusal: type[Refusal]
) -> None:
    _, (place, *_) = add_town()
    odette, zoe = add_person("Odette", lives_in=place), add_person("Zoé", lives_in=place)
    request = add_request(odette, place, title="Quelques courses")
    if is_own:
        cancel_request(actor_of(odette), request_id=request)

    with pytest.raises(refusal):
        change_request(actor_of(odette if is_own else zoe), request_id=request, title="Autre", text="")

    assert queries.get_request(request).title == "Quelques courses"
