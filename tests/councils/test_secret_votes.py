"""A secret vote at a sitting: those present are its roll, one person has one ballot by any road, and the minutes say what came of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Person
from civic.councils import queries, secret_votes, service, sitting_votes
from civic.councils.errors import (
    BadAnswers,
    BadProxies,
    QuorumMissing,
    SittingNotPublished,
    SittingNotYet,
    VoteIsSecret,
    VoteUnderWay,
)
from civic.councils.minutes import secret_minutes_of, secret_outcome_words
from civic.councils.rules import SecretKind, SecretReason, VoiceAnswer
from civic.councils.secret_ballots import secret_result_of
from civic.kernel import outbox
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.voting import queries as voting
from civic.voting.errors import AlreadyVoted, NotOnRoll, PollNotOpen, ResultNotPublished, VotesByProxy
from civic.voting.models import Poll, RollEntry
from civic.voting.register.checking import find_damage
from civic.voting.rules import AssistedChannel
from civic.voting.service import ballots, reading
from civic.voting.subscribers import export
from tests.conftest import actor_of, add_person, bearer, plain, post_form, sign_in
from tests.councils.conftest import make_council
from tests.voting.builders import cast_ballot, register_ballot

MOTION = "Demander le départ du trésorier"
Council = dict[str, Any]


@pytest.mark.parametrize(
    ("kind", "counts", "blanks", "chosen"),
    [
        (SecretKind.MOTION, {"Pour": 3, "Contre": 2}, 4, "Pour"),
        (SecretKind.MOTION, {"Pour": 2, "Contre": 2}, 0, "Contre"),
        (SecretKind.MOTION, {"Pour": 0, "Contre": 0}, 5, "Contre"),
        (SecretKind.APPOINTMENT, {"Ada": 3, "Bob": 1, "Chloé": 1}, 3, "Ada"),
        (SecretKind.APPOINTMENT, {"Ada": 2, "Bob": 1, "Chloé": 1}, 0, ""),
        (SecretKind.LAST_ROUND, {"Ada": 2, "Bob": 1, "Chloé": 1}, 0, "Ada"),
        (SecretKind.LAST_ROUND, {"Ada": 2, "Bob": 2}, 0, ""),
        (SecretKind.LAST_ROUND, {"Ada": 0, "Bob": 0}, 2, ""),
    ],
)
def test_blank_ballots_are_in_no_majority_and_the_chair_decides_nothing(
    kind: SecretKind, counts: dict[str, int], blanks: int, chosen: str
) -> None:
    assert secret_result_of(kind, counts, blanks=blanks, electors=9).chosen == chosen


def open_secret(
    council: Council, *present: str, proxies: dict[str, str] | None = None, **changes: Any
) -> int:
    seats = council["seats"]
    values: dict[str, Any] = {
        "motion": MOTION,
        "kind": SecretKind.MOTION,
        "reason": SecretReason.THIRD,
        "minutes": 10,
        **changes,
    }
    return secret_votes.open_secret_vote(
        council["agent"],
        sitting_id=council["sitting"],
        present={seats[name] for name in present},
        proxies={seats[giver]: seats[holder] for giver, holder in (proxies or {}).items()},
        **values,
    )


def poll_of(vote_id: int) -> int:
    found = secret_votes.find_secret(vote_id)
    assert found is not None
    return found.poll_id


def on_roll(poll_id: int) -> dict[str, int]:
    query = sa.select(Person.name, Person.id).join(RollEntry, RollEntry.person_id == Person.id)
    return {row.name: row.id for row in db.session.execute(query.where(RollEntry.poll_id == poll_id))}


def choice_of(poll_id: int, label: str) -> int:
    return next(one.id for one in voting.get_poll(poll_id).choices if one.label == label)


def seat_with_account(council: Council, name: str) -> Actor:
    """Give a seat's holder an account."""
    person_id = add_person(name)
    person = db.session.get_one(Person, person_id)
    seat = queries.get_seat(council["seats"][name])
    service.save_seat(
        council["agent"], council_id=seat.council_id, role=seat.role, origin=seat.origin, since=seat.since,
        name=name, email=person.email, seat_id=seat.id,
    )  # fmt: skip
    return actor_of(person_id)


def minutes_of(council: Council) -> str:
    return plain(queries.get_sitting(council["sitting"]).minutes_source)


