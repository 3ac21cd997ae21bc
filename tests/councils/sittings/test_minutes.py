"""Minutes: drafted from what happened, corrected without touching a result, approved, published, and only added to since."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.councils import queries as councils
from civic.councils import sitting_votes
from civic.councils.minutes import minutes_of
from civic.councils.rules import VoiceAnswer
from civic.councils.sittings import asking, leading, queries, recording
from civic.councils.sittings.drafting import draft_of, vote_words
from civic.councils.sittings.errors import (
    ApprovalRefused,
    MinutesApproved,
    MinutesChanged,
    MinutesDrafted,
    MinutesFrozen,
    MinutesNotApproved,
    MinutesNotFound,
    MinutesOther,
    ResultMissing,
    SittingNotClosed,
)
from civic.councils.sittings.models import MinutesAddition, SittingMinutes, SittingQuestion
from civic.councils.sittings.rules import MOST_QUESTIONS_SHOWN, Approval, QuestionState, fingerprint_of
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import town_today
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from tests.conftest import plain, post_form, sign_in
from tests.councils.sittings.making import PRESENT, Sat, rows, told


@pytest.fixture
def sat(app_context: Flask) -> Sat:
    return closed_with_a_vote()


def closed_with_a_vote() -> Sat:
    """A sitting that took place: three members, a late one, two questions, a motion, an item that was not reached."""
    made = Sat(in_hours=0)
    made.begin()
    leading.open_item(made.chair, item_id=made.items[0])
    question = asking.ask_question(made.rose, item_id=made.items[0], text="Qui ouvre le local ?")
    asking.support_question(made.member, question_id=question)
    asking.ask_question(made.agnes, item_id=made.items[0], text="Et le bruit ?", is_from_room=True)
    asking.settle_question(
        made.chair, question_id=question, state=QuestionState.ANSWERED, words="Mme Ouazzani, à 9 h"
    )
    leading.pass_on(made.chair, item_id=made.items[0])
    vote(made)
    leading.call_roll(
        made.chair, sitting_id=made.sitting, presences=dict.fromkeys(made.seats.values(), PRESENT)
    )
    leading.close_sitting(made.chair, sitting_id=made.sitting)
    return made


def vote(sat: Sat) -> None:
    vote_id = sitting_votes.open_vote(
        sat.chair,
        sitting_id=sat.sitting,
        motion="Demander un banc",
        present={sat.seats[name] for name in ("Ada", "Bob", "Chloé")},
        proxies={},
    )
    for voice in sitting_votes.show_vote(sat.agnes, vote_id=vote_id).voices:
        sitting_votes.cast_voice(sat.agnes, voice_id=voice.id, answer=VoiceAnswer.FOR)
    sitting_votes.close_vote(sat.chair, vote_id=vote_id, words=minutes_of)


def draft(sat: Sat) -> str:
    recording.draft_minutes(sat.chair, sitting_id=sat.sitting, words=draft_of)
    return stored(sat).source


def stored(sat: Sat) -> SittingMinutes:
    db.session.rollback()
    minutes = queries.find_minutes(sat.sitting)
    assert minutes is not None
    return minutes


def approve(sat: Sat) -> None:
    recording.approve_minutes(
        sat.chair,
        sitting_id=sat.sitting,
        version=stored(sat).version,
        approval=Approval.CHAIR,
        on=town_today(),
    )


def test_the_draft_says_what_happened_in_its_order(sat: Sat) -> None:
    text = plain(draft(sat))

    for said in (
        "sous la présidence d’Ada.",
        "- Présents : Ada, Bob, Chloé, Olga",
        "- Excusés : Dan",
        "- Arrivés en cours de séance : Dan",
        "Quorum atteint : 3 présents sur 4, il en fallait 3.",
        "### Tour de salle\n\nPoint ouvert à",
        "- « Qui ouvre le local ? » (1 soutien). Réponse : Mme Ouazzani, à 9 h",
        "- « Et le bruit ? » (posée dans la salle). Restée sans réponse.",
        "**Vote nominal.** Demander un banc",
        "- Pour (3) : Ada, Bob, Chloé",
        "La motion est adoptée.",
        "### Guirlandes du mercredi\n\nCe point n’a pas été abordé.",
        "La séance est close à",
    ):
        assert said in text
    assert text.index("Tour de salle") < text.index("Ancien boulodrome") < text.index("**Vote nominal.**")


def test_the_draft_leaves_no_question_out_however_many_were_asked(sat: Sat) -> None:
    sample = db.session.scalars(sa.select(SittingQuestion).limit(1)).one()
    copied = ("sitting_id", "item_id", "is_from_room", "asked_at")
    with transaction():
        db.session.add_all(
            SittingQuestion(
                text=f"Question {number} ?",
                folded=str(number),
                **{name: getattr(sample, name) for name in copied},
            )
            for number in range(MOST_QUESTIONS_SHOWN + 1)
        )

    text = draft(sat)

    assert all(f"« Question {number} ? »" in plain(text) for number in range(MOST_QUESTIONS_SHOWN + 1))


def test_nobody_reads_a_draft_before_it_is_published(sat: Sat) -> None:
    draft(sat)
    approve(sat)

    assert councils.get_sitting(sat.sitting).minutes_source == ""
    with pytest.raises(MinutesNotFound):
        recording.get_published_minutes(ANONYMOUS, sat.sitting)
    assert "news_minutes" not in told(sat.rose)


def test_a_draft_is_written_once_and_only_when_all_is_over(app_context: Flask, sat: Sat) -> None:
    running = Sat(in_hours=0)
    running.begin()
    with pytest.raises(SittingNotClosed):
        draft(running)
    with pytest.raises(NotAllowed):
        recording.draft_minutes(sat.member, sitting_id=sat.sitting, words=draft_of)
    assert rows(SittingMinutes) == []

    text = draft(sat)
    with pytest.raises(MinutesDrafted):
        draft(sat)
    assert stored(sat).source == text


def test_what_is_written_around_a_result_changes_and_the_result_does_not(sat: Sat) -> None:
    text = draft(sat)

    def edit(new: str, version: int) -> None:
        recording.edit_minutes(sat.chair, sitting_id=sat.sitting, text=new, version=version, words=vote_words)

    with pytest.raises(ResultMissing):
        edit(text.replace("Pour (3)", "Pour (2)"), 1)
    assert stored(sat).source == text

    edit(f"{text}\n\nOn a remercié Mme Ouazzani.", 1)
    with pytest.raises(MinutesChanged):
        edit(f"{text}\n\nAutre chose.", 1)
    assert stored(sat).source.endswith("On a remercié Mme Ouazzani.")


def test_the_day_of_an_approval_is_neither_before_the_sitting_nor_to_come(sat: Sat) -> None:
    draft(sat)

    for day in (town_today() - timedelta(days=2), town_today() + timedelta(days=1)):
        with pytest.raises(ApprovalRefused):
            recording.approve_minutes(
                sat.chair, sitting_id=sat.sitting, version=1, approval=Approval.CHAIR, on=day
            )
    with pytest.raises(ApprovalRefused):
        recording.approve_minutes(
            sat.chair,
            sitting_id=sat.sitting,
            version=1,
            approval=Approval.SITTING,
            on=town_today(),
            later_id=None,
        )
    with pytest.raises(ApprovalRefused):
        recording.approve_minutes(
            sat.chair,
            sitting_id=sat.sitting,
            version=1,
            approval=Approval.SITTING,
            on=town_today(),
            later_id=sat.plan(in_hours=50),
        )

    assert stored(sat).approved_on is None


def test_what_is_approved_is_the_text_that_was_read(sat: Sat) -> None:
    text = draft(sat)
    recording.edit_minutes(
        sat.agnes, sitting_id=sat.sitting, text=f"{text}\n\nAjout.", version=1, words=vote_words
    )

    with pytest.raises(MinutesOther):
        recording.approve_minutes(
            sat.chair, sitting_id=sat.sitting, version=1, approval=Approval.CHAIR, on=town_today()
        )
    assert (stored(sat).approved_on, stored(sat).version) == (None, 2)

    approve(sat)
    assert stored(sat).approved_on == town_today()


def versions_in(page: str) -> list[str]:
    return re.findall(r'name="version"\s+value="(\d)"', page)


def test_who_approves_an_old_text_is_shown_the_new_one(app: Flask) -> None:
    with app.app_context():
        sat = closed_with_a_vote()
        text = draft(sat)
        recording.edit_minutes(
            sat.agnes, sitting_id=sat.sitting, text=f"{text}\n\nAjout.", version=1, words=vote_words
        )
    chair = sign_in(app, sat.ada)
    page = f"/conseils-de-quartier/seances/{sat.sitting}/compte-rendu"
    said = {"approval": "chair", "on": town_today().isoformat()}

    mistaken = post_form(chair, f"{page}/approbation", approval="chair", on="", version=1)
    assert versions_in(mistaken.get_data(as_text=True)) == ["2", "1"]  # of what is edited, of what was read
    refused = post_form(chair, f"{page}/approbation", **said, version=1)

    assert refused.status_code == 409
    shown = refused.get_data(as_text=True)
    assert "a été corrigé depuis que vous l’avez lu" in shown
    assert "Ajout." in shown
    assert versions_in(shown) == ["2", "2"]
    assert post_form(chair, f"{page}/approbation", **said, version=2).status_code == 302


def test_published_minutes_are_frozen_with_a_fingerprint_that_anybody_computes(sat: Sat) -> None:
    text = draft(sat)
    with pytest.raises(MinutesNotApproved):
        recording.publish_minutes(sat.chair, sitting_id=sat.sitting)
    approve(sat)
    with pytest.raises(MinutesApproved):
        recording.edit_minutes(
            sat.chair, sitting_id=sat.sitting, text=text + "!", version=1, words=vote_words
        )
    with pytest.raises(NotAllowed):
        recording.publish_minutes(sat.member, sitting_id=sat.sitting)

    fingerprint = recording.publish_minutes(sat.chair, sitting_id=sat.sitting)

    published = recording.get_published_minutes(ANONYMOUS, sat.sitting)
    assert fingerprint == published.fingerprint == fingerprint_of(published.source)
    assert councils.get_sitting(sat.sitting).minutes_source == text
    for refused in (
        lambda: recording.publish_minutes(sat.chair, sitting_id=sat.sitting),
        lambda: recording.withdraw_approval(sat.chair, sitting_id=sat.sitting),
        lambda: recording.edit_minutes(
            sat.agnes, sitting_id=sat.sitting, text="Autre", version=1, words=vote_words
        ),
    ):
        with pytest.raises(MinutesFrozen):
            refused()
    assert stored(sat).source == text


def test_the_form_of_the_sitting_does_not_touch_minutes_that_have_their_page(sat: Sat) -> None:
    text = draft(sat)
    approve(sat)
    recording.publish_minutes(sat.chair, sitting_id=sat.sitting)

    sat.plan(in_hours=0, sitting_id=sat.sitting, minutes="Autre chose", place="École")

    sitting = councils.get_sitting(sat.sitting)
    assert (sitting.place, sitting.minutes_source) == ("École", text)


def test_a_correction_stands_below_with_its_date_and_the_text_stays(sat: Sat) -> None:
    text = draft(sat)
    with pytest.raises(MinutesNotFound):
        recording.add_correction(sat.chair, sitting_id=sat.sitting, text="Lire : 9 h 30.")
    assert rows(MinutesAddition) == []
    approve(sat)
    recording.publish_minutes(sat.chair, sitting_id=sat.sitting)

    recording.add_correction(sat.chair, sitting_id=sat.sitting, text="Lire : 9 h 30.")

    assert [each.source for each in queries.list_additions(sat.sitting)] == ["Lire : 9 h 30."]
    assert stored(sat).source == text
