from dataclasses import dataclass
from typing import Any

from civic.consultations.models import Consultation
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_
from civic.surveys.models import Survey
from civic.surveys.rules import Openness


class SurveysAction(Action):
    WRITE_SURVEY = "surveys.write_survey"
    ANSWER_SURVEY = "surveys.answer_survey"
    READ_WRITTEN_ANSWERS = "surveys.read_written_answers"


@dataclass(frozen=True)
class Answering:
    """What the policy looks at when somebody answers: where the consultation is held, and whom the survey is open to."""

    consultation: Consultation
    survey: Survey

    @property
    def concerned_ids(self) -> frozenset[int]:
        return self.consultation.concerned_ids


@predicate(N_("que ce questionnaire soit ouvert à tout le monde"))
def is_open_to_anyone(actor: Actor, thing: Any) -> bool:
    return isinstance(thing, Answering) and thing.survey.openness is Openness.ANYONE