def test_those_present_vote_by_telephone_or_on_paper_and_the_minutes_are_written_at_the_closing(
    council: Council,
) -> None:
    vote_id = open_secret(council, "Ada", "Bob", "Chloé", proxies={"Dan": "Ada"})
    poll_id = poll_of(vote_id)
    roll, yes, no = on_roll(poll_id), choice_of(poll_id, "Pour"), choice_of(poll_id, "Contre")
    assert set(roll) == {"Ada", "Bob", "Chloé", "Dan"}

    cast_ballot(council["ada"], poll_id=poll_id, choice_id=yes)
    ballots.cast_carried_ballot(
        council["ada"], poll_id=poll_id, giver_id=roll["Dan"], answers=reading.answers_naming(poll_id, yes)
    )
    for name, choice in (("Bob", no), ("Chloé", None)):
        register_ballot(
            council["agent"],
            poll_id=poll_id,
            person_id=roll[name],
            choice_id=choice,
            channel=AssistedChannel.PAPER,
        )
    with pytest.raises(ResultNotPublished):
        secret_votes.write_secret_result(council["agent"], vote_id=vote_id, words=secret_minutes_of)
    assert "Vote secret" not in minutes_of(council)

    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        while outbox.deliver_due():
            pass
        view = secret_votes.show_secret_vote(ANONYMOUS, vote_id=vote_id)
        minutes = minutes_of(council)
        secret_votes.write_secret_result(council["agent"], vote_id=vote_id, words=secret_minutes_of)
        assert find_damage(voting.get_poll(poll_id)) is None
        assert reading.show_result(ANONYMOUS, poll_id=poll_id).is_intact

    assert view.is_written
    assert view.result is not None
    assert (dict(view.result.counts), view.result.blanks) == ({"Pour": 2, "Contre": 1}, 1)
    assert minutes.count("Vote secret.") == minutes_of(council).count("Vote secret.") == 1
    assert "un tiers des membres présents" in minutes
    assert "Présents : 3 sur 4 sièges. Quorum : 3 présents, atteint." in minutes
    assert "Ont pris part au vote : Ada, Bob, Chloé. Procurations : Dan, par Ada." in minutes
    assert "- Pour : 2\n- Contre : 1\n- Blanc : 1" in minutes
    assert "La motion est adoptée." in minutes
    assert str(voting.get_poll(poll_id).rules_hash) in minutes


def test_presence_and_proxies_are_in_what_is_frozen(council: Council) -> None:
    poll_id = poll_of(open_secret(council, "Ada", "Bob", "Chloé", proxies={"Dan": "Ada"}))

    frozen = json.loads(reading.export_rules(ANONYMOUS, poll_id=poll_id))

    assert (frozen["roll"]["size"], frozen["roll"]["source"]) == (4, "sitting")
    assert frozen["roll"]["proxies"]["size"] == 1
    assert frozen["subject"] == ["sitting", council["sitting"]]


def test_nobody_votes_twice_by_a_proxy_nor_for_somebody_whose_proxy_she_has_not(council: Council) -> None:
    bob = seat_with_account(council, "Bob")
    dan = seat_with_account(council, "Dan")
    poll_id = poll_of(open_secret(council, "Ada", "Bob", "Chloé", proxies={"Dan": "Ada"}))
    roll, answers = on_roll(poll_id), reading.answers_naming(poll_id, None)

    with pytest.raises(VotesByProxy):
        cast_ballot(dan, poll_id=poll_id, choice_id=None)
    for giver in ("Dan", "Chloé"):
        with pytest.raises(NotAllowed):
            ballots.cast_carried_ballot(bob, poll_id=poll_id, giver_id=roll[giver], answers=answers)
    ballots.cast_carried_ballot(council["ada"], poll_id=poll_id, giver_id=roll["Dan"], answers=answers)
    with pytest.raises(AlreadyVoted):
        ballots.cast_carried_ballot(council["ada"], poll_id=poll_id, giver_id=roll["Dan"], answers=answers)
    with pytest.raises(AlreadyVoted):
        register_ballot(
            council["agent"],
            poll_id=poll_id,
            person_id=roll["Dan"],
            choice_id=None,
            channel=AssistedChannel.DESK,
        )

    assert voting.count_turnout(poll_id) == 1
    assert reading.show_poll(council["ada"], poll_id=poll_id).carried[0].has_voted
    assert reading.show_poll(dan, poll_id=poll_id).standing is reading.Standing.ALREADY_VOTED
    assert reading.show_poll(bob, poll_id=poll_id).carried == ()


