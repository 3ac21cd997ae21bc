"""Somebody flags, a moderator decides, the author may appeal, and what was hidden can come back."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.moderation import queries, service
from civic.moderation.errors import (
    AlreadyAppealed,
    AlreadyDecided,
    AppealTooLate,
    ContentNotFound,
    DecidedByOneself,
    DecisionNotFound,
    NothingToAppeal,
    OwnContent,
    RuleMissing,
)
from civic.moderation.models import Appeal, Decision, Flag
from civic.moderation.rules import APPEAL_LASTS, AppealState, Outcome, Reason, Rule, SubjectKind
from tests.conftest import actor_of, add_person
from tests.moderation.conftest import TEXT, Scene

MESSAGE = "Vous visez une personne : dites la même chose sans la désigner."


def flag(scene: Scene, person: int, reason: Reason = Reason.INSULTING) -> int:
    return service.flag_content(
        actor_of(person), kind=SubjectKind.STATEMENT, subject_id=scene.statement, reason=reason
    )


def content_id(scene: Scene) -> int:
    content = queries.find_flagged_content(SubjectKind.STATEMENT, scene.statement)
    assert content is not None
    return content.id


def hide(scene: Scene, moderator: int | None = None) -> int:
    return service.decide_on_flags(
        actor_of(moderator or scene.moderator), content_id=content_id(scene), outcome=Outcome.HIDE,
        rule=Rule.RESPECT_PERSONS, text=MESSAGE,
    )  # fmt: skip


def appeal(scene: Scene, decision: int) -> int:
    return service.appeal_decision(
        actor_of(scene.author), decision_id=decision, text="Je parlais de la voirie, pas de lui."
    )


def count(model: type[Flag | Decision | Appeal]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_person_flags_a_content_once(app_context: Flask) -> None:
    scene = Scene()

    first = flag(scene, scene.neighbour)
    second = flag(scene, scene.neighbour, Reason.OTHER)

    assert first == second
    assert count(Flag) == 1
    [waiting] = service.list_queue(actor_of(scene.moderator)).items
    assert waiting.content.text == TEXT
    assert [row[0].reason for row in waiting.flags] == [Reason.INSULTING]


def test_nobody_flags_signed_out_nor_her_own_words_nor_what_does_not_exist(app_context: Flask) -> None:
    scene = Scene()

    with pytest.raises(NotSignedIn):
        service.flag_content(
            ANONYMOUS, kind=SubjectKind.STATEMENT, subject_id=scene.statement, reason=Reason.OTHER
        )
    with pytest.raises(OwnContent):
        flag(scene, scene.author)
    with pytest.raises(ContentNotFound):
        service.flag_content(
            actor_of(scene.neighbour), kind=SubjectKind.STATEMENT, subject_id=99999, reason=Reason.OTHER
        )

    assert count(Flag) == 0


def test_the_moderator_hides_with_a_rule_and_a_word_for_the_author(app_context: Flask) -> None:
    scene = Scene()
    flag(scene, scene.neighbour)

    decision = hide(scene)

    assert scene.is_hidden()
    assert service.list_queue(actor_of(scene.moderator)).items == []
    told = service.get_told_decision(actor_of(scene.author), decision_id=decision)
    assert (told.decision.rule, told.decision.text) == (Rule.RESPECT_PERSONS, MESSAGE)
    with pytest.raises(DecisionNotFound):
        service.get_told_decision(actor_of(scene.neighbour), decision_id=decision)


def test_hiding_without_a_rule_or_a_word_is_refused_and_hides_nothing(app_context: Flask) -> None:
    scene = Scene()
    flag(scene, scene.neighbour)

    for rule, text in ((None, MESSAGE), (Rule.RESPECT_PERSONS, ""), (Rule.WELCOME_EVERY_IDEA, MESSAGE)):
        with pytest.raises(RuleMissing):
            service.decide_on_flags(
                actor_of(scene.moderator), content_id=content_id(scene), outcome=Outcome.HIDE, rule=rule, text=text
            )  # fmt: skip

    assert not scene.is_hidden()
    assert count(Decision) == 0


def test_who_does_not_moderate_here_decides_nothing_and_reads_no_queue(app_context: Flask) -> None:
    scene = Scene()
    elsewhere = add_person("Paul", roles=((Role.MODERATOR, Scene().town),))
    agent = add_person("Agnès", roles=((Role.AGENT, scene.town),))
    flag(scene, scene.neighbour)

    for stranger in (elsewhere, agent, scene.neighbour):
        with pytest.raises(NotAllowed):
            hide(scene, stranger)
    with pytest.raises(NotAllowed):
        service.list_queue(actor_of(scene.neighbour))

    assert service.list_queue(actor_of(elsewhere)).items == []
    assert not scene.is_hidden()


def test_a_moderator_does_not_decide_on_her_own_words(app_context: Flask) -> None:
    scene = Scene()
    scene.author = scene.moderator
    own = scene.add_statement("Une affirmation du modérateur")
    service.flag_content(
        actor_of(scene.neighbour), kind=SubjectKind.STATEMENT, subject_id=own, reason=Reason.OFF_TOPIC
    )
    content = queries.find_flagged_content(SubjectKind.STATEMENT, own)
    assert content is not None

    with pytest.raises(NotAllowed) as refusal:
        service.decide_on_flags(actor_of(scene.moderator), content_id=content.id, outcome=Outcome.DISMISS)

    assert "auteur" in refusal.value.needs[0]
    assert count(Decision) == 0


def test_dismissed_flags_leave_the_content_and_a_new_one_brings_it_back_to_the_queue(
    app_context: Flask,
) -> None:
    scene = Scene()
    flag(scene, scene.neighbour)
    service.decide_on_flags(
        actor_of(scene.moderator), content_id=content_id(scene), outcome=Outcome.DISMISS, text="Rien à redire."
    )  # fmt: skip
    assert service.list_queue(actor_of(scene.moderator)).total == 0

    with pytest.raises(AlreadyDecided):
        hide(scene)
    assert not scene.is_hidden()

    flag(scene, add_person("Chloé"))
    assert service.list_queue(actor_of(scene.moderator)).total == 1


def test_another_moderator_answers_the_appeal_and_the_content_comes_back(app_context: Flask) -> None:
    scene = Scene()
    other = add_person("Nadia", roles=((Role.MODERATOR, scene.town),))
    flag(scene, scene.neighbour)
    asked = appeal(scene, hide(scene))

    with pytest.raises(DecidedByOneself):
        service.decide_appeal(actor_of(scene.moderator), appeal_id=asked, is_restored=True, answer="Soit.")
    assert scene.is_hidden()

    service.decide_appeal(actor_of(other), appeal_id=asked, is_restored=True, answer="Vous avez raison.")

    assert not scene.is_hidden()
    assert queries.get_appeal(asked).state is AppealState.RESTORED
    with pytest.raises(AlreadyDecided):
        service.decide_appeal(actor_of(other), appeal_id=asked, is_restored=False, answer="Non, finalement.")
    assert not scene.is_hidden()


def test_the_only_moderator_may_answer_the_appeal_against_his_own_decision(app_context: Flask) -> None:
    scene = Scene()
    flag(scene, scene.neighbour)
    asked = appeal(scene, hide(scene))

    service.decide_appeal(
        actor_of(scene.moderator), appeal_id=asked, is_restored=False, answer="Je l’ai relu : non."
    )

    assert scene.is_hidden()
    assert queries.get_appeal(asked).state is AppealState.UPHELD


def test_only_the_author_appeals_once_and_within_six_months(app_context: Flask) -> None:
    scene = Scene()
    start = datetime(2027, 1, 4, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        flag(scene, scene.neighbour)
        decision = hide(scene)
        with pytest.raises(DecisionNotFound):
            service.appeal_decision(
                actor_of(scene.neighbour), decision_id=decision, text="Je ne suis pas elle."
            )
    with time_machine.travel(start + APPEAL_LASTS, tick=False), pytest.raises(AppealTooLate):
        appeal(scene, decision)
    assert count(Appeal) == 0

    with time_machine.travel(start + APPEAL_LASTS - timedelta(seconds=1), tick=False):
        appeal(scene, decision)
        with pytest.raises(AlreadyAppealed):
            appeal(scene, decision)
    assert count(Appeal) == 1


def test_a_moderator_undoes_a_decision_and_nothing_is_left_to_appeal(app_context: Flask) -> None:
    scene = Scene()
    flag(scene, scene.neighbour)
    decision = hide(scene)

    service.undo_decision(actor_of(scene.moderator), decision_id=decision)

    assert not scene.is_hidden()
    with pytest.raises(NothingToAppeal):
        service.undo_decision(actor_of(scene.moderator), decision_id=decision)
    with pytest.raises(NothingToAppeal):
        appeal(scene, decision)


def test_a_private_message_of_others_cannot_be_flagged(app_context: Flask) -> None:
    scene = Scene()

    for kind in (SubjectKind.MESSAGE, SubjectKind.REQUEST):
        with pytest.raises(ContentNotFound):
            service.flag_content(actor_of(scene.neighbour), kind=kind, subject_id=1, reason=Reason.OTHER)

    assert count(Flag) == 0
