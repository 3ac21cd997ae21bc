"""A sitting as it takes place: opened with a roll call, one item at a time, questions of the room, motions where they belong."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import Role
from civic.accounts.service import erasure
from civic.audit.models import AuditEntry
from civic.councils import motions, sitting_votes
from civic.councils.minutes import minutes_of
from civic.councils.rules import VoiceAnswer
from civic.councils.sittings import asking, leading, queries
from civic.councils.sittings.errors import (
    ItemNotFound,
    ItemNotOpen,
    ItemUnderWay,
    NobodyPresides,
    OwnQuestion,
    QuestionDoubled,
    QuestionNotFound,
    QuestionSettled,
    QuestionsTooMany,
    ReasonMissing,
    SittingClosed,
    SittingNotOpen,
    SittingOpened,
    TooEarly,
    VotesUnderWay,
)
from civic.councils.sittings.models import (
    AgendaItem,
    LiveSitting,
    QuestionSupport,
    SeatPresence,
    SittingQuestion,
)
from civic.councils.sittings.rules import QUESTIONS_PER_PERSON, QuestionState, SittingState
from civic.councils.sittings.showing import SittingView, show_questions, show_sitting
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.transaction import transaction
from civic.moderation import service as moderation
from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind
from tests.conftest import actor_of, add_person, plain, post_form, sign_in
from tests.councils.sittings.making import ABSENT, PRESENT, Sat, rows
from tests.together import all_at_once

WAITING, ANSWERED, SET_ASIDE = QuestionState
QUESTION = "Qui ouvre le local le samedi ?"


@pytest.fixture
def sat(app_context: Flask) -> Sat:
    """A sitting that has just been opened by its chair, three of four voting members being there."""
    made = Sat(in_hours=0)
    made.begin()
    return made


def view(sat: Sat, actor: Any = ANONYMOUS) -> SittingView:
    db.session.rollback()
    return show_sitting(actor, sitting_id=sat.sitting)


def states(sat: Sat) -> list[str]:
    return [item.state.value for item in view(sat).items]


def test_the_chair_opens_a_sitting_with_who_is_there(sat: Sat) -> None:
    shown = view(sat)

    assert (shown.state, shown.current) == (SittingState.OPEN, None)
    assert shown.live is not None
    assert shown.live.presided_by == "Ada"
    assert shown.quorum is not None
    assert (shown.quorum.present, shown.quorum.seats, shown.quorum.needed) == (3, 4, 3)
    assert shown.quorum.is_reached


def test_a_sitting_without_quorum_opens_and_says_so(app_context: Flask) -> None:
    sat = Sat(in_hours=0)
    sat.begin("Ada", "Olga")

    quorum = view(sat).quorum

    assert quorum is not None
    assert (quorum.present, quorum.is_reached) == (1, False)


def test_nobody_opens_a_sitting_twice_nor_hours_before_nor_without_a_right(app_context: Flask) -> None:
    early, sat = Sat(in_hours=2), Sat(in_hours=0)

    with pytest.raises(TooEarly):
        early.begin()
    with pytest.raises(NotAllowed):
        leading.open_sitting(
            sat.member,
            sitting_id=sat.sitting,
            chair_seat_id=sat.seats["Bob"],
            presences={sat.seats["Bob"]: PRESENT},
            quorum_percent=0,
        )
    with pytest.raises(NobodyPresides):
        sat.begin("Bob", "Chloé")
    assert rows(LiveSitting, SeatPresence) == []

    sat.begin()
    before = rows(LiveSitting, SeatPresence)
    with pytest.raises(SittingOpened):
        sat.begin()
    assert rows(LiveSitting, SeatPresence) == before


def test_who_arrives_is_counted_and_the_opening_stays_as_it_was(sat: Sat) -> None:
    everybody = dict.fromkeys(sat.seats.values(), PRESENT)

    leading.call_roll(sat.chair, sitting_id=sat.sitting, presences=everybody)

    quorum = view(sat).quorum
    assert quorum is not None
    assert quorum.present == 4
    live = queries.find_live(sat.sitting)
    assert live is not None
    assert live.present == 3
    with pytest.raises(NotAllowed):
        leading.call_roll(sat.rose, sitting_id=sat.sitting, presences={sat.seats["Ada"]: ABSENT})


def test_items_are_opened_one_at_a_time_and_their_hours_kept(sat: Sat) -> None:
    first, second, _ = sat.items
    leading.open_item(sat.chair, item_id=first)

    with pytest.raises(ItemUnderWay):
        leading.open_item(sat.agnes, item_id=second)
    assert states(sat) == ["open", "coming", "coming"]

    leading.pass_on(sat.chair, item_id=first)
    with pytest.raises(ItemNotOpen):
        leading.pass_on(sat.chair, item_id=first)
    assert states(sat) == ["done", "open", "coming"]
    leading.close_item(sat.chair, item_id=second)
    leading.open_item(sat.chair, item_id=first)
    assert states(sat) == ["open", "done", "coming"]
    with pytest.raises(NotAllowed):
        leading.close_item(sat.member, item_id=first)


def test_two_chairs_who_open_two_items_at_once_open_one(service_app: Flask, sat: Sat) -> None:
    first, second, third = sat.items

    answers = all_at_once(
        service_app,
        [
            lambda item=item, actor=actor: leading.open_item(actor, item_id=item)  # type: ignore[misc]
            for item, actor in ((first, sat.chair), (second, sat.agnes), (third, sat.chair))
        ],
    )

    assert sum(isinstance(answer, ItemUnderWay) for answer in answers) == 2
    assert sorted(states(sat)) == ["coming", "coming", "open"]


def test_the_table_itself_holds_one_open_item(sat: Sat) -> None:
    with pytest.raises(IntegrityError), transaction():
        for item in queries.list_items(sat.sitting)[:2]:
            item.opened_at = utc_now()
        db.session.flush()

    assert states(sat) == ["coming"] * 3


def test_while_it_is_suspended_nothing_moves_and_once_closed_nothing_is_added(sat: Sat) -> None:
    leading.open_item(sat.chair, item_id=sat.items[0])
    leading.suspend_sitting(sat.chair, sitting_id=sat.sitting)
    before = rows(AgendaItem, SittingQuestion)

    with pytest.raises(SittingNotOpen):
        leading.close_item(sat.chair, item_id=sat.items[0])
    with pytest.raises(SittingNotOpen):
        asking.ask_question(sat.rose, item_id=sat.items[0], text=QUESTION)
    assert rows(AgendaItem, SittingQuestion) == before

    leading.resume_sitting(sat.chair, sitting_id=sat.sitting)
    leading.close_sitting(sat.chair, sitting_id=sat.sitting)
    assert (view(sat).state, states(sat)[0]) == (SittingState.CLOSED, "done")
    with pytest.raises(SittingClosed):
        leading.open_item(sat.chair, item_id=sat.items[1])
    with pytest.raises(SittingClosed):
        asking.ask_question(sat.rose, item_id=sat.items[0], text=QUESTION)
    assert rows(SittingQuestion) == []


# Motions


def put_to_vote(sat: Sat) -> int:
    return sitting_votes.open_vote(
        sat.chair,
        sitting_id=sat.sitting,
        motion="Demander un banc",
        present={sat.seats[name] for name in ("Ada", "Bob", "Chloé")},
        proxies={},
    )


def test_a_motion_belongs_to_the_item_that_is_open_and_the_chair_closes_it(sat: Sat) -> None:
    leading.open_item(sat.chair, item_id=sat.items[1])
    vote = put_to_vote(sat)
    with pytest.raises(VotesUnderWay):
        leading.close_item(sat.chair, item_id=sat.items[1])
    with pytest.raises(VotesUnderWay):
        leading.close_sitting(sat.chair, sitting_id=sat.sitting)

    voices = sitting_votes.show_vote(sat.chair, vote_id=vote).voices
    own = next(voice.id for voice in voices if voice.name == "Ada")
    sitting_votes.cast_voice(sat.chair, voice_id=own, answer=VoiceAnswer.FOR)
    sitting_votes.close_vote(sat.chair, vote_id=vote, words=minutes_of)

    assert [[each.id for each in item.votes] for item in view(sat).items] == [[], [vote], []]


def test_no_motion_is_put_to_the_vote_in_a_break_nor_after_the_end(sat: Sat) -> None:
    leading.suspend_sitting(sat.chair, sitting_id=sat.sitting)
    with pytest.raises(SittingNotOpen):
        put_to_vote(sat)
    leading.close_sitting(sat.chair, sitting_id=sat.sitting)
    with pytest.raises(SittingClosed):
        put_to_vote(sat)

    assert sitting_votes.list_votes(sat.sitting) == []


def test_the_quorum_of_a_vote_is_the_same_rule(sat: Sat) -> None:
    assert motions.needed_for_quorum(4, 50) == 3


# Questions


@pytest.fixture
def asked(sat: Sat) -> tuple[Sat, int]:
    leading.open_item(sat.chair, item_id=sat.items[0])
    return sat, asking.ask_question(sat.rose, item_id=sat.items[0], text=QUESTION)


def texts(sat: Sat) -> list[tuple[str, int]]:
    return [(question.text, question.supports) for question in view(sat).items[0].questions]


def test_a_question_is_asked_on_the_open_item_by_a_resident_or_in_the_room(asked: tuple[Sat, int]) -> None:
    sat, _ = asked
    with pytest.raises(ItemNotOpen):
        asking.ask_question(sat.rose, item_id=sat.items[1], text="Sur un autre point ?")
    with pytest.raises(NotSignedIn):
        asking.ask_question(ANONYMOUS, item_id=sat.items[0], text="Sans compte ?")
    with pytest.raises(NotAllowed):
        asking.ask_question(sat.yves, item_id=sat.items[0], text="Venu d’ailleurs ?")
    with pytest.raises(NotAllowed):
        asking.ask_question(sat.rose, item_id=sat.items[0], text="De la salle ?", is_from_room=True)
    with pytest.raises(QuestionDoubled):
        asking.ask_question(sat.member, item_id=sat.items[0], text="qui ouvre le local le samedi")
    assert texts(sat) == [(QUESTION, 0)]

    asking.ask_question(sat.agnes, item_id=sat.items[0], text="Et le dimanche ?", is_from_room=True)
    own, room = view(sat, sat.rose).items[0].questions
    assert (own.author, own.is_own, own.is_from_room) == ("Rose", True, False)
    assert (room.author, room.is_own, room.is_from_room) == ("", False, True)


def test_one_person_does_not_fill_the_wall(asked: tuple[Sat, int]) -> None:
    sat, _ = asked
    for number in range(1, QUESTIONS_PER_PERSON):
        asking.ask_question(sat.rose, item_id=sat.items[0], text=f"Encore une, la {number} ?")

    with pytest.raises(QuestionsTooMany):
        asking.ask_question(sat.rose, item_id=sat.items[0], text="Et celle-ci ?")

    assert len(texts(sat)) == QUESTIONS_PER_PERSON


def test_a_question_is_supported_once_and_the_most_supported_comes_first(asked: tuple[Sat, int]) -> None:
    sat, first = asked
    second = asking.ask_question(sat.member, item_id=sat.items[0], text="Qui paie le chauffage ?")

    assert asking.support_question(sat.rose, question_id=second) == 1
    assert asking.support_question(sat.rose, question_id=second) == 1
    told = sa.select(AuditEntry.actor_id).where(AuditEntry.fact == "QuestionSupported")
    assert list(db.session.scalars(told)) == [None]  # what she supports is an opinion: no journal keeps it
    assert texts(sat) == [("Qui paie le chauffage ?", 1), (QUESTION, 0)]
    with pytest.raises(OwnQuestion):
        asking.support_question(sat.rose, question_id=first)
    with pytest.raises(NotAllowed):
        asking.support_question(sat.yves, question_id=first)
    assert asking.withdraw_support(sat.rose, question_id=second) == 0
    assert asking.withdraw_support(sat.rose, question_id=second) == 0
    assert texts(sat) == [(QUESTION, 0), ("Qui paie le chauffage ?", 0)]


def test_supports_given_at_once_are_all_counted_and_none_twice(
    service_app: Flask, asked: tuple[Sat, int]
) -> None:
    sat, question = asked
    actors = [actor_of(add_person(f"P{number}", lives_in=sat.place)) for number in range(4)] * 2

    all_at_once(
        service_app,
        [lambda actor=actor: asking.support_question(actor, question_id=question) for actor in actors],  # type: ignore[misc]
    )

    assert texts(sat) == [(QUESTION, 4)]
    assert len(rows(QuestionSupport)) == 4


def test_the_chair_answers_or_sets_aside_with_a_reason(asked: tuple[Sat, int]) -> None:
    sat, question = asked
    with pytest.raises(ReasonMissing):
        asking.settle_question(sat.chair, question_id=question, state=SET_ASIDE, words="")
    with pytest.raises(NotAllowed):
        asking.settle_question(sat.rose, question_id=question, state=ANSWERED, words="")
    assert view(sat).items[0].questions[0].state is WAITING

    asking.settle_question(sat.chair, question_id=question, state=ANSWERED, words="Mme Ouazzani.")

    shown = view(sat).items[0].questions[0]
    assert (shown.state, shown.words) == (ANSWERED, "Mme Ouazzani.")
    for refused in (
        lambda: asking.settle_question(sat.chair, question_id=question, state=SET_ASIDE, words="Non."),
        lambda: asking.support_question(sat.member, question_id=question),
    ):
        with pytest.raises(QuestionSettled):
            refused()


def test_a_question_that_moderation_hides_is_read_nowhere(asked: tuple[Sat, int]) -> None:
    sat, question = asked
    moderator = actor_of(add_person("Maud", roles=((Role.MODERATOR, sat.town),)))
    moderation.flag_content(
        sat.member, kind=SubjectKind.SITTING_QUESTION, subject_id=question, reason=Reason.OFF_TOPIC
    )
    (waiting,) = moderation.list_queue(moderator).items
    moderation.decide_on_flags(
        moderator,
        content_id=waiting.content.id,
        outcome=Outcome.HIDE,
        rule=Rule.STAY_ON_TOPIC,
        text="Hors sujet.",
    )

    assert texts(sat) == []
    with pytest.raises(QuestionNotFound):
        asking.support_question(sat.member, question_id=question)


def test_who_leaves_takes_her_name_and_her_supports_and_her_question_stays(asked: tuple[Sat, int]) -> None:
    sat, question = asked
    zoe = actor_of(add_person("Zoé", lives_in=sat.place, password="une petite phrase sans histoire"))
    asking.support_question(zoe, question_id=question)
    asking.ask_question(zoe, item_id=sat.items[0], text="Et les clés ?")

    erasure.delete_account(zoe, present_password="une petite phrase sans histoire")

    assert texts(sat) == [(QUESTION, 0), ("Et les clés ?", 0)]
    assert view(sat).items[0].questions[1].author == ""


def ask_many(sat: Sat, item: int, count: int) -> list[int]:
    """Questions of an item, the last of them the most supported."""
    with transaction():
        asked = [
            SittingQuestion(
                sitting_id=sat.sitting,
                item_id=item,
                is_from_room=True,
                text=f"Question {item}-{number:03} ?",
                folded=f"{item}-{number}",
                supports=number,
                asked_at=utc_now(),
            )
            for number in range(count)
        ]
        db.session.add_all(asked)
        db.session.flush()
        return [each.id for each in asked]


def test_the_questions_of_an_item_hide_none_of_another_and_all_are_reached(app_context: Flask) -> None:
    sat = Sat(in_hours=0)
    sat.begin()
    first, second = sat.items[:2]
    many, few = ask_many(sat, first, 45), ask_many(sat, second, 2)

    view = show_sitting(ANONYMOUS, sitting_id=sat.sitting)

    assert [(len(item.questions), item.question_count) for item in view.items] == [(20, 45), (2, 2), (0, 0)]
    assert [each.id for each in view.items[1].questions] == few[::-1]
    pages = [show_questions(ANONYMOUS, item_id=first, number=number).page for number in (1, 2, 3)]
    assert [each.id for page in pages for each in page.items] == many[::-1]
    for page in pages:
        for each in page.items:
            path = queries.path_of_question(queries.get_question(each.id))
            assert ("/direct#" in path) == (page.number == 1)
            assert page.number == 1 or f"?page={page.number}#question-{each.id}" in path


def test_a_question_far_down_is_supported_settled_and_flagged_where_it_is_read(app: Flask) -> None:
    with app.app_context():
        sat = Sat(in_hours=0)
        sat.begin()
        leading.open_item(sat.chair, item_id=sat.items[0])
        ids = ask_many(sat, sat.items[0], 22)
    resident, chair, stranger = sign_in(app, sat.rose.id), sign_in(app, sat.ada), app.test_client()
    page = f"/conseils-de-quartier/points/{sat.items[0]}/questions?page=2"

    live = stranger.get(f"/conseils-de-quartier/seances/{sat.sitting}/direct").get_data(as_text=True)
    assert "Voir les 2 autres questions" in plain(live)
    assert page in live
    shown = stranger.get(page).get_data(as_text=True)
    assert f'id="question-{ids[0]}"' in shown
    assert "/soutien" not in shown
    assert f"/questions/{ids[0]}/soutien" in resident.get(page).get_data(as_text=True)
    assert f'/questions/{ids[0]}"' in chair.get(page).get_data(as_text=True)

    supported = post_form(resident, f"/conseils-de-quartier/questions/{ids[0]}/soutien")
    assert supported.location.endswith(f"{page}#question-{ids[0]}")
    asked = post_form(resident, f"/conseils-de-quartier/points/{sat.items[0]}/questions", text="Et après ?")
    assert page in asked.location
    listed = stranger.get(f"/api/v1/agenda-items/{sat.items[0]}/questions?page=2").json
    assert (listed["total"], len(listed["items"])) == (23, 3)


def test_the_questions_of_a_draft_are_read_by_nobody(app_context: Flask) -> None:
    sat = Sat(is_published=False)

    with pytest.raises(ItemNotFound):  # as of an item that nobody wrote
        show_questions(ANONYMOUS, item_id=sat.items[0], number=1)


def test_an_address_of_an_item_tells_nobody_that_a_draft_has_one(app: Flask) -> None:
    with app.app_context():
        sat = Sat(is_published=False)
        ada = add_person("Ada")
        before = rows(AgendaItem)
    hers = sign_in(app, ada)

    def told(item: int) -> list[tuple[int, str]]:
        page = f"/conseils-de-quartier/points/{item}"
        sent = [
            post_form(hers, f"{page}{each}")
            for each in ("", "/place", "/retrait", "/ouverture", "/questions")
        ]
        answers = [hers.get(page), app.test_client().get(page), *sent]
        said = [re.search(r"<h1.*?</h1>.*?</p>", each.get_data(as_text=True), re.DOTALL) for each in answers]
        return [
            (each.status_code, plain(main.group()) if main else "")
            for each, main in zip(answers, said, strict=True)
        ]

    of_draft = told(sat.items[0])
    assert of_draft == told(987_654)
    assert [status for status, _ in of_draft] == [404, 302, 404, 404, 404, 404, 404]
    with app.app_context():
        assert rows(AgendaItem) == before