def test_who_is_neither_present_nor_carried_is_on_no_list(council: Council) -> None:
    poll_id = poll_of(open_secret(council, "Ada", "Bob", "Chloé"))
    neighbour = add_person("Rose")

    with pytest.raises(NotAllowed):
        cast_ballot(actor_of(neighbour), poll_id=poll_id, choice_id=None)
    with pytest.raises(NotOnRoll):
        register_ballot(
            council["agent"],
            poll_id=poll_id,
            person_id=neighbour,
            choice_id=None,
            channel=AssistedChannel.PAPER,
        )

    assert voting.count_turnout(poll_id) == 0
    assert "Dan" not in on_roll(poll_id)


def test_what_could_not_be_opened_leaves_neither_vote_nor_poll(council: Council) -> None:
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (BadAnswers, {"kind": SecretKind.APPOINTMENT, "answers": ["Ada"]}),
        (BadAnswers, {"kind": SecretKind.LAST_ROUND, "answers": ["Ada", "ada"]}),
        (QuorumMissing, {"quorum_percent": 100}),
    ]
    for error, changes in refused:
        with pytest.raises(error):
            open_secret(council, "Ada", "Bob", "Chloé", **changes)
    with pytest.raises(BadProxies):
        open_secret(council, "Ada", "Bob", proxies={"Dan": "Ada", "Chloé": "Ada"}, quorum_percent=0)
    with pytest.raises(NotAllowed):
        open_secret({**council, "agent": council["ada"]}, "Ada", "Bob", "Chloé")

    assert sitting_votes.list_votes(council["sitting"]) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Poll)) == 0


def test_no_vote_opens_before_the_day_of_the_sitting(council: Council) -> None:
    with time_machine.travel(utc_now() - timedelta(days=2), tick=False):
        with pytest.raises(SittingNotYet):
            open_secret(council, "Ada", "Bob", "Chloé")
        with pytest.raises(SittingNotYet):
            seats = council["seats"]
            sitting_votes.open_vote(
                council["agent"],
                sitting_id=council["sitting"],
                motion=MOTION,
                present=list(seats.values()),
                proxies={},
            )

    assert sitting_votes.list_votes(council["sitting"]) == []
    assert voting.list_polls_about("sitting", council["sitting"]) == []


def test_a_secret_vote_and_a_named_one_wait_for_each_other_and_one_is_never_cast_as_the_other(
    council: Council,
) -> None:
    vote_id = open_secret(council, "Ada", "Bob", "Chloé")
    voice_id = sitting_votes.list_voices(vote_id)[0].id

    with pytest.raises(VoteUnderWay):
        open_secret(council, "Ada", "Bob", "Chloé")
    with pytest.raises(VoteIsSecret):
        sitting_votes.cast_voice(council["agent"], voice_id=voice_id, answer=VoiceAnswer.FOR)
    with pytest.raises(VoteIsSecret):
        sitting_votes.close_vote(council["agent"], vote_id=vote_id, words=lambda view: "")
    assert sitting_votes.list_voices(vote_id)[0].answer is None

    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        with pytest.raises(PollNotOpen):
            cast_ballot(council["ada"], poll_id=poll_of(vote_id), choice_id=None)
        assert open_secret(council, "Ada", "Bob", "Chloé")


def test_the_rules_of_a_council_say_how_many_proxies_a_member_may_hold(council: Council) -> None:
    council_id = queries.get_sitting(council["sitting"]).council_id
    service.edit_council(
        council["agent"], council_id=council_id, name="Conseil des Bords", page="", most_proxies=2
    )
    assert open_secret(council, "Ada", "Bob", proxies={"Dan": "Ada", "Chloé": "Ada"}, quorum_percent=0)

    service.edit_council(
        council["agent"], council_id=council_id, name="Conseil des Bords", page="", most_proxies=0
    )
    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False), pytest.raises(BadProxies):
        open_secret(council, "Ada", "Bob", "Chloé", proxies={"Dan": "Ada"})


