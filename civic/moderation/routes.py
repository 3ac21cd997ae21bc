"""Pages of moderation: flag a content, decide, appeal, and the charter that all this applies."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.kernel.moderated import Masked
from civic.moderation import contents, queries, rules, service
from civic.moderation.access import ModerationAction
from civic.moderation.rules import CHARTER, HIDING_RULES, Outcome, Reason, Rule, SubjectKind
from civic.moderation.schemas import AppealSchema, DecideAppealSchema, DecideFormSchema, FlagFormSchema
from civic.web.errors import is_api_request, message_of, problem, status_of
from civic.web.forms import Form, flash_undoable, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.languages import own_path

blueprint = Blueprint("moderation", __name__, url_prefix="/signalements")

FIGURES_PERIOD = timedelta(days=365)

KIND_WORDS = {
    SubjectKind.PROPOSAL: N_("Proposition"),
    SubjectKind.ARGUMENT: N_("Argument"),
    SubjectKind.AMENDMENT: N_("Amendement"),
    SubjectKind.AMENDMENT_ANSWER: N_("Raison d’un refus"),
    SubjectKind.STATEMENT: N_("Affirmation"),
    SubjectKind.OFFER: N_("Offre d’aide"),
    SubjectKind.REQUEST: N_("Demande d’aide"),
    SubjectKind.MESSAGE: N_("Message"),
    SubjectKind.PETITION: N_("Pétition"),
    SubjectKind.SITTING_QUESTION: N_("Question en séance"),
}
REASON_WORDS = {
    Reason.INSULTING: N_("C’est insultant ou menaçant"),
    Reason.DISCRIMINATING: N_("Cela rabaisse des gens pour ce qu’ils sont"),
    Reason.PERSONAL_DATA: N_("Cela dévoile la vie privée de quelqu’un"),
    Reason.OFF_TOPIC: N_("C’est hors sujet"),
    Reason.ADVERTISING: N_("C’est de la publicité"),
    Reason.FALSE_OR_MISLEADING: N_("C’est faux ou trompeur"),
    Reason.DANGEROUS: N_("C’est dangereux ou illégal"),
    Reason.OTHER: N_("Autre chose"),
}


@blueprint.app_template_global()
def kind_in_words(kind: SubjectKind) -> str:
    return str(gettext(KIND_WORDS[kind]))


@blueprint.app_template_global()
def reason_in_words(reason: Reason) -> str:
    return str(gettext(REASON_WORDS[reason]))


@blueprint.app_template_global()
def rule_in_words(rule: Rule) -> str:
    return str(
        gettext("Règle %(number)s : %(sentence)s", number=rule.number, sentence=gettext(CHARTER[rule][0]))
    )


@blueprint.get("/regles")
def show_charter() -> str:
    charter = [(rule.number, *CHARTER[rule]) for rule in Rule]
    figures = queries.count_figures(utc_now() - FIGURES_PERIOD)
    return render_template("moderation/charter.html", charter=charter, figures=figures)


# Flagging


@blueprint.get("/nouveau/<kind>/<int:subject_id>")
def show_flag_form(kind: str, subject_id: int) -> str:
    return _flag_page(kind, subject_id, Form({"reason": "", "text": ""}))


def _flag_page(kind: str, subject_id: int, form: Form) -> str:
    content = service.find_flaggable(current_actor(), kind=contents.kind_named(kind), subject_id=subject_id)
    return render_template(
        "moderation/flag_form.html",
        content=content,
        kind=SubjectKind(content.kind),
        reasons=[{"value": reason.value, "label": reason_in_words(reason)} for reason in Reason],
        form=form,
    )


@blueprint.post("/nouveau/<kind>/<int:subject_id>")
def flag_content(kind: str, subject_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> str:
        subject_kind = contents.kind_named(kind)
        service.flag_content(current_actor(), kind=subject_kind, subject_id=subject_id, **data)
        content = contents.find_content(subject_kind, subject_id)
        return own_path(content.path if content else None)

    def done(path: str) -> ResponseReturnValue:
        flash(
            gettext("Merci. Les modérateurs vont lire ce contenu ; vous saurez ce qu’ils décident."),
            "success",
        )
        return redirect(path)

    return submit_form(
        FlagFormSchema, command=command, done=done, again=lambda form: _flag_page(kind, subject_id, form)
    )


# Deciding


@blueprint.get("")
def show_queue() -> str:
    page = service.list_queue(current_actor(), number=page_number())
    return render_template("moderation/queue.html", page=page, tabs=_tabs("queue"))


def _tabs(current: str) -> list[dict[str, Any]]:
    places = service.territories_moderated_by(current_actor())
    entries = (
        ("queue", gettext("Signalements"), "moderation.show_queue", queries.count_waiting_contents(places)),
        ("appeals", gettext("Recours"), "moderation.show_appeals", queries.count_pending_appeals(places)),
        ("decisions", gettext("Décisions prises"), "moderation.show_decisions", None),
    )
    return [
        {"label": label, "url": url_for(endpoint), "count": count, "is_current": name == current}
        for name, label, endpoint, count in entries
    ]


@blueprint.get("/recours")
def show_appeals() -> str:
    page = service.list_appeals(current_actor(), number=page_number())
    return render_template("moderation/appeals.html", page=page, tabs=_tabs("appeals"))


@blueprint.get("/decisions")
def show_decisions() -> str:
    page = service.list_decisions(current_actor(), number=page_number())
    return render_template("moderation/decisions.html", page=page, tabs=_tabs("decisions"))


@blueprint.get("/<int:content_id>")
def show_flagged_content(content_id: int) -> str:
    return _decision_page(content_id, Form())


def _decision_page(content_id: int, form: Form) -> str:
    judged = service.get_judged_content(current_actor(), content_id=content_id)
    hiding = [{"value": rule.value, "label": rule_in_words(rule)} for rule in HIDING_RULES]
    return render_template("moderation/decide.html", judged=judged, rules=hiding, form=form)


@blueprint.post("/<int:content_id>/decision")
def decide_on_flags(content_id: int) -> ResponseReturnValue:
    def done(decision_id: int) -> ResponseReturnValue:
        if queries.get_decision(decision_id).outcome is Outcome.HIDE:
            flash_undoable(
                gettext("Le contenu est masqué, et son auteur est prévenu."),
                undo_url=url_for("moderation.undo_decision", decision_id=decision_id),
                undo_label=gettext("Rétablir ce contenu"),
            )
        else:
            flash(gettext("Le contenu reste en ligne, et ceux qui l’ont signalé sont prévenus."), "success")
        return redirect(url_for("moderation.show_queue"))

    return submit_form(
        DecideFormSchema,
        command=lambda data: service.decide_on_flags(current_actor(), content_id=content_id, **data),
        done=done,
        again=lambda form: _decision_page(content_id, form),
    )


@blueprint.post("/decisions/<int:decision_id>/annulation")
def undo_decision(decision_id: int) -> ResponseReturnValue:
    service.undo_decision(current_actor(), decision_id=decision_id)
    flash(gettext("Le contenu est de nouveau visible, et son auteur est prévenu."), "success")
    return redirect(url_for("moderation.show_decision", decision_id=decision_id))


# The author's side


@blueprint.get("/mes-contenus")
def show_my_decisions() -> str:
    page = queries.list_decisions_about(current_actor().id, number=page_number())
    return render_template("moderation/my_contents.html", page=page)


@blueprint.get("/decisions/<int:decision_id>")
def show_decision(decision_id: int) -> str:
    return _one_decision_page(decision_id, Form())


def _one_decision_page(decision_id: int, form: Form) -> str:
    actor = current_actor()
    told = service.get_told_decision(actor, decision_id=decision_id)
    is_moderator = can(actor, ModerationAction.DECIDE, told.content)
    moderator_id = told.decision.moderator_id
    return render_template(
        "moderation/decision.html",
        told=told,
        is_moderator=is_moderator,
        moderator_name=accounts.get_person(moderator_id).name if is_moderator and moderator_id else None,
        is_author=told.content.author_id == actor.person_id,
        hides_author=is_moderator and service.hides_author(told.content),
        appeal_until=told.decision.created_at + rules.APPEAL_LASTS,
        now=utc_now(),
        form=form,
    )


@blueprint.post("/decisions/<int:decision_id>/recours")
def appeal_decision(decision_id: int) -> ResponseReturnValue:
    def done(_: int) -> ResponseReturnValue:
        flash(
            gettext("Votre recours est transmis. Un autre modérateur va relire et vous répondre."), "success"
        )
        return redirect(url_for("moderation.show_decision", decision_id=decision_id))

    return submit_form(
        AppealSchema,
        command=lambda data: service.appeal_decision(current_actor(), decision_id=decision_id, **data),
        done=done,
        again=lambda form: _one_decision_page(decision_id, form),
    )


@blueprint.post("/recours/<int:appeal_id>/decision")
def decide_appeal(appeal_id: int) -> ResponseReturnValue:
    decision_id = queries.get_appeal(appeal_id).decision_id

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Votre réponse est envoyée à l’auteur."), "success")
        return redirect(url_for("moderation.show_appeals"))

    return submit_form(
        DecideAppealSchema,
        command=lambda data: service.decide_appeal(current_actor(), appeal_id=appeal_id, **data),
        done=done,
        again=lambda form: _one_decision_page(decision_id, form),
    )


# Where something was hidden


@blueprint.app_errorhandler(Masked)
def show_masked(refusal: Masked) -> ResponseReturnValue:
    """Answer who comes to a hidden content: that it is, and under which rule; its text, for moderators alone."""
    status = status_of(refusal)
    if is_api_request():
        return problem(status, refusal.code, message_of(refusal))
    found = queries.find_hiding(SubjectKind(refusal.kind), refusal.subject_id)
    decision, content = found or (None, None)
    is_moderator = content is not None and can(current_actor(), ModerationAction.DECIDE, content)
    page = render_template(
        "moderation/masked.html",
        decision=decision,
        kind=SubjectKind(refusal.kind),
        text=content.text if content and is_moderator else "",
    )
    return page, status
