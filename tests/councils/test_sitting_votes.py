"""A motion put to a named vote: presence, proxies, quorum, the chair's voice, and the minutes."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.councils import motions, queries, service, sitting_votes
from civic.councils.errors import BadProxies, QuorumMissing, VoteClosed, VoteUnderWay
from civic.councils.minutes import minutes_of
from civic.councils.motions import Voice, result_of
from civic.councils.rules import SeatOrigin, SeatRole, VoiceAnswer
from civic.extensions import socketio
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.councils.conftest import make_council

FOR, AGAINST, BLANK, ABSTAIN = VoiceAnswer
MOTION = "Demander un banc place du Puits"


def voices(answers: str, chair: int | None = None) -> list[Voice]:
    known = {"f": FOR, "a": AGAINST, "b": BLANK, "s": ABSTAIN, "-": None}
    return [Voice(f"V{index}", known[answer], index == chair) for index, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("answers", "chair", "is_adopted", "is_casting"),
    [
        ("ffa", None, True, False),
        ("faa", None, False, False),
        ("fabbbsss-", None, False, False),
        ("fa", 0, True, True),
        ("fa", 1, False, True),
        ("fas", 2, False, False),
        ("fssss", None, True, False),
        ("bbss", 0, False, False),
    ],
)
def test_more_for_than_against_adopts_and_the_chair_decides_between_equals(
    answers: str, chair: int | None, is_adopted: bool, is_casting: bool
) -> None:
    result = result_of(voices(answers, chair))

    assert (result.is_adopted, result.is_casting) == (is_adopted, is_casting)


def test_a_chair_who_is_absent_decides_nothing_by_her_proxy() -> None:
    result = result_of([Voice("Chair", FOR, True, holder="Bob"), Voice("Bob", AGAINST)])

    assert (result.is_adopted, result.is_casting) == (False, False)


@pytest.mark.parametrize(
    ("seats", "percent", "needed"), [(12, 50, 7), (11, 50, 6), (12, 0, 0), (12, 33, 4), (12, 100, 12)]
)
def test_half_is_more_than_half(seats: int, percent: int, needed: int) -> None:
    assert motions.needed_for_quorum(seats, percent) == needed


@pytest.mark.parametrize(
    ("present", "proxies"),
    [
        ((), {}),
        ((1,), {1: 1}),
        ((1, 2), {1: 2}),
        ((1,), {2: 3}),
        ((1, 9), {}),
        ((1,), {9: 1}),
        ((1,), {2: 1, 3: 1}),
    ],
)
def test_voices_that_nobody_may_carry_are_refused(present: tuple[int, ...], proxies: dict[int, int]) -> None:
    with pytest.raises(BadProxies):
        motions.ensure_proxies(present=present, proxies=proxies, seated={1, 2, 3})


def open_vote(
    council: dict[str, Any], *present: str, proxies: dict[str, str] | None = None, **changes: Any
) -> int:
    seats = council["seats"]
    return sitting_votes.open_vote(
        council["agent"],
        sitting_id=council["sitting"],
        motion=MOTION,
        present={seats[name] for name in present},
        proxies={seats[giver]: seats[holder] for giver, holder in (proxies or {}).items()},
        **changes,
    )


def voice_ids(council: dict[str, Any], vote_id: int) -> dict[str, int]:
    view = sitting_votes.show_vote(council["agent"], vote_id=vote_id)
    return {voice.name: voice.id for voice in view.voices}


def test_a_vote_is_opened_cast_closed_and_written_in_the_minutes(council: dict[str, Any]) -> None:
    vote_id = open_vote(council, "Ada", "Bob", "Chloé", proxies={"Dan": "Bob"})
    ids = voice_ids(council, vote_id)
    for name, answer in {"Ada": FOR, "Bob": AGAINST, "Dan": AGAINST, "Chloé": FOR}.items():
        sitting_votes.cast_voice(council["agent"], voice_id=ids[name], answer=answer)

    result = sitting_votes.close_vote(council["agent"], vote_id=vote_id, words=minutes_of)

    assert (result.is_adopted, result.is_casting) == (True, True)
    minutes = queries.get_sitting(council["sitting"]).minutes_source
    assert minutes.startswith("Ouverture à 18 h.\n\n**Vote nominal.**")
    assert "Présents : 3 sur 4 sièges." in plain(minutes)
    assert "Dan, par Bob" in minutes
    assert "- Contre (2) : Bob, Dan" in plain(minutes)
    assert "la motion est adoptée" in minutes


def test_without_quorum_no_vote_is_opened_and_proxies_do_not_make_it(council: dict[str, Any]) -> None:
    with pytest.raises(QuorumMissing):
        open_vote(council, "Ada", "Bob", proxies={"Chloé": "Ada", "Dan": "Bob"})

    assert sitting_votes.list_votes(council["sitting"]) == []
    assert open_vote(council, "Ada", "Bob", quorum_percent=25)


def test_an_observer_neither_votes_nor_carries_a_voice_and_one_vote_is_held_at_a_time(
    council: dict[str, Any],
) -> None:
    seats = {**council["seats"], "Observatrice": council["observer"]}
    with pytest.raises(BadProxies):
        open_vote({**council, "seats": seats}, "Ada", "Bob", "Chloé", "Observatrice")
    open_vote(council, "Ada", "Bob", "Chloé")
    with pytest.raises(VoteUnderWay):
        open_vote(council, "Ada", "Bob", "Chloé")

    assert len(sitting_votes.list_votes(council["sitting"])) == 1


def test_each_casts_her_own_voice_and_that_which_she_carries_and_no_other(council: dict[str, Any]) -> None:
    vote_id = open_vote(council, "Ada", "Bob", "Chloé", proxies={"Dan": "Ada"})
    ids = voice_ids(council, vote_id)
    sitting_votes.cast_voice(council["ada"], voice_id=ids["Ada"], answer=FOR)
    sitting_votes.cast_voice(council["ada"], voice_id=ids["Dan"], answer=AGAINST)

    with pytest.raises(NotAllowed):
        sitting_votes.cast_voice(council["ada"], voice_id=ids["Bob"], answer=FOR)
    with pytest.raises(NotSignedIn):
        sitting_votes.cast_voice(ANONYMOUS, voice_id=ids["Ada"], answer=AGAINST)

    shown = {
        voice.name: voice.answer
        for voice in sitting_votes.show_vote(council["agent"], vote_id=vote_id).voices
    }
    assert shown == {"Ada": FOR, "Bob": None, "Chloé": None, "Dan": AGAINST}


def test_somebody_absent_casts_nothing_herself(council: dict[str, Any]) -> None:
    vote_id = open_vote(council, "Bob", "Chloé", "Dan", proxies={"Ada": "Bob"})

    with pytest.raises(NotAllowed):
        sitting_votes.cast_voice(council["ada"], voice_id=voice_ids(council, vote_id)["Ada"], answer=FOR)


def test_while_it_is_open_nobody_reads_the_answers_of_others(council: dict[str, Any]) -> None:
    vote_id = open_vote(council, "Ada", "Bob", "Chloé")
    sitting_votes.cast_voice(council["agent"], voice_id=voice_ids(council, vote_id)["Bob"], answer=AGAINST)

    for reader in (ANONYMOUS, council["ada"]):
        view = sitting_votes.show_vote(reader, vote_id=vote_id)
        assert [voice.answer for voice in view.voices] == [None, None, None]
        assert view.result is None
        assert [voice.has_answered for voice in view.voices] == [False, True, False]


def test_once_closed_nothing_changes(council: dict[str, Any]) -> None:
    vote_id = open_vote(council, "Ada", "Bob", "Chloé")
    ids = voice_ids(council, vote_id)
    sitting_votes.cast_voice(council["agent"], voice_id=ids["Bob"], answer=AGAINST)
    sitting_votes.close_vote(council["agent"], vote_id=vote_id, words=minutes_of)
    minutes = queries.get_sitting(council["sitting"]).minutes_source

    with pytest.raises(VoteClosed):
        sitting_votes.cast_voice(council["agent"], voice_id=ids["Bob"], answer=FOR)
    with pytest.raises(VoteClosed):
        sitting_votes.close_vote(council["agent"], vote_id=vote_id, words=minutes_of)
    with pytest.raises(VoteClosed):
        sitting_votes.close_vote(council["ada"], vote_id=vote_id, words=minutes_of)
    with pytest.raises(NotAllowed):
        sitting_votes.close_vote(actor_of(add_person("Rose")), vote_id=vote_id, words=minutes_of)

    view = sitting_votes.show_vote(ANONYMOUS, vote_id=vote_id)
    assert {voice.name: voice.answer for voice in view.voices} == {"Ada": None, "Bob": AGAINST, "Chloé": None}
    assert queries.get_sitting(council["sitting"]).minutes_source == minutes


def test_an_agent_holds_a_vote_by_the_pages(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent_id = add_person("Agnès", roles=((Role.AGENT, town),))
        agent = actor_of(agent_id)
        council_id = service.found_council(agent, territory_id=place, name="Conseil des Bords", page="")
        seats = [
            service.save_seat(
                agent,
                council_id=council_id,
                role=SeatRole.MEMBER,
                origin=SeatOrigin.DRAWN,
                since=town_today(),
                name=name,
            )
            for name in ("Ada", "Bob", "Chloé")
        ]
        sitting_id = service.save_sitting(
            agent,
            council_id=council_id,
            title="Séance",
            starts_at=utc_now(),
            place="Mairie",
            agenda="",
            minutes="",
            is_published=True,
        )
    client = sign_in(app, agent_id)
    base = "/conseils-de-quartier"
    stranger = app.test_client()
    form = {
        f"seat-{seats[0]}": "present",
        f"seat-{seats[1]}": "present",
        f"seat-{seats[2]}": f"proxy-{seats[0]}",
    }

    assert (
        post_form(
            client,
            f"{base}/seances/{sitting_id}/votes",
            motion=MOTION,
            **{**form, f"seat-{seats[1]}": "absent"},
        ).status_code
        == 409
    )
    assert (
        post_form(
            client, f"{base}/seances/{sitting_id}/votes", motion=MOTION, **{**form, f"seat-{seats[1]}": "x"}
        ).status_code
        == 422
    )
    opened = post_form(client, f"{base}/seances/{sitting_id}/votes", motion=MOTION, **form)
    page = opened.headers["Location"]
    assert "procuration à Ada" in plain(client.get(page).get_data(as_text=True))
    for voice_id in (1, 2, 3):
        assert post_form(client, f"{base}/voix/{voice_id}", answer="for").status_code == 302
    assert "3 réponses données sur 3" in plain(stranger.get(page).get_data(as_text=True))
    post_form(client, f"{page}/cloture")

    assert "La motion est adoptée." in plain(stranger.get(page).get_data(as_text=True))
    shown = plain(stranger.get(f"{base}/seances/{sitting_id}").get_data(as_text=True))
    assert "Pour (3) : Ada, Bob, Chloé" in shown
    assert "Chloé, par Ada" in shown


def test_a_vote_that_shows_its_voices_shows_them_to_all_as_they_are_given(council: dict[str, Any]) -> None:
    vote_id = open_vote(council, "Ada", "Bob", "Chloé", shows_voices=True)
    ids = voice_ids(council, vote_id)
    sitting_votes.cast_voice(council["agent"], voice_id=ids["Bob"], answer=AGAINST)

    view = sitting_votes.show_vote(ANONYMOUS, vote_id=vote_id)

    assert [(voice.name, voice.answer) for voice in view.voices][1] == ("Bob", AGAINST)
    assert view.so_far is not None
    assert view.so_far.count(AGAINST) == 1
    assert view.result is None


def test_whoever_follows_a_named_vote_hears_how_many_answered_and_neither_who_nor_what(
    council: dict[str, Any],
) -> None:
    vote_id = open_vote(council, "Ada", "Bob", "Chloé")
    sitting_votes.cast_voice(council["agent"], voice_id=voice_ids(council, vote_id)["Bob"], answer=AGAINST)
    sitting_votes.close_vote(council["agent"], vote_id=vote_id, words=minutes_of)

    told = db.session.scalars(sa.select(OutboxMessage.payload).filter_by(kind="live.room")).all()
    payloads = [one["payload"] for one in told if "sitting_vote" in str(one)]

    assert payloads == [
        {"sitting_vote_id": vote_id, "answered": 1, "voices": 3},
        {"sitting_vote_id": vote_id, "is_adopted": False},
    ]


def test_anybody_follows_a_published_vote_and_nobody_that_of_a_draft(app: Flask) -> None:
    with app.app_context():
        council = make_council()
        vote_id = open_vote(council, "Ada", "Bob", "Chloé")
    stranger = socketio.test_client(app)

    followed = stranger.emit("sitting_vote:follow", {"sitting_vote_id": vote_id}, callback=True)
    assert followed["data"] == {"sitting_vote_id": vote_id, "answered": 0, "voices": 3}
    with app.app_context(), transaction():
        queries.get_sitting(council["sitting"]).published_at = None
    refused = stranger.emit("sitting_vote:follow", {"sitting_vote_id": vote_id}, callback=True)
    assert refused["error"]["code"] == "sitting_vote_not_found"