def test_an_appointment_without_absolute_majority_is_voted_again(council: Council) -> None:
    names = ["Ada", "Bob", "Chloé"]
    vote_id = open_secret(
        council, *names, kind=SecretKind.APPOINTMENT, reason=SecretReason.APPOINTMENT, answers=names
    )
    poll_id = poll_of(vote_id)
    for voter, chosen in zip(on_roll(poll_id).values(), names, strict=True):
        if voter != council["ada"].id:
            register_ballot(
                council["agent"],
                poll_id=poll_id,
                person_id=voter,
                choice_id=choice_of(poll_id, chosen),
                channel=AssistedChannel.PAPER,
            )
    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        result = secret_votes.show_secret_vote(ANONYMOUS, vote_id=vote_id).result

    assert result is not None
    assert (result.chosen, result.expressed, result.majority) == ("", 2, 2)
    assert "Personne n’a la majorité absolue (2 voix)" in plain(secret_outcome_words(result))


def test_an_agent_opens_a_secret_vote_by_the_pages_and_a_member_votes_on_her_telephone(
    app: Flask,
) -> None:

    with app.app_context():
        council = make_council()
    agent, ada = sign_in(app, council["agent"].id), sign_in(app, council["ada"].id)
    base = f"/conseils-de-quartier/seances/{council['sitting']}"
    seats = council["seats"]
    form = {
        "motion": MOTION,
        "reason": "third",
        "minutes": "5",
        f"seat-{seats['Ada']}": "present",
        f"seat-{seats['Bob']}": "present",
        f"seat-{seats['Chloé']}": "present",
        f"seat-{seats['Dan']}": f"proxy-{seats['Ada']}",
    }

    assert "Ouvrir un vote secret" in plain(agent.get(base).get_data(as_text=True))
    assert "Durée du vote" in plain(agent.get(f"{base}/votes-secrets/nouveau").get_data(as_text=True))
    again = post_form(agent, f"{base}/votes-secrets", **{**form, "reason": ""})
    assert again.status_code == 422
    assert MOTION in again.get_data(as_text=True)
    assert post_form(ada, f"{base}/votes-secrets", **form).status_code == 403
    page = post_form(agent, f"{base}/votes-secrets", **form).headers["Location"]

    shown = plain(ada.get(page).get_data(as_text=True))
    assert "Vous pouvez voter" in shown
    assert "Voter pour Dan" in shown
    assert "Photographiez" not in shown
    with app.app_context():
        poll_id = voting.list_polls_about("sitting", council["sitting"])[0].id
        dan = on_roll(poll_id)["Dan"]
    paper = plain(ada.get(f"/scrutins/{poll_id}/procurations/{dan}/bulletin").get_data(as_text=True))
    assert "Bulletin de Dan" in paper
    assert post_form(ada, f"/scrutins/{poll_id}/procurations/{dan}/bulletin", q1="c1").status_code == 302
    assert post_form(ada, f"/scrutins/{poll_id}/bulletin", q1="c2").status_code == 302
    with time_machine.travel(utc_now() + timedelta(minutes=6), tick=False):
        stranger = app.test_client()
        assert "Égalité : dans un vote secret" in plain(stranger.get(page).get_data(as_text=True))
        result = plain(stranger.get(f"/scrutins/{poll_id}/resultat").get_data(as_text=True))
        assert "À égalité" in result
        assert "tirage au sort" not in result, (
            "no lots contradict the council's rule, which rejects the motion"
        )
        assert f'href="{base}"' in result
        sign_in(app, council["agent"].id).post(f"{page}/cloture")
        assert plain(stranger.get(base).get_data(as_text=True)).count("Vote secret.") <= 1


