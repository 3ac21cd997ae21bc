"""Who may do what: every action of the policy and every address, walked by somebody of each role.

A new action or a new route that is not in these tables fails: nobody gets a right, or a page, by forgetting to think of it.
"""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from civic.accounts.models import Role
from civic.accounts.service import people
from civic.kernel.access import ANONYMOUS, Actor, can
from civic.policy import POLICY, PUBLIC_ENDPOINTS
from civic.web.sockets import EVENTS
from tests.conftest import actor_of, add_person, add_town, bearer, csrf_of, post_form

NOBODY: frozenset[str] = frozenset()
SIGNED_IN = frozenset(
    {
        "resident",
        "member",
        "councillor",
        "agent",
        "moderator",
        "safeguarding",
        "register_keeper",
        "admin",
        "elsewhere: resident",
        "elsewhere: agent",
        "elsewhere: admin",
    }
)

# What a role alone permits, on things of its own commune that somebody else made, and where nobody was yet put on a roll, invited or
# matched. What being the author, the requester, the volunteer or on the roll permits is held by the tests of each feature.
EXPECTED: dict[str, frozenset[str]] = {
    "plain_language.check_text": frozenset({"admin", "agent", "councillor"}),
    "territories.import_boundaries": frozenset({"admin", "agent"}),
    "identity.edit_identity": frozenset({"admin", "agent"}),
    "accounts.see_people": frozenset({"admin", "agent"}),
    "accounts.register_person": frozenset({"admin", "agent"}),
    "accounts.verify_residency": frozenset({"admin", "agent"}),
    "accounts.manage_roles": frozenset({"admin"}),
    "accounts.deactivate_person": frozenset({"admin"}),
    "accounts.request_organisation": frozenset({"agent", "resident"}),
    "accounts.speak_for_organisation": NOBODY,
    "accounts.manage_members": NOBODY,
    "accounts.verify_organisation": frozenset({"admin", "agent"}),
    "audit.read_journal": frozenset({"admin"}),
    "consultations.see_draft": frozenset({"agent", "councillor"}),
    "consultations.write_consultation": frozenset({"agent", "councillor"}),
    "consultations.publish_consultation": frozenset({"agent", "councillor"}),
    "opinions.react": frozenset({"resident"}),
    "opinions.submit_statement": frozenset({"resident"}),
    "surveys.write_survey": frozenset({"agent", "councillor"}),
    "surveys.answer_survey": frozenset({"resident"}),  # and anybody where it is open to all: tests/surveys
    "surveys.read_written_answers": frozenset({"agent", "councillor"}),
    "proposals.submit_proposal": frozenset({"resident"}),
    "proposals.write_draft": NOBODY,
    "proposals.see_anonymous_author": frozenset({"agent", "moderator"}),
    "proposals.support_proposal": frozenset({"resident"}),
    "proposals.argue": frozenset({"resident"}),
    "proposals.amend": frozenset({"resident"}),
    "proposals.decide_amendment": NOBODY,
    "proposals.withdraw_amendment": NOBODY,
    "proposals.mark_argument": frozenset({"resident"}),
    "proposals.withdraw_argument": NOBODY,
    "proposals.edit_proposal": NOBODY,
    "proposals.withdraw_proposal": NOBODY,
    "proposals.choose_coauthors": NOBODY,
    "proposals.see_withheld_proposal": NOBODY,
    "proposals.draft_answer": frozenset({"agent", "councillor"}),
    "proposals.read_answer": frozenset({"agent", "councillor"}),
    "proposals.publish_answer": frozenset({"councillor"}),
    "proposals.set_answer_promise": frozenset({"agent", "councillor"}),
    "proposals.set_town_promise": frozenset({"admin", "agent", "councillor"}),
    "proposals.write_commitment": frozenset({"agent", "councillor"}),
    "participation.make_synthesis": frozenset({"agent", "councillor"}),
    "participation.edit_themes": frozenset({"agent", "councillor"}),
    "participation.publish_synthesis": frozenset({"councillor"}),
    "participation.set_population": frozenset({"admin", "agent", "councillor"}),
    "participation.type_sheets": frozenset({"agent"}),
    "voting.read_poll": frozenset({"agent", "councillor"}),
    "voting.prepare_poll": frozenset({"agent", "councillor"}),
    "voting.open_poll": frozenset({"agent"}),
    "voting.see_roll": frozenset({"agent"}),
    "voting.register_ballot": frozenset({"agent"}),
    "voting.cast_ballot": NOBODY,
    "voting.cast_carried": NOBODY,
    "voting.follow_register": SIGNED_IN,
    "safeguarding.vet_volunteers": frozenset({"agent"}),
    "safeguarding.set_vetting_rules": frozenset({"admin"}),
    "safeguarding.block_person": SIGNED_IN,
    "safeguarding.raise_concern": SIGNED_IN,
    "safeguarding.list_concerns": frozenset({"safeguarding"}),
    "safeguarding.handle_concern": frozenset({"safeguarding"}),
    "safeguarding.lift_suspension": frozenset({"safeguarding"}),
    "mutual_aid.set_limits": SIGNED_IN,
    "mutual_aid.edit_skills": frozenset({"agent"}),
    "mutual_aid.import_offers": frozenset({"agent"}),
    "mutual_aid.offer_help": frozenset({"resident"}),
    "mutual_aid.offer_for_organisation": NOBODY,
    "mutual_aid.change_offer": NOBODY,
    "mutual_aid.ask_for_help": frozenset({"resident"}),
    "mutual_aid.ask_for_another": frozenset({"agent"}),
    "mutual_aid.list_requests": frozenset({"agent"}),  # and a resident whose offer holds: tests/mutual_aid
    "mutual_aid.follow_request": frozenset({"agent"}),
    "mutual_aid.change_request": frozenset({"agent"}),
    "mutual_aid.cancel_request": frozenset({"agent"}),
    "mutual_aid.watch_requests": frozenset({"agent"}),
    "mutual_aid.review_request": frozenset({"agent"}),
    "mutual_aid.accept_request": frozenset({"agent"}),
    "mutual_aid.accept_own_request": frozenset({"agent"}),
    "mutual_aid.set_review": frozenset({"admin", "agent"}),
    "mutual_aid.set_reminders": frozenset({"admin", "agent"}),
    "gatherings.organise": NOBODY,
    "gatherings.see_places": NOBODY,
    "gatherings.take_place": frozenset({"resident"}),
    "mutual_aid.call_people": frozenset({"agent"}),
    "mutual_aid.record_consent": frozenset({"agent"}),
    "mutual_aid.write_guide": frozenset({"admin", "agent"}),
    "matching.set_duty": SIGNED_IN,
    "matching.answer_invitation": NOBODY,
    "matching.come_forward": NOBODY,  # but a resident whose offer holds: tests/matching/test_coming_forward.py
    "matching.follow_match": NOBODY,
    "matching.contest_match": NOBODY,
    "matching.carry_out_match": NOBODY,
    "matching.see_request_contact": frozenset({"agent"}),
    "matching.relaunch_search": frozenset({"agent"}),
    "matching.settle_request": frozenset({"agent"}),
    "matching.set_pace": frozenset({"agent", "admin"}),
    "checkins.keep_register": frozenset({"register_keeper"}),
    "checkins.export_register": frozenset({"register_keeper"}),
    "checkins.see_own_entry": NOBODY,
    "checkins.steer_campaign": frozenset({"register_keeper"}),
    "checkins.join_callers": frozenset(
        {"agent", "register_keeper"}
    ),  # and a volunteer whom an agent met: tests/checkins
    "checkins.call_people": NOBODY,
    "councils.edit_council": frozenset({"admin", "agent"}),
    "councils.hold_sitting": frozenset({"admin", "agent"}),  # and who presides: tests/councils/sittings
    "councils.answer_call": frozenset({"admin", "agent"}),
    "councils.ask_question": frozenset({"resident"}),
    "councils.attend": SIGNED_IN,
    "councils.cast_voice": frozenset({"admin", "agent"}),
    "councils.publish_record": frozenset({"agent"}),
    "councils.write_call": frozenset({"agent"}),
    "councils.apply": frozenset({"resident"}),
    "councils.draw_lots": frozenset({"agent"}),
    "councils.answer_draw": frozenset({"agent"}),  # and she who was drawn: tests/councils
    "petitions.launch_petition": frozenset({"resident"}),
    "petitions.change_petition": NOBODY,
    "petitions.see_unpublished": frozenset({"agent", "councillor", "moderator"}),
    "petitions.examine": frozenset({"agent", "moderator"}),
    "petitions.sign_petition": frozenset({"resident"}),
    "petitions.count_paper": frozenset({"agent"}),
    "petitions.follow_up": frozenset({"agent", "councillor"}),
    "petitions.set_rules": frozenset({"agent", "councillor"}),
    "inquiries.see_unpublished": frozenset({"agent", "councillor"}),
    "inquiries.write_inquiry": frozenset({"agent", "councillor"}),
    "inquiries.type_observation": frozenset({"agent"}),
    "inquiries.see_contacts": frozenset({"agent"}),
    "inquiries.open_masked": frozenset({"agent"}),
    "inquiries.mask_observation": frozenset({"agent"}),
    "inquiries.prolong": frozenset({"agent"}),
    "inquiries.study": NOBODY,  # but its commissioner: tests/inquiries
    "inquiries.answer_themes": frozenset({"agent", "councillor"}),
    "inquiries.publish_report": frozenset({"agent"}),
    "moderation.flag_content": SIGNED_IN,
    "moderation.see_queue": frozenset({"admin", "moderator"}),
    "moderation.decide": frozenset({"admin", "moderator"}),
    "moderation.judge_appeal": frozenset({"admin", "moderator"}),
    "moderation.see_decision": frozenset({"admin", "moderator"}),
    "moderation.appeal": NOBODY,
    "pages.see_desk": frozenset(
        {"admin", "agent", "councillor", "moderator", "register_keeper", "safeguarding"}
    ),
    "pages.edit_town_hall": frozenset({"admin", "agent"}),
}


