"""Which facts are told, to whom."""

from flask import Flask

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.kernel.transaction import publish, transaction
from civic.matching.events import RequestEscalated
from civic.matching.service import conversation, invitations, matches
from civic.moderation.events import ContentHidden
from civic.notifications import queries
from civic.notifications.rules import Kind
from civic.notifications.service import read_notifications
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid import making
from tests.notifications.test_inbox import deliver_everything


def kinds_of(person_id: int) -> list[Kind]:
    return [n.kind for n in reversed(queries.list_notifications(person_id).items)]


def matched() -> tuple[int, int, int, int]:
    """Return a volunteer, a requester, their match and the request."""
    town, (place, *_) = add_town()
    bob, odette = making.add_volunteer(town, place, "Bob"), add_person("Odette", lives_in=place)
    request_id = making.add_request(odette, place)
    deliver_everything()
    match_id = invitations.accept_invitation(
        actor_of(bob), invitation_id=making.invitation_of(request_id, bob)
    )
    deliver_everything()
    return bob, odette, match_id, request_id


def test_both_sides_of_a_match_are_told_from_the_call_for_help_to_the_thanks(app_context: Flask) -> None:
    bob, odette, match_id, _ = matched()
    assert kinds_of(bob) == [Kind.INVITATION_SENT, Kind.MATCH_ACCEPTED]
    assert kinds_of(odette) == [Kind.VOLUNTEER_FOUND]

    matches.complete_match(actor_of(bob), match_id=match_id)
    matches.complete_match(actor_of(odette), match_id=match_id)

    assert kinds_of(odette)[1:] == [Kind.DONE_CLAIMED]
    assert kinds_of(bob)[2:] == [Kind.MATCH_COMPLETED]


def test_ten_messages_are_one_notification_until_it_is_read(app_context: Flask) -> None:
    bob, odette, match_id, _ = matched()

    def say(count: int, prefix: str) -> None:
        for index in range(count):
            conversation.say(actor_of(bob), match_id=match_id, text="Bonjour", client_id=f"{prefix}{index}")

    say(10, "a")
    assert kinds_of(odette).count(Kind.MESSAGE_SAID) == 1
    read_notifications(actor_of(odette))
    say(1, "b")

    assert kinds_of(odette).count(Kind.MESSAGE_SAID) == 2
    assert Kind.MESSAGE_SAID not in kinds_of(bob)


def test_who_gives_up_is_not_told_and_who_waits_is(app_context: Flask) -> None:
    bob, odette, match_id, _ = matched()

    matches.withdraw_from_match(actor_of(bob), match_id=match_id)

    assert Kind.VOLUNTEER_WITHDREW in kinds_of(odette)
    assert Kind.VOLUNTEER_WITHDREW not in kinds_of(bob)


def test_the_agents_of_the_commune_are_told_of_a_request_that_nobody_takes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    other, _ = add_town()
    here = add_person("Agent", roles=((Role.AGENT, town),))
    elsewhere = add_person("Agent", roles=((Role.AGENT, other),))
    request_id = making.add_request(add_person("Odette", lives_in=place), place)
    with transaction():
        publish(
            RequestEscalated(
                occurred_at=utc_now(), request_id=request_id, territory_id=place, reason="nobody_left"
            )
        )

    assert Kind.REQUEST_ESCALATED in kinds_of(here)
    assert kinds_of(elsewhere) == []


def test_the_author_of_a_hidden_content_is_told_where_to_read_why(app_context: Flask) -> None:
    ada = add_person("Ada")
    with transaction():
        publish(
            ContentHidden(
                occurred_at=utc_now(),
                decision_id=12,
                actor_id=ada,
                author_id=ada,
                subject_kind="proposal",
                subject_id=3,
                territory_id=1,
                rule="respect_persons",
                flagger_ids=(),
            )
        )

    (told,) = queries.list_notifications(ada).items
    assert (told.kind, told.path) == (Kind.CONTENT_HIDDEN, "/signalements/decisions/12")
