"""Two questionnaires: one that people answer, one whose results are read."""

import random
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.consultations.templates import SURVEY
from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.surveys import asking, rules
from civic.surveys.asking import Kind, Question, Questionnaire
from civic.surveys.models import Survey, SurveyAnswer, SurveyConsent, SurveyEdition, SurveyParticipant
from civic.surveys.rules import Openness, Values

SILENT_PERCENT = 12
"""Of a hundred people, how many pass over a question that they may leave."""
WRITING_PERCENT = 18


def build_surveys(script: Script) -> None:
    for values in script.read("surveys.json")["surveys"]:
        draw = random.Random(values["key"])  # its own: what the rest of the town draws stays as it was
        consultation = _build_consultation(script, values)
        survey = _build_survey(script, values, consultation)
        people = draw.sample(script.people_of(set(script.residents)), values["with_account"])
        began = [script.ids[key] for key in values["began"]]
        people = list(dict.fromkeys([*(script.ids[key] for key in values["sent"]), *people]))
        rows = [(person, place) for person, place in _places(script, people) if person not in began]
        for person, place in rows:
            _build_answer(script, draw, survey, values, person=person, place=place)
        for number in range(values["without_account"]):
            _build_answer(script, draw, survey, values, key=f"{values['key']}-{number}")
        _build_begun(script, survey, values, began)


def _places(script: Script, people: list[int]) -> list[tuple[int, int]]:
    homes = {person: place for place, those in script.residents.items() for person in those}
    return [(person, homes[person]) for person in people]


def _build_consultation(script: Script, values: dict[str, Any]) -> Consultation:
    published = script.on(values["published_in_days"], "09:00")
    consultation = Consultation(
        territory_id=script.town_id,
        author_id=script.ids[values["author"]],
        title=values["title"],
        summary=values["summary"],
        body_source=values["body"],
        body_html=markdown_to_html(values["body"]),
        plain_text=values["plain_text"],
        state=ConsultationState.PUBLISHED,
        template=SURVEY,
        created_at=published,
        published_at=published,
    )
    consultation.phases = [
        Phase(
            name=phase["title"],
            description=phase["description"],
            opens_at=script.on(phase["starts_in_days"]),
            closes_at=script.on(phase["ends_in_days"]),
            activities=phase["activities"],
            hides_reactions=phase["hides"],
        )
        for phase in values["phases"]
    ]
    db.session.add(consultation)
    db.session.flush()
    script.ids[values["key"]] = consultation.id
    return consultation


def _build_survey(script: Script, values: dict[str, Any], consultation: Consultation) -> Survey:
    questions = tuple(map(asking.make_question, values["questions"]))
    document = asking.write_down(Questionnaire(values["title"], values["intro"], questions))
    opens_at = consultation.phases[0].opens_at
    survey = Survey(
        consultation_id=consultation.id,
        openness=Openness(values["openness"]),
        document=document,
        edition=1,
        created_at=consultation.created_at,
        updated_at=consultation.created_at,
    )
    db.session.add(survey)
    db.session.flush()
    db.session.add(
        SurveyEdition(
            survey_id=survey.id,
            number=1,
            document=document,
            fingerprint=asking.fingerprint(document),
            published_at=opens_at,
        )
    )
    return survey


def _build_answer(
    script: Script,
    draw: random.Random,
    survey: Survey,
    values: dict[str, Any],
    *,
    person: int | None = None,
    place: int | None = None,
    key: str | None = None,
) -> None:
    questionnaire = survey.questionnaire
    born_on = (
        db.session.scalar(sa.select(Person.born_on).where(Person.id == person))
        if person is not None
        else None
    )
    given = _draw_values(draw, questionnaire, values)
    answer = SurveyAnswer(
        survey_id=survey.id,
        edition=1,
        document={str(key): value for key, value in given.items()},
        has_account=person is not None,
        neighbourhood_id=place,
        age_band=rules.age_band(born_on, script.now.astimezone(TOWN_TIME).date()),
    )
    db.session.add(answer)
    db.session.flush()
    began = survey.created_at
    sent = SurveyParticipant(
        survey_id=survey.id,
        person_id=person,
        key_digest=key,
        answer_id=answer.id,
        edition=1,
        began_at=began,
        saved_at=began,
        sent_at=began,
    )
    db.session.add(sent)
    db.session.add_all(
        SurveyConsent(
            answer_id=answer.id,
            question=question.key,
            edition=1,
            text=question.label,
            until=question.until,
            agreed_at=began,
        )
        for question in questionnaire.questions
        if question.kind is Kind.CONSENT and question.key in given
    )


def _build_begun(script: Script, survey: Survey, values: dict[str, Any], began: list[int]) -> None:
    """Accounts to try find their questionnaire begun."""
    first = survey.questionnaire.questions[0]
    for person in began:
        db.session.add(
            SurveyParticipant(
                survey_id=survey.id,
                person_id=person,
                draft={str(first.key): {"chosen": [asking.YES]}},
                edition=1,
                began_at=survey.created_at,
                saved_at=survey.created_at,
            )
        )


def _draw_values(draw: random.Random, questionnaire: Questionnaire, values: dict[str, Any]) -> Values:
    drawn: Values = {}
    for question in questionnaire.questions:
        is_left = not question.is_required and draw.randrange(100) < SILENT_PERCENT
        value = None if is_left else _draw_value(draw, question, values)
        if value is not None:
            drawn[question.key] = value
    return rules.kept(questionnaire, drawn)


def _draw_value(draw: random.Random, question: Question, values: dict[str, Any]) -> rules.Value | None:
    shares = values["shares"].get(str(question.key), [])
    if question.kind in (Kind.ONE, Kind.YES_NO):
        return {"chosen": draw.choices(range(1, len(shares) + 1), weights=shares)}
    if question.kind is Kind.SEVERAL:
        chosen = [place for place, share in enumerate(shares, 1) if draw.randrange(100) < share]
        return (
            {"chosen": sorted(draw.sample(chosen, min(len(chosen), question.most or 99)))} if chosen else None
        )
    if question.kind is Kind.RANKING:
        weighted = sorted(range(len(shares)), key=lambda place: -(draw.random() ** (1 / shares[place])))
        return {"ranked": [place + 1 for place in weighted][: draw.randint(1, len(shares))]}
    if question.kind in (Kind.SCALE, Kind.NUMBER):
        least = question.least or 0
        return {"number": draw.choices(range(least, least + len(shares)), weights=shares)[0]}
    if question.kind is Kind.CONSENT:
        return {"agreed": True} if draw.randrange(3) else None
    if draw.randrange(100) >= WRITING_PERCENT:
        return None
    return {"text": draw.choice(values["texts"][str(question.key)])}
