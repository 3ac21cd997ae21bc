"""A draft does not exist for who may not read it, at whatever door she knocks, with a form that is whole or not."""

from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.conftest import add_person, add_town, bearer, csrf_of, sign_in
from tests.consultations.making import add_consultation

NOTHING = 987_654
WHOLE = {
    "opinions_api.submit_statement": {"body": "Il faut des bancs au lavoir."},
    "opinions.submit_statement": {"body": "Il faut des bancs au lavoir."},
    "letters_api.send_letter": {"title": "Où en est la place", "body": "Les travaux commencent lundi."},
}
"""What passes the schema of a door, so that what stands behind it answers."""


def test_no_door_tells_a_draft_from_a_consultation_that_is_not_there(app: Flask) -> None:
    with app.app_context():
        town, (place, elsewhere, *_) = add_town()
        draft = add_consultation(town, neighbourhoods=(place,), is_published=False)
        bruno = add_person("Bruno", lives_in=elsewhere)
    client, headers = sign_in(app, bruno), bearer(app, bruno)
    token = csrf_of(client)

    def knock(rule: Rule, method: str, number: int) -> int:
        values = dict.fromkeys(rule.arguments, 1) | {"consultation_id": number}
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **values)
        said = WHOLE.get(rule.endpoint, {})
        is_api = path.startswith("/api/")
        sent: dict[str, Any] = {"headers": headers} if is_api else {}
        if method != "GET":
            sent |= {"json": said} if is_api else {"data": {"csrf_token": token, **said}}
        return client.open(path, method=method, **sent).status_code

    doors = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if "consultation_id" in rule.arguments
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    assert len(doors) > 60
    told = {
        f"{method} {rule.rule}": (there, absent)
        for rule, method in doors
        if (there := knock(rule, method, draft)) != (absent := knock(rule, method, NOTHING))
    }
    assert told == {}
