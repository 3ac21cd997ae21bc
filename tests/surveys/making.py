"""A consultation with a questionnaire, for the tests."""

from dataclasses import replace
from datetime import timedelta

from civic.accounts.models import Role
from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.surveys.asking import Condition, Kind, Question, Questionnaire
from civic.surveys.rules import Openness, Raw
from civic.surveys.service import answering, writing
from tests.conftest import actor_of, add_person

QUESTIONS = (
    Question(1, Kind.YES_NO, "Venez-vous au marché ?", is_required=True),
    Question(
        2,
        Kind.SEVERAL,
        "Qu’y achetez-vous ?",
        options=("Légumes", "Fromage", "Fleurs"),
        has_other=True,
        most=2,
        condition=Condition(1, 1),
    ),
    Question(3, Kind.SCALE, "Quelle note ?", least=1, greatest=5, low_label="mauvais", high_label="parfait"),
    Question(4, Kind.RANKING, "Dans quel ordre ?", options=("Bancs", "Arbres", "Fontaine"), begins_page=True),
    Question(5, Kind.NUMBER, "Combien êtes-vous ?", least=1, greatest=20, unit="personnes"),
    Question(6, Kind.LONG, "Un mot à ajouter ?", begins_page=True),
    Question(
        7,
        Kind.CONSENT,
        "J’accepte que la mairie cite mes textes dans son compte rendu",
        until="jusqu’au 31 décembre 2027",
    ),
)
MARKET = Questionnaire("Le marché", "Pour choisir le nouveau jour du marché.", QUESTIONS)
YES, NO = Raw(chosen=("1",)), Raw(chosen=("2",))


def add_consultation(
    town: int,
    *,
    starts_in: int = -1,
    days: int = 5,
    hides: bool = False,
    activities: tuple[str, ...] = ("read", "answer"),
) -> int:
    now = utc_now()
    begin = now + timedelta(days=starts_in)
    with transaction():
        consultation = Consultation(
            territory_id=town,
            title="Le marché",
            summary="Le marché",
            state=ConsultationState.PUBLISHED,
            created_at=now,
            published_at=now,
        )
        consultation.phases.append(
            Phase(
                name="Répondre",
                opens_at=begin,
                closes_at=begin + timedelta(days=days),
                activities=list(activities),
                hides_reactions=hides,
            )
        )
        db.session.add(consultation)
    return consultation.id


def add_councillor(town: int) -> Actor:
    return actor_of(add_person("Delphine", roles=((Role.COUNCILLOR, town),)))


def add_survey(
    town: int,
    *,
    openness: Openness = Openness.RESIDENTS,
    questionnaire: Questionnaire = MARKET,
    starts_in: int = -1,
    days: int = 5,
    hides: bool = False,
) -> int:
    """Return the consultation of a survey that a councillor wrote."""
    consultation = add_consultation(town, starts_in=starts_in, days=days, hides=hides)
    writing.save_survey(
        add_councillor(town), consultation_id=consultation, questionnaire=questionnaire, openness=openness
    )
    return consultation


def answer(person: int, consultation: int, **given: Raw) -> None:
    """Answer as somebody; ``q1=YES`` answers question 1."""
    raws = {int(name[1:]): raw for name, raw in given.items()}
    answering.send_answer(actor_of(person), consultation_id=consultation, raws=raws)


def close(consultation: int) -> None:
    """Put the end of every phase in the past."""
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            phase.opens_at = utc_now() - timedelta(days=9)
            phase.closes_at = utc_now() - timedelta(minutes=1)


def with_label(questionnaire: Questionnaire, key: int, label: str) -> Questionnaire:
    questions = tuple(
        replace(each, label=label) if each.key == key else each for each in questionnaire.questions
    )
    return replace(questionnaire, questions=questions)