def test_a_client_of_the_api_holds_both_kinds_of_votes(app: Flask) -> None:
    with app.app_context():
        council = make_council()
        agent, ada = bearer(app, council["agent"].id), bearer(app, council["ada"].id)
    client, seats = app.test_client(), council["seats"]
    body: dict[str, Any] = {
        "motion": MOTION,
        "present": [seats["Ada"], seats["Bob"], seats["Chloé"]],
        "proxies": [{"giver": seats["Dan"], "holder": seats["Ada"]}],
    }
    base = f"/api/v1/sittings/{council['sitting']}"

    named = client.post(f"{base}/votes", json={**body, "shows_voices": True}, headers=agent)
    assert named.status_code == 201, named.text
    voices = {voice["name"]: voice["id"] for voice in named.json["voices"]}
    answered = client.put(f"/api/v1/sitting-voices/{voices['Dan']}", json={"answer": "for"}, headers=ada)
    assert answered.status_code == 200, answered.text
    assert (
        client.put(f"/api/v1/sitting-voices/{voices['Bob']}", json={"answer": "for"}, headers=ada).status_code
        == 403
    )
    read = client.get(f"/api/v1/sitting-votes/{named.json['id']}").json
    assert (read["counts"][0], read["turnout"], read["outcome"]) == ({"answer": "for", "count": 1}, 1, None)
    assert (
        client.post(f"{base}/secret-votes", json={**body, "reason": "rule"}, headers=agent).status_code == 409
    )
    closed = client.post(f"/api/v1/sitting-votes/{named.json['id']}/closing", headers=agent)
    assert closed.json["outcome"] == "La motion est adoptée."

    secret = client.post(f"{base}/secret-votes", json={**body, "reason": "rule"}, headers=agent)
    assert secret.status_code == 201, secret.text
    assert secret.json["is_open"]
    assert secret.json["counts"] is None
    cast = client.post(
        f"/api/v1/polls/{secret.json['poll_id']}/ballots", json={"answers": [{"blank": True}]}, headers=ada
    )
    assert cast.status_code == 201, cast.text
    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        over = client.get(f"/api/v1/sitting-votes/{secret.json['id']}").json
    assert (over["blanks"], over["turnout"], over["outcome"]) == (1, 1, "La motion est rejetée.")
    listed = client.get(f"{base}/votes").json["items"]
    assert [(one["is_secret"], one["is_open"]) for one in listed] == [(False, False), (True, True)]


def test_a_result_written_while_an_agent_types_the_minutes_is_not_lost_when_she_saves(app: Flask) -> None:
    with app.app_context():
        council = make_council()
        open_secret(council, "Ada", "Bob", "Chloé")
    base = f"/conseils-de-quartier/seances/{council['sitting']}"
    agent = sign_in(app, council["agent"].id)
    form = {
        "title": "Séance ordinaire",
        "starts_at": "2031-03-14T18:30",
        "place": "Centre social",
        "is_published": "true",
        "minutes": "Ouverture à 18 h.\r\n\r\nBob parle du parc.",
        "minutes_before": "Ouverture à 18 h.",
    }
    assert 'name="minutes_before"' in agent.get(f"{base}/modifier").get_data(as_text=True)

    with app.app_context(), time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        while outbox.deliver_due():
            pass
    for _ in range(2):  # the second time, by the button that goes back
        assert post_form(agent, f"{base}/modifier", **form).status_code == 302

    with app.app_context():
        kept = minutes_of(council)
    assert kept.startswith("Ouverture à 18 h.\n\nBob parle du parc.\n\n**Vote secret.**")
    assert kept.count("**Vote secret.**") == kept.count("Bob parle") == 1

    rewritten = {**form, "minutes": "Tout est à refaire.", "minutes_before": kept}
    assert post_form(agent, f"{base}/modifier", **rewritten).status_code == 302
    with app.app_context():
        assert minutes_of(council) == "Tout est à refaire."


def test_the_page_names_who_is_chosen_as_she_is_written_and_the_minutes_without_markdown() -> None:
    result = secret_result_of(SecretKind.LAST_ROUND, {"Liste [A]": 2, "Liste B": 1}, blanks=0, electors=3)

    assert "désigne Liste [A]" in plain(secret_outcome_words(result))


def test_a_secret_vote_does_not_tell_of_a_sitting_that_is_not_published(council: Council) -> None:
    with transaction():
        queries.get_sitting(council["sitting"]).published_at = None

    with pytest.raises(SittingNotPublished):
        open_secret(council, "Ada", "Bob", "Chloé")

    assert voting.list_polls_about("sitting", council["sitting"]) == []
    assert sitting_votes.list_votes(council["sitting"]) == []


def test_a_copy_of_ones_data_says_that_she_gave_or_holds_a_proxy_without_saying_whose(
    council: Council,
) -> None:
    bob = seat_with_account(council, "Bob")
    open_secret(council, "Ada", "Chloé", "Dan", proxies={"Bob": "Ada"})

    told = [export(one.id)["rolls"] for one in (bob, council["ada"])]

    assert [(rolls[0]["gave_proxy"], rolls[0]["proxies_held"]) for rolls in told] == [(True, 0), (False, 1)]
    assert "Ada" not in str(told[0])
