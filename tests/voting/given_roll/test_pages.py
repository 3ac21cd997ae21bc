"""Bringing a roll by the pages."""

import io
import re

from flask import Flask

from civic.accounts.models import Role
from tests.conftest import add_person, add_town, plain, post_form, sign_in
from tests.voting.builders import add_draft
from tests.voting.given_roll.test_given_roll import ADA, BOB, file_of


def test_an_agent_corrects_reads_and_confirms_a_roll_then_forgets_it(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town(neighbourhoods=2)
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        poll_id = add_draft(town)
    path = f"/scrutins/{poll_id}/liste-fournie"

    def send(content: bytes) -> tuple[int, str]:
        answer = post_form(agent, path, file=(io.BytesIO(content), "liste.csv"), mode="replace")
        return answer.status_code, plain(answer.get_data(as_text=True))

    def page() -> str:
        return plain(agent.get(path).get_data(as_text=True))

    assert "Aucune liste fournie" in page()
    status, shown = send(file_of(ADA, BOB.replace("1990", "90")))
    assert status == 422
    assert "1 chose à corriger" in shown
    assert "« 31/01/90 » n’est pas une date." in shown
    assert send(b"")[0] == 422

    assert send(file_of(ADA, BOB))[0] == 302
    waiting = page()
    assert "2 personnes lues" in waiting
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', waiting)
    assert found
    post_form(agent, f"{path}/confirmation", digest=found[1])
    assert "2 personnes sont sur la liste de ce scrutin" in page()
    assert "liste établie par la mairie" in plain(agent.get(f"/scrutins/{poll_id}").get_data(as_text=True))

    post_form(agent, f"{path}/abandon")
    assert "Aucune liste fournie" in page()


def test_a_resident_does_not_find_the_page_of_a_draft_s_roll(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = sign_in(app, add_person("Ada", lives_in=place))
        poll_id = add_draft(town)

    assert ada.get(f"/scrutins/{poll_id}/liste-fournie").status_code == 404