class SomebodysThing:
    """A thing of a commune that somebody else made; whatever else a predicate looks at is not there."""

    def __init__(self, territory_id: int, maker_id: int):
        self.id = self.poll_id = self.request_id = self.match_id = 999_999
        self.territory_id = territory_id
        self.author_id = self.requester_id = self.volunteer_id = self.person_id = maker_id
        self.concerned_ids = frozenset({territory_id})
        self.organisation_id = 999_999

    def __getattr__(self, name: str) -> Any:
        return ()


@pytest.fixture
def actors(app_context: Flask) -> tuple[dict[str, Actor], int, int]:
    """Somebody of each role here and elsewhere; the id of the town, and that of another person of it."""
    town, (place, *_) = add_town()
    far_town, (far_place, *_) = add_town()
    member = add_person("Amina")
    people.add_organisation(name="Amicale", territory_id=town, member_ids=[member])
    persons = {
        "resident": add_person("Rose", lives_in=place),
        "member": member,
        **{role.value: add_person(role.value, roles=((role, town),)) for role in Role},
        "elsewhere: resident": add_person("Yves", lives_in=far_place),
        "elsewhere: agent": add_person("Zoé", roles=((Role.AGENT, far_town),)),
        "elsewhere: admin": add_person("Léo", roles=((Role.ADMIN, far_town),)),
    }
    actors = {name: actor_of(person) for name, person in persons.items()}
    return {"stranger": ANONYMOUS, **actors}, town, add_person("Maker", lives_in=place)


