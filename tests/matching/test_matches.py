"""Once matched, the two sides see each other's contact, speak, and bring the help to its end."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.matching import queries
from civic.matching.errors import InvitationAnswered, MatchEnded, MatchNotFound, TooEarlyToMiss, WrongStep
from civic.matching.models import ContactSight, MatchMessage
from civic.matching.service.conversation import say, set_message_hidden
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import (
    complete_match,
    deny_match,
    get_followed_match,
    reopen_match,
    see_contact,
    see_request_contact,
    start_match,
    withdraw_from_match,
)
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.rules import ConsentMode, RequestState, Urgency, Window
from civic.mutual_aid.service.requests import ask_for_another, cancel_request
from tests.conftest import Role, actor_of, add_person, add_town
from tests.mutual_aid.making import (
    ADDRESS,
    NAME,
    PHONE,
    add_request,
    add_volunteer,
    filled_of,
    in_minutes,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)


class Story:
    """A volunteer, Ada, matched with Odette's request."""

    def __init__(self, **changes: object) -> None:
        self.town, (self.place, *_) = add_town()
        self.ada = add_volunteer(self.town, self.place, "Ada")
        self.odette = add_person("Odette", lives_in=self.place)
        self.stranger = add_person("Étranger", lives_in=self.place)
        self.request = add_request(self.odette, self.place, urgency=Urgency.FLEXIBLE, **changes)
        self.match = accept_invitation(
            actor_of(self.ada), invitation_id=invitation_of(self.request, self.ada)
        )


