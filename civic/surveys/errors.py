from collections.abc import Mapping
from typing import Any

from civic.kernel.errors import N_, Conflict, Invalid, NotFound, Sentence


def by_field(sentences: Mapping[str, Sentence]) -> dict[str, Any]:
    """Return what a refusal is raised with so that each field has its own sentence, filled and translated at the door."""
    places = {f"sentence_{number}": text for number, text in enumerate(sentences.values())}
    fields = {name: [f"%({place})s"] for name, place in zip(sentences, places, strict=True)}
    return {"fields": fields, **places}


class SurveyNotFound(NotFound):
    code = "survey_not_found"
    message = N_("Cette consultation n’a pas de questionnaire.")


class SurveyAnswerNotFound(NotFound):
    code = "survey_answer_not_found"
    message = N_("Vous n’avez pas de réponse à ce questionnaire sur cet appareil, ou elle a été retirée.")


class QuestionnaireRefused(Invalid):
    """``fields`` says what is wrong, on the box of each question."""

    code = "questionnaire_refused"
    message = N_("Ce questionnaire n’est pas encore prêt.")


class SurveyFrozen(Conflict):
    code = "survey_frozen"
    message = N_(
        "Quelqu’un a commencé à répondre : les questions ne changent plus. Vous pouvez encore corriger l’orthographe ; la correction est datée et dite à tous."
    )


class SurveyNotFrozen(Conflict):
    code = "survey_not_frozen"
    message = N_(
        "Personne n’a encore répondu : changez le questionnaire comme vous voulez, sans laisser de trace."
    )


class NotACorrection(Conflict):
    code = "survey_not_a_correction"
    message = N_(
        "Une correction ne change que les mots : le nombre de questions et de réponses proposées doit rester le même."
    )


class SurveyChangedMeanwhile(Conflict):
    code = "survey_changed_meanwhile"
    message = N_(
        "Quelqu’un a enregistré une autre version pendant que vous écriviez. Votre texte est gardé ci-dessous ; comparez dans un autre onglet, puis enregistrez de nouveau."
    )


class AnswersRefused(Invalid):
    """``fields`` says what is wrong, on each question."""

    code = "survey_answers_refused"
    message = N_("Certaines réponses sont à corriger.")


class TotalsAreRead(Conflict):
    code = "survey_totals_are_read"
    message = N_(
        "Le questionnaire est terminé, et aucune feuille n’avait été imprimée ni saisie avant la fin : ses résultats sont lus, une réponse de plus se verrait."
    )


class ResultsHidden(Conflict):
    """One answer for every outlet that would tell what people answered."""

    code = "survey_results_hidden"
    message = N_(
        "Pour que chacun réponde librement, les résultats restent cachés à tout le monde, mairie comprise, jusqu’au %(closes_at)s."
    )