def test_every_action_is_permitted_to_the_roles_of_the_table_alone(
    actors: tuple[dict[str, Actor], int, int],
) -> None:
    everybody, town, maker = actors
    thing = SomebodysThing(town, maker)

    permitted = {
        action.value: frozenset(name for name, actor in everybody.items() if can(actor, action, thing))
        for action in POLICY
    }

    assert permitted == EXPECTED


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address_of(rule: Rule) -> str:
    """Return an address of the rule, with a number that no row has."""
    values = {
        name: 999_999 if "Number" in type(kind).__name__ else "inconnu"
        for name, kind in rule._converters.items()
    }
    built = rule.build(values)
    assert built is not None, rule
    return built[1]


def test_every_address_that_is_not_listed_as_public_asks_a_stranger_to_sign_in(
    app: Flask, rules: list[Rule]
) -> None:
    app.config["WRITES_LIMIT"] = (
        "10000 per minute"  # there are more addresses than one person writes to in a minute
    )
    client = app.test_client()
    for rule in rules:
        if rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = ask(client, method, address_of(rule))
            is_redirect = answer.status_code == 302 and "/compte/connexion" in answer.headers["Location"]
            assert is_redirect or answer.status_code == 401, (method, rule.rule, answer.status_code)


def ask(client: FlaskClient, method: str, path: str) -> Any:
    if method == "GET":
        return client.get(path)
    if path.startswith("/api/"):
        return client.open(path, method=method, json={}, headers={"X-CSRFToken": csrf_of(client)})
    return post_form(client, path)


def test_no_address_answers_somebody_with_an_internal_error(app: Flask, rules: list[Rule]) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        everything = add_person("Ada", lives_in=place, roles=tuple((role, town) for role in Role))
        nothing = add_person("Bob", lives_in=place)
    broken = []
    for person in (everything, nothing):
        headers = bearer(app, person)
        client = app.test_client()
        for rule in rules:
            for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
                if rule.rule == "/readyz":
                    continue  # 503 is its true answer here: the tables were made without migrations
                if client.open(address_of(rule), method=method, headers=headers).status_code >= 500:
                    broken.append((method, rule.rule))

    assert broken == []


def test_a_resident_opens_no_page_of_the_desk(app: Flask, rules: list[Rule]) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        headers = bearer(app, add_person("Rose", lives_in=place))
    for rule in rules:
        if rule.rule.startswith("/bureau") and "GET" in (rule.methods or set()):
            answer = app.test_client().get(address_of(rule), headers=headers)
            assert answer.status_code in (403, 404), (rule.rule, answer.status_code)


def test_every_event_of_a_client_is_known(app: Flask) -> None:
    assert set(EVENTS) == {
        "duty:set",
        "invitation:accept",
        "invitation:decline",
        "match:say",
        "feed:resume",
        "poll:follow",
        "sitting_vote:follow",
        "sitting:follow",
        "consultation:follow",
    }


@pytest.mark.parametrize(
    "name", ["duty:set", "invitation:accept", "invitation:decline", "match:say", "feed:resume"]
)
def test_a_stranger_who_is_connected_is_refused_every_personal_event(app: Flask, name: str) -> None:
    from civic.extensions import socketio

    bodies = {
        "duty:set": {"on": True},
        "match:say": {"match_id": 1, "text": "Bonjour", "client_id": "a-client-id"},
        "feed:resume": {"after": 0},
    }
    stranger = socketio.test_client(app)

    answer = stranger.emit(name, bodies.get(name, {"invitation_id": 1}), callback=True)

    assert answer["ok"] is False
    assert answer["error"]["code"] == "not_signed_in"
