"""Pages on which residents answer: what it is, its questions, what one is about to send, and thanks."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.consultations.models import Consultation
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.readiness import Part, publication_part
from civic.consultations.rules import Activity
from civic.extensions import limiter
from civic.kernel.access import can
from civic.surveys import door, editing_pages, queries, result_pages
from civic.surveys.access import SurveysAction
from civic.surveys.asking import Question, Questionnaire
from civic.surveys.door import Asked, find_asked
from civic.surveys.errors import SurveyAnswerNotFound
from civic.surveys.models import Survey
from civic.surveys.queries import Holder
from civic.surveys.rules import Values, next_page, page_of, shown_questions
from civic.surveys.schemas import BeginSchema, Go, answer_schema, raws_of
from civic.surveys.service import answering
from civic.surveys.telling import answers_in_words, boxes_of, labels_of
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("surveys", __name__, url_prefix="/consultations/<int:consultation_id>/questionnaire")

BEGUN_WITHOUT_ACCOUNT = "30 per hour"
"""Of one network: a household or a library passes, a program that answers for a crowd does not."""
STEPS = {Go.ON: 1, Go.BACK: -1, Go.LATER: 0}

for _path, _page in (
    ("/ecrire", editing_pages.show_writing),
    ("/apercu", editing_pages.show_preview),
    ("/resultats", result_pages.show_results),
    ("/resultats.csv", result_pages.download_totals),
    ("/resultats.xlsx", result_pages.download_workbook),
    ("/codes.csv", result_pages.download_codebook),
    ("/textes/<int:question_key>", result_pages.show_texts),
    ("/reponses.csv", result_pages.download_answers),
):
    blueprint.add_url_rule(_path, view_func=_page)
blueprint.add_url_rule("/ecrire", view_func=editing_pages.save_writing, methods=["POST"])
blueprint.add_url_rule("/corriger", view_func=editing_pages.save_correction, methods=["POST"])


def register(app: Flask) -> None:
    app.jinja_env.globals["survey_answers"] = answers_in_words


@consultation_panel(order=12)
def survey_panel(view: ConsultationView) -> Panel | None:
    if not view.ever_permits("answer"):
        return None
    survey = queries.find_survey(view.id)
    may_write = can(current_actor(), SurveysAction.WRITE_SURVEY, view)
    if survey is None and not may_write:
        return None
    asked = find_asked(view.id) if survey is not None else None
    answers = queries.count_answers(survey.id) if survey else 0
    return Panel(
        "surveys/_consultation_panel.html",
        {"asked": asked, "consultation_id": view.id, "may_write": may_write, "answers": answers},
        anchor="questionnaire",
    )


@publication_part
def survey_part(consultation: Consultation) -> Part | None:
    if not any(Activity.ANSWER in phase.activities for phase in consultation.phases):
        return None
    survey = queries.find_survey(consultation.id)
    questions = len(survey.questionnaire.questions) if survey else 0
    return Part(
        gettext("Le questionnaire"),
        ngettext("%(num)s question est prête.", "%(num)s questions sont prêtes.", questions)
        if questions
        else gettext(
            "Il n’est pas encore écrit : sans lui, les habitants ne trouveront aucune question à l’ouverture. On peut publier, puis l’écrire avant ce jour-là."
        ),
        gettext("Modifier le questionnaire") if questions else gettext("Écrire le questionnaire"),
        url_for("surveys.show_writing", consultation_id=consultation.id),
        is_missing=not questions,
    )


@blueprint.get("")
def show_survey(consultation_id: int) -> str:
    return _start_page(find_asked(consultation_id), Form())


def _start_page(asked: Asked, form: Form) -> str:
    return render_template(
        "surveys/start.html",
        asked=asked,
        form=form,
        questionnaire=asked.survey.questionnaire,
        answers=queries.count_answers(asked.survey.id),
        editions=queries.list_editions(asked.survey.id),
    )


def _too_many(limit: Any) -> Any:
    asked = find_asked(request.view_args["consultation_id"] if request.view_args else 0)
    message = gettext(
        "Trop de réponses ont été commencées d’ici en peu de temps. Réessayez dans une heure, ou connectez-vous."
    )
    return current_app.make_response((_start_page(asked, Form({}, {"_form": [message]})), 429))


@blueprint.post("")
@limiter.limit(
    BEGUN_WITHOUT_ACCOUNT,
    key_func=lambda: str(current_app.config["WHO_IS_LIMITED"]()),
    exempt_when=lambda: current_actor().is_signed_in,
    on_breach=_too_many,
)
def begin(consultation_id: int) -> ResponseReturnValue:
    """Begin, or go on where it was left."""
    asked = find_asked(consultation_id)

    def command(data: dict[str, Any]) -> bool:
        holder = door.holder_of(asked.survey)
        key = None
        if holder == Holder():
            key = secrets.token_urlsafe(16)
            holder = Holder(key_digest=door.digest_of(asked.survey, key))
        answering.begin_answer(current_actor(), consultation_id=consultation_id, holder=holder)
        if key:
            door.hold_key(asked.survey, key)
        return bool(data["on_one_page"])

    def done(on_one_page: bool) -> ResponseReturnValue:
        page = asked.participant.page if asked.participant and not asked.has_sent else 1
        where: dict[str, Any] = {"tout": 1} if on_one_page else {"page": page}
        return redirect(url_for(".show_page", consultation_id=consultation_id, **where))

    return submit_form(BeginSchema, command=command, done=done, again=lambda form: _start_page(asked, form))


@blueprint.get("/reprise/<key>")
def take_up(consultation_id: int, key: str) -> ResponseReturnValue:
    """Take up, on another device, what was begun without an account."""
    asked = find_asked(consultation_id)
    holder = Holder(key_digest=door.digest_of(asked.survey, key))
    if queries.find_participant(asked.survey.id, holder) is None or current_actor().is_signed_in:
        raise SurveyAnswerNotFound
    door.hold_key(asked.survey, key)
    flash(gettext("Vos réponses sont retrouvées. Vous pouvez continuer."), "success")
    return redirect(url_for(".show_survey", consultation_id=consultation_id))


def _values_of(asked: Asked) -> Values:
    return queries.values_of(asked.participant) if asked.participant else {}


@blueprint.get("/questions")
def show_page(consultation_id: int) -> ResponseReturnValue:
    asked = find_asked(consultation_id)
    if asked.participant is None or not asked.is_open or not asked.may_answer:
        return redirect(url_for(".show_survey", consultation_id=consultation_id))
    number = 0 if request.args.get("tout") else _number(request.args.get("page", "1"), asked)
    values = _values_of(asked)
    missing = {key: [gettext("Répondez à cette question.")] for key in request.args.getlist("manque")}
    form = Form(boxes_of(values), {f"q-{key}": text for key, text in missing.items() if key.isdigit()})
    return _question_page(asked, number, values, form)


def _number(typed: str, asked: Asked) -> int:
    most = len(asked.survey.questionnaire.pages)
    return max(1, min(int(typed), most)) if typed.isdigit() and len(typed) < 4 else 1


def _question_page(asked: Asked, number: int, values: Values, form: Form) -> str:
    """Show a page of questions: those that the answers given so far let appear; all of them where there is one page alone."""
    questionnaire = asked.survey.questionnaire
    pages = questionnaire.pages
    here: tuple[Question, ...] | list[Question] = questionnaire.questions
    if number:
        typed = {int(key) for key in form.value("asked", []) if str(key).isdigit()}
        visible = {question.key for question in shown_questions(pages[number - 1], values)} | typed
        here = [question for question in pages[number - 1] if question.key in visible]
    return render_template(
        "surveys/questions.html",
        asked=asked,
        questionnaire=questionnaire,
        questions=here,
        number=number,
        total=len(pages),
        is_first=not number or next_page(questionnaire, values, number, -1) is None,
        numbers=_numbers(questionnaire, values, here),
        form=form,
        labels=labels_of(questionnaire),
        key=door.key_held(asked.survey),
    )


def _numbers(questionnaire: Questionnaire, values: Values, here: Sequence[Question]) -> dict[int, int]:
    """Number what she is asked, with no gap for what her answers spare her."""
    asked = {question.key for question in (*shown_questions(questionnaire.questions, values), *here)}
    kept = (question.key for question in questionnaire.questions if question.key in asked)
    return {key: place for place, key in enumerate(kept, 1)}


@blueprint.post("/questions")
def keep_page(consultation_id: int) -> ResponseReturnValue:
    asked = find_asked(consultation_id)
    questionnaire = asked.survey.questionnaire

    def command(data: dict[str, Any]) -> tuple[Go, answering.Kept]:
        kept = answering.keep_page(
            current_actor(),
            consultation_id=consultation_id,
            holder=door.holder_of(asked.survey),
            page=data["page"] or None,
            asked=data["asked"],
            raws=raws_of(data, questionnaire),
            step=STEPS[data["go"]],
        )
        return data["go"], kept

    def done(result: tuple[Go, answering.Kept]) -> ResponseReturnValue:
        return _go_on(consultation_id, *result)

    def again(form: Form) -> str:
        typed = form.value("page", "0")
        number = _number(str(typed), asked) if str(typed) != "0" else 0
        return _question_page(find_asked(consultation_id), number, _values_of(asked), form)

    return submit_form(answer_schema(questionnaire), command=command, done=done, again=again)


def _go_on(consultation_id: int, go: Go, kept: answering.Kept) -> ResponseReturnValue:
    if go is Go.LATER:
        flash(
            gettext("C’est gardé. Vous pourrez continuer plus tard, ici ou sur un autre appareil."), "success"
        )
        return redirect(url_for(".show_survey", consultation_id=consultation_id))
    if kept.has_more_here:
        flash(gettext("D’après vos réponses, une question s’ajoute à cette page."), "info")
    if kept.page is None and not kept.has_more_here:
        return redirect(url_for(".show_check", consultation_id=consultation_id))
    where: dict[str, Any] = {"page": kept.page} if kept.page else {"tout": 1}
    return redirect(url_for(".show_page", consultation_id=consultation_id, **where))


@blueprint.get("/verification")
def show_check(consultation_id: int) -> ResponseReturnValue:
    """What one is about to send, read again."""
    asked = find_asked(consultation_id)
    if asked.participant is None or not asked.is_open:
        return redirect(url_for(".show_survey", consultation_id=consultation_id))
    return _check_page(asked, Form())


def _check_page(asked: Asked, form: Form) -> str:
    questionnaire, values = asked.survey.questionnaire, _values_of(asked)
    return render_template(
        "surveys/check.html",
        asked=asked,
        form=form,
        questions=shown_questions(questionnaire.questions, values),
        values=values,
        pages={question.key: page_of(questionnaire, question.key) for question in questionnaire.questions},
    )


@blueprint.post("/envoi")
def send(consultation_id: int) -> ResponseReturnValue:
    asked = find_asked(consultation_id)

    def command(data: dict[str, Any]) -> Question | None:
        return answering.send_draft(
            current_actor(), consultation_id=consultation_id, holder=door.holder_of(asked.survey)
        )

    def done(missing: Question | None) -> ResponseReturnValue:
        if missing is None:
            return redirect(url_for(".show_sent", consultation_id=consultation_id))
        page = page_of(asked.survey.questionnaire, missing.key)
        return redirect(
            url_for(
                ".show_page",
                consultation_id=consultation_id,
                page=page,
                manque=missing.key,
                _anchor=f"field-q-{missing.key}",
            )
        )

    return submit_form(NothingSchema, command=command, done=done, again=lambda form: _check_page(asked, form))


@blueprint.get("/merci")
def show_sent(consultation_id: int) -> ResponseReturnValue:
    asked = find_asked(consultation_id)
    if not asked.has_sent:
        return redirect(url_for(".show_survey", consultation_id=consultation_id))
    answer = queries.find_answer(asked.participant)
    return render_template(
        "surveys/sent.html",
        asked=asked,
        consents=queries.list_consents(answer.id) if answer else [],
        key=door.key_held(asked.survey),
    )


@blueprint.post("/retrait")
def withdraw(consultation_id: int) -> ResponseReturnValue:
    asked = find_asked(consultation_id)

    def command(data: dict[str, Any]) -> Survey:
        answering.withdraw_answer(
            current_actor(), consultation_id=consultation_id, holder=door.holder_of(asked.survey)
        )
        return asked.survey

    def done(survey: Survey) -> ResponseReturnValue:
        door.forget_key(survey)
        flash(gettext("Votre réponse est effacée : il n’en reste rien."), "success")
        return redirect(url_for(".show_survey", consultation_id=consultation_id))

    return submit_form(NothingSchema, command=command, done=done, again=lambda form: _start_page(asked, form))


@blueprint.get("/versions")
def show_editions(consultation_id: int) -> str:
    asked = find_asked(consultation_id)
    editions = queries.list_editions(asked.survey.id)
    return render_template("surveys/editions.html", asked=asked, editions=editions)