def count(table: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    db.session.rollback()
    return found


def test_each_sight_of_a_contact_is_written_down_and_shown_to_whose_it_is(app_context: Flask) -> None:
    story = Story()

    seen = see_contact(actor_of(story.ada), match_id=story.match)

    assert (seen.name, seen.phone, seen.address) == (NAME, PHONE, ADDRESS)
    (sight,) = queries.list_sights(subject_id=story.odette, request_id=story.request)
    assert sight.viewer_name == "Ada"
    assert see_contact(actor_of(story.odette), match_id=story.match).name == "Ada"
    assert len(queries.list_sights(subject_id=story.ada, request_id=story.request)) == 1


def test_a_stranger_sees_no_contact_and_no_match_and_nothing_is_written(app_context: Flask) -> None:
    story = Story()
    actor = actor_of(story.stranger)

    for command in (
        see_contact,
        get_followed_match_by_name,
        start_match,
        complete_match,
        withdraw_from_match,
    ):
        with pytest.raises(MatchNotFound):
            command(actor, match_id=story.match)
    with pytest.raises(MatchNotFound):
        say(actor, match_id=story.match, text="Bonjour", client_id="x")

    assert (count(ContactSight), count(MatchMessage)) == (0, 0)
    assert matches(story.request) == {story.ada: "accepted"}


def get_followed_match_by_name(actor: object, *, match_id: int) -> object:
    return get_followed_match(actor, match_id)  # type: ignore[arg-type]


def test_a_message_sent_again_is_the_same_message(app_context: Flask) -> None:
    story = Story()

    first = say(actor_of(story.ada), match_id=story.match, text="Bonjour", client_id="a")
    again = say(actor_of(story.ada), match_id=story.match, text="Bonjour", client_id="a")
    other = say(actor_of(story.odette), match_id=story.match, text="Bonjour Ada", client_id="a")

    assert first == again
    assert other.id != first.id
    side = get_followed_match(actor_of(story.ada), story.match)
    page = queries.list_messages(side, story.ada)
    assert [(message.text, message.is_mine) for message in page.items] == [
        ("Bonjour", True),
        ("Bonjour Ada", False),
    ]


def test_a_hidden_message_is_read_by_its_author_alone(app_context: Flask) -> None:
    story = Story()
    message = say(actor_of(story.ada), match_id=story.match, text="Un mot de trop", client_id="a")
    set_message_hidden(message_id=message.id, is_hidden=True, now=message.created_at)

    assert queries.get_said_message(message.id, story.odette).text == ""
    assert queries.get_said_message(message.id, story.ada).text == "Un mot de trop"


def test_help_goes_from_a_yes_to_a_confirmed_end(app_context: Flask) -> None:
    story = Story()

    start_match(actor_of(story.ada), match_id=story.match)
    assert state_of(story.request) is RequestState.IN_PROGRESS
    complete_match(actor_of(story.ada), match_id=story.match)
    complete_match(actor_of(story.ada), match_id=story.match)
    assert state_of(story.request) is RequestState.DONE_CLAIMED
    complete_match(actor_of(story.odette), match_id=story.match)

    assert state_of(story.request) is RequestState.CLOSED
    assert matches(story.request) == {story.ada: "confirmed"}


def test_once_over_the_contact_and_the_conversation_are_closed(app_context: Flask) -> None:
    story = Story()
    said = say(actor_of(story.ada), match_id=story.match, text="Bonjour", client_id="a")
    complete_match(actor_of(story.odette), match_id=story.match)

    with pytest.raises(MatchEnded):
        see_contact(actor_of(story.ada), match_id=story.match)
    with pytest.raises(MatchEnded):
        say(actor_of(story.ada), match_id=story.match, text="Encore moi", client_id="b")
    with pytest.raises(WrongStep):
        withdraw_from_match(actor_of(story.ada), match_id=story.match)

    assert say(actor_of(story.ada), match_id=story.match, text="Bonjour", client_id="a") == said
    assert (count(ContactSight), count(MatchMessage)) == (0, 1)
    assert state_of(story.request) is RequestState.CLOSED


def test_a_volunteer_who_withdraws_sends_the_request_back_and_is_not_asked_again(app_context: Flask) -> None:
    story = Story()
    bob = add_volunteer(story.town, story.place, "Bob")

    withdraw_from_match(actor_of(story.ada), match_id=story.match)
    withdraw_from_match(actor_of(story.ada), match_id=story.match)

    assert (state_of(story.request), filled_of(story.request)) == (RequestState.DISPATCHING, 0)
    assert invitations(story.request) == {story.ada: "accepted", bob: "sent"}
    with pytest.raises(InvitationAnswered):
        accept_invitation(actor_of(story.ada), invitation_id=invitation_of(story.request, story.ada))
    assert filled_of(story.request) == 0


def test_the_person_helped_does_not_act_in_the_place_of_the_volunteer(app_context: Flask) -> None:
    story = Story()

    for command in (start_match, withdraw_from_match):
        with pytest.raises(NotAllowed):
            command(actor_of(story.odette), match_id=story.match)

    assert matches(story.request) == {story.ada: "accepted"}


def test_an_agent_does_not_read_the_match_of_a_person_who_asked_by_herself(app_context: Flask) -> None:
    story = Story()
    agent = actor_of(add_person(roles=((Role.AGENT, story.town),)))

    with pytest.raises(MatchNotFound):
        get_followed_match(agent, story.match)


def test_an_agent_speaks_and_confirms_for_a_person_who_telephoned(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Nadia", roles=((Role.AGENT, town),)))
    ada = add_volunteer(town, place, "Ada")
    request = ask_for_another(agent, details=request_details(place), consent=ConsentMode.ORAL)
    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    (presented,) = queries.present_matches([queries.get_match(match)], ada)
    assert (presented.other_name, presented.is_assisted) == (None, True)
    said = say(agent, match_id=match, text="Elle préfère le matin.", client_id="a")
    assert said.is_for_town
    assert see_contact(actor_of(ada), match_id=match).name == NAME
    complete_match(agent, match_id=match)

    assert state_of(request) is RequestState.CLOSED
    assert db.session.scalars(sa.select(Person).filter_by(name=NAME)).one().email is None


def test_an_agent_who_looks_at_a_contact_is_written_down_too(app_context: Flask) -> None:
    story = Story()
    agent = add_person("Nadia", roles=((Role.AGENT, story.town),))

    assert see_request_contact(actor_of(agent), request_id=story.request).address == ADDRESS
    with pytest.raises(RequestNotFound):
        see_request_contact(actor_of(story.ada), request_id=story.request)

    assert [
        sight.viewer_name for sight in queries.list_sights(subject_id=story.odette, request_id=story.request)
    ] == ["Nadia"]


def test_cancelling_releases_the_volunteer_and_closes_the_contact(app_context: Flask) -> None:
    story = Story()

    cancel_request(actor_of(story.odette), request_id=story.request)

    assert matches(story.request) == {story.ada: "released"}
    with pytest.raises(MatchEnded):
        see_contact(actor_of(story.ada), match_id=story.match)
    assert count(ContactSight) == 0


def test_odette_says_that_it_is_not_finished_and_ada_is_expected_again(app_context: Flask) -> None:
    story = Story()
    complete_match(actor_of(story.ada), match_id=story.match)

    reopen_match(actor_of(story.odette), match_id=story.match)
    reopen_match(actor_of(story.odette), match_id=story.match)

    assert matches(story.request) == {story.ada: "started"}
    assert state_of(story.request) is RequestState.IN_PROGRESS
    complete_match(actor_of(story.ada), match_id=story.match)
    assert state_of(story.request) is RequestState.DONE_CLAIMED


def test_odette_says_that_nobody_came_and_the_town_hall_takes_over(app_context: Flask) -> None:
    story = Story()
    complete_match(actor_of(story.ada), match_id=story.match)

    deny_match(actor_of(story.odette), match_id=story.match)
    deny_match(actor_of(story.odette), match_id=story.match)

    assert matches(story.request) == {story.ada: "disputed"}
    assert state_of(story.request) is RequestState.ESCALATED
    assert filled_of(story.request) == 0
    with pytest.raises(MatchEnded):
        see_contact(actor_of(story.ada), match_id=story.match)


@pytest.mark.parametrize(("command", "refusal"), [(reopen_match, WrongStep), (deny_match, TooEarlyToMiss)])
def test_only_the_side_that_is_helped_contests_and_only_what_was_announced(
    app_context: Flask, command: Callable[..., None], refusal: type[Exception]
) -> None:
    story = Story(window=Window(in_minutes(24 * 60), in_minutes(32 * 60)))  # nobody is late yet
    with pytest.raises(refusal):
        command(actor_of(story.odette), match_id=story.match)
    assert matches(story.request) == {story.ada: "accepted"}
    complete_match(actor_of(story.ada), match_id=story.match)
    with pytest.raises(NotAllowed):
        command(actor_of(story.ada), match_id=story.match)
    with pytest.raises(MatchNotFound):
        command(actor_of(story.stranger), match_id=story.match)

    assert matches(story.request) == {story.ada: "done_by_volunteer"}
    assert state_of(story.request) is RequestState.DONE_CLAIMED
