"""What a volunteer may show of what she did: only what the other side confirmed."""

from flask import Flask

from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import complete_match
from tests.conftest import actor_of, add_person, add_town, plain, sign_in
from tests.mutual_aid.making import NAME, add_request, add_volunteer, invitation_of


def test_only_what_the_person_helped_confirmed_is_on_the_sheet(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        rose, ada = add_person("Rose", lives_in=place), add_volunteer(town, place, "Ada")
        request = add_request(rose, place)
        match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
        complete_match(actor_of(ada), match_id=match)
    client = sign_in(app, ada)

    assert "Aucune aide confirmée" in plain(client.get("/entraide/attestation").get_data(as_text=True))
    with app.app_context():
        complete_match(actor_of(rose), match_id=match)

    sheet = plain(client.get("/entraide/attestation").get_data(as_text=True))
    assert "Ada a donné 1 coup de main, confirmé par la personne aidée" in sheet
    assert "Courses" in sheet
    assert "Rose" not in sheet
    assert NAME not in sheet
