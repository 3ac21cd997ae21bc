"""Pages on which the town hall writes a questionnaire: one page, where every button works without a script and loses nothing typed."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.models import Consultation
from civic.consultations.rules import Activity
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import require
from civic.kernel.errors import N_
from civic.surveys import asking, queries
from civic.surveys.access import SurveysAction
from civic.surveys.asking import LONGEST, Kind, Question, Questionnaire
from civic.surveys.errors import SurveyNotFound
from civic.surveys.models import Survey
from civic.surveys.rules import Openness
from civic.surveys.schemas import (
    CorrectSurveyFormSchema,
    SaveSurveyFormSchema,
    as_questionnaire,
    option_lines,
    question_rows,
)
from civic.surveys.service import writing
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor

KIND_LABELS = {
    Kind.ONE: N_("Un seul choix"),
    Kind.SEVERAL: N_("Plusieurs choix"),
    Kind.YES_NO: N_("Oui ou non"),
    Kind.SCALE: N_("Une note sur une échelle"),
    Kind.RANKING: N_("Un classement"),
    Kind.SHORT: N_("Un texte court"),
    Kind.LONG: N_("Un texte long"),
    Kind.NUMBER: N_("Un nombre"),
    Kind.CONSENT: N_("Un accord à cocher"),
}
BOX_LABELS = {
    "label": N_("La question"),
    "help": N_("Aide"),
    "options": N_("Réponses proposées"),
    "most": N_("Nombre de choix au plus"),
    "least": N_("Plus petit nombre"),
    "greatest": N_("Plus grand nombre"),
    "low_label": N_("Mots du début"),
    "high_label": N_("Mots de la fin"),
    "unit": N_("Unité"),
    "until": N_("Jusqu’à quand"),
    "condition": N_("Condition"),
}
DO, ADD, ADDED_KIND = "do", "add", "added_kind"


def _editable(consultation_id: int) -> Consultation:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    require(current_actor(), SurveysAction.WRITE_SURVEY, consultation)
    return consultation


def show_writing(consultation_id: int) -> str:
    consultation = _editable(consultation_id)
    survey = queries.find_survey(consultation_id)
    return _writing_page(consultation, survey, Form(_boxes(survey, consultation)))


def save_writing(consultation_id: int) -> ResponseReturnValue:
    if request.form.get(DO):
        return _arranged(consultation_id)

    def command(data: dict[str, Any]) -> int:
        return writing.save_survey(
            current_actor(),
            consultation_id=consultation_id,
            questionnaire=as_questionnaire(data),
            openness=data["openness"],
            version=data["version"],
        )

    def done(survey_id: int) -> ResponseReturnValue:
        flash(gettext("Le questionnaire est enregistré. Voici comment les habitants le verront."), "success")
        return redirect(url_for("surveys.show_preview", consultation_id=consultation_id))

    return submit_form(SaveSurveyFormSchema, command=command, done=done, again=_again(consultation_id))


def save_correction(consultation_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return writing.correct_survey(
            current_actor(),
            consultation_id=consultation_id,
            questionnaire=as_questionnaire(data),
            note=data["note"],
            version=data["version"],
        )

    def done(number: int) -> ResponseReturnValue:
        flash(
            gettext(
                "La correction est publiée, et dite à tous : c’est la version %(number)s.", number=number
            ),
            "success",
        )
        return redirect(url_for("surveys.show_editions", consultation_id=consultation_id))

    return submit_form(CorrectSurveyFormSchema, command=command, done=done, again=_again(consultation_id))


def _again(consultation_id: int) -> Callable[[Form], str]:
    def again(form: Form) -> str:
        survey = queries.find_survey(consultation_id)
        current = survey.version if survey else 0
        if str(form.value("version", "0")) != str(current):
            form.values["version"] = str(current)  # told beside; saving again then replaces it knowingly
        return _writing_page(_editable(consultation_id), survey, form)

    return again


def _arranged(consultation_id: int) -> ResponseReturnValue:
    """Add, move, copy or remove a question on the page alone: nothing is saved, and nothing typed is lost."""
    consultation = _editable(consultation_id)
    form = read_form(SaveSurveyFormSchema)
    rows = arrange(question_rows(form.values), request.form[DO], request.form.get(ADDED_KIND, ""))
    others = {
        name: value for name, value in form.values.items() if not name.startswith("questions-") and name != DO
    }
    boxes = {f"questions-{row}-{box}": value for row, each in enumerate(rows) for box, value in each.items()}
    return _writing_page(
        consultation, queries.find_survey(consultation_id), Form({**others, **boxes}), request.form[DO]
    )


def arrange(rows: list[dict[str, str]], do: str, added_kind: str) -> list[dict[str, str]]:
    """Return the rows after a button: ``up-2``, ``down-2``, ``copy-2``, ``remove-2`` or ``add``. An unknown one changes nothing."""
    new_key = str(max((int(row["key"]) for row in rows if row.get("key", "").isdigit()), default=0) + 1)
    if do == ADD:
        kind = Kind(added_kind) if added_kind in set(Kind) else Kind.ONE
        return [*rows, {"key": new_key, "kind": kind.value, **({"least": "1"} if kind is Kind.SCALE else {})}]
    verb, _, typed = do.partition("-")
    row = int(typed) if typed.isdigit() and len(typed) < 4 else len(rows)
    if row >= len(rows):
        return rows
    if verb == "remove":
        return rows[:row] + rows[row + 1 :]
    if verb == "copy":
        return [*rows[: row + 1], {**rows[row], "key": new_key}, *rows[row + 1 :]]
    other = row - 1 if verb == "up" else row + 1
    if verb not in ("up", "down") or not 0 <= other < len(rows):
        return rows
    moved = list(rows)
    moved[row], moved[other] = moved[other], moved[row]
    return moved


def _boxes(survey: Survey | None, consultation: Consultation) -> dict[str, Any]:
    """Return what the boxes hold for what is stored; for nothing, the title of the consultation and a first question."""
    if survey is None:
        return {"title": consultation.title, "version": "0", "openness": Openness.RESIDENTS.value}
    questionnaire = survey.questionnaire
    boxes: dict[str, Any] = {
        "title": questionnaire.title,
        "intro": questionnaire.intro,
        "openness": survey.openness.value,
        "version": str(survey.version),
    }
    for row, question in enumerate(questionnaire.questions):
        written = _boxes_of(question, questionnaire)
        boxes |= {f"questions-{row}-{box}": value for box, value in written.items() if value}
    return boxes


def _boxes_of(question: Question, questionnaire: Questionnaire) -> dict[str, str]:
    texts = {
        name: getattr(question, name)
        for name in ("label", "help", "low_label", "high_label", "unit", "until")
    }
    numbers = {name: getattr(question, name) for name in ("most", "least", "greatest")}
    ticks = {name: getattr(question, name) for name in ("is_required", "begins_page", "has_other")}
    return {
        "key": str(question.key),
        "kind": question.kind.value,
        "options": "\n".join(question.options),
        "condition": _condition_box(question, questionnaire),
        **texts,
        **{name: str(value) for name, value in numbers.items() if value is not None},
        **{name: "true" for name, value in ticks.items() if value},
    }


def _condition_box(question: Question, questionnaire: Questionnaire) -> str:
    condition = question.condition
    asked = questionnaire.find(condition.question) if condition else None
    if condition is None or asked is None:
        return ""
    return f"{asked.key}|{dict(asked.choices).get(condition.option, '')}"


def _writing_page(consultation: Consultation, survey: Survey | None, form: Form, done: str = "") -> str:
    rows = question_rows(form.values)
    return render_template(
        "surveys/write.html",
        consultation=consultation,
        survey=survey,
        form=form,
        rows=rows,
        conditions=[_possible_conditions(rows[:row]) for row in range(len(rows))],
        kinds=KIND_LABELS,
        longest=LONGEST,
        is_frozen=survey is not None and survey.is_frozen,
        has_phase=any(Activity.ANSWER in phase.activities for phase in consultation.phases),
        done=done,
        labels={
            "title": gettext("Titre"),
            "intro": gettext("Présentation"),
            "note": gettext("Ce qui est corrigé"),
            **{
                f"questions-{row}-{box}": gettext(
                    "Question %(number)s, %(box)s", number=row + 1, box=gettext(label)
                )
                for row in range(len(rows))
                for box, label in BOX_LABELS.items()
            },
        },
    )


def _possible_conditions(before: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return the answers that a question may depend on: those of the choices that are asked before it."""
    found: list[tuple[str, str]] = []
    for number, row in enumerate(before, start=1):
        if row.get("kind") not in asking.CHOSEN:
            continue
        is_yes_no = row["kind"] == Kind.YES_NO
        labels = list(asking.YES_NO_LABELS) if is_yes_no else option_lines(row)
        found += [
            (
                f"{row.get('key', '')}|{words}",
                gettext(
                    "Question %(number)s : « %(answer)s »",
                    number=number,
                    answer=gettext(words) if is_yes_no else words,
                ),
            )
            for words in labels
        ]
    return found


def show_preview(consultation_id: int) -> str:
    """The whole as residents will see it, page after page; nothing can be sent from here."""
    consultation = _editable(consultation_id)
    survey = queries.find_survey(consultation_id)
    if survey is None:
        raise SurveyNotFound
    questionnaire = survey.questionnaire
    return render_template(
        "surveys/preview.html",
        consultation=consultation,
        survey=survey,
        questionnaire=questionnaire,
        numbers={question.key: place for place, question in enumerate(questionnaire.questions, 1)},
        form=Form(),
    )
