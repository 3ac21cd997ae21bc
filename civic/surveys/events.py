from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SurveyWritten(DomainEvent):
    survey_id: int
    consultation_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SurveyFrozenByFirstAnswer(DomainEvent):
    """From here on the questions do not change. Who began to answer is not said."""

    survey_id: int
    consultation_id: int
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class SurveyCorrected(DomainEvent):
    survey_id: int
    consultation_id: int
    actor_id: int
    edition: int
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class SurveyTextsRead(DomainEvent):
    """Somebody of the town hall read what people wrote themselves, or took the file of answers."""

    survey_id: int
    consultation_id: int
    actor_id: int
