"""Pages of the answers that are due: the desk where they are read and published together, and what a consultation promises."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.editing import seen_of
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.answers import promising, queries, reading
from civic.proposals.answers import publication as _publication  # noqa: F401  registers what the page that publishes says
from civic.proposals.answers.queries import DeskFilter
from civic.proposals.answers.readiness import lack_of
from civic.proposals.answers.reading import Draft
from civic.proposals.answers.rules import LACKS, Promise
from civic.proposals.answers.schemas import (
    LONGEST_NOTE,
    MOST_IN_CHARGE,
    AnswerVerdictSchema,
    ChosenFormSchema,
    ConsultationPromiseFormSchema,
    DeskQuery,
    PromiseFormSchema,
    paired,
)
from civic.proposals.answers.together import load_together, read_together
from civic.proposals.commitments.queries import commitments_of
from civic.proposals.models import Answer, Proposal
from civic.proposals.service import answering
from civic.proposals.service.reading import get_visible_proposal
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("answers", __name__)

FEWEST_SELECTS = 3


# What a consultation promises


@consultation_panel(order=19)
def show_promise(view: ConsultationView) -> Panel | None:
    """What is promised, before the proposals; nothing where nobody proposes."""
    consultation = consultations.get_consultation(view.id)
    promise = queries.promise_shown(consultation)
    waits = queries.count_waits(view.id, at=utc_now())
    is_asked = view.ever_permits("propose") or waits.expected
    may_set = can(current_actor(), ProposalsAction.SET_ANSWER_PROMISE, consultation)
    if not is_asked or (promise is None and not may_set):
        return None
    values = {"promise": promise, "waits": waits, "may_set": may_set}
    return Panel("answers/_promise_panel.html", values, anchor="promesse")


@blueprint.get("/consultations/<int:consultation_id>/promesse")
def show_promise_form(consultation_id: int) -> str:
    consultation = _promising(consultation_id)
    return _promise_page(Form(_stored_promise(consultation)), consultation)


def _stored_promise(consultation: Consultation) -> dict[str, Any]:
    promise = queries.find_promise(consultation.id) or queries.town_promise(consultation.territory_id)
    return {
        **_typed(promise),
        "in_charge_ids": [str(each) for each in queries.list_charge(consultation.id)],
        SEEN: queries.seen_promise(consultation.id),
    }


def _compared_promise(form: Form, consultation: Consultation) -> Form:
    """Tell who is in charge in somebody else's version by their names, in order; who left the town hall since is passed over."""
    stored = _stored_promise(consultation)
    chosen = [each for each in form.value("in_charge_ids", []) if each]
    told = compared(form, stored)
    told.theirs.pop("in_charge_ids", None)
    if told.theirs or form.is_late:
        names = dict(queries.list_staff(consultation.territory_id))
        if chosen != stored["in_charge_ids"]:
            present = [names[int(each)] for each in stored["in_charge_ids"] if int(each) in names]
            told.theirs["in_charge_ids"] = ", ".join(present)
    return told


@blueprint.post("/consultations/<int:consultation_id>/promesse")
def set_promise(consultation_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré, et affiché sur la page de la consultation."), "success")
        return redirect(
            url_for("consultations.show_consultation", consultation_id=consultation_id, _anchor="promesse")
        )

    def again(form: Form) -> str:
        consultation = _promising(consultation_id)
        return _promise_page(_compared_promise(form, consultation), consultation)

    return submit_form(
        ConsultationPromiseFormSchema,
        command=lambda data: promising.set_promise(current_actor(), consultation_id=consultation_id, **data),
        done=done,
        again=again,
    )


def _promising(consultation_id: int) -> Consultation:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    require(current_actor(), ProposalsAction.SET_ANSWER_PROMISE, consultation)
    return consultation


def _promise_page(form: Form, consultation: Consultation) -> str:
    named = form.value("in_charge_ids", [])
    return render_template(
        "answers/promise.html",
        form=form,
        consultation=consultations.view_consultation(consultation, at=utc_now()),
        stored=queries.find_promise(consultation.id),
        staff=queries.list_staff(consultation.territory_id),
        named=named if isinstance(named, list) else [named],
        selects=min(MOST_IN_CHARGE, max(FEWEST_SELECTS, len(named) + 1)),
    )


@blueprint.get("/bureau/reponses/promesse")
def show_town_promise() -> str:
    require(current_actor(), ProposalsAction.SET_TOWN_PROMISE, territories.get_town().id)
    return _town_page(Form(_stored_town_promise()))


def _stored_town_promise() -> dict[str, Any]:
    town_id = territories.get_town().id
    return {**_typed(queries.town_promise(town_id)), SEEN: seen_of(queries.find_town_promise(town_id))}


@blueprint.post("/bureau/reponses/promesse")
def set_town_promise() -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré pour les prochaines consultations."), "success")
        return redirect(url_for(".show_town_promise"))

    return submit_form(
        PromiseFormSchema,
        command=lambda data: promising.set_town_promise(
            current_actor(), territory_id=territories.get_town().id, **data
        ),
        done=done,
        again=lambda form: _town_page(compared(form, _stored_town_promise())),
    )


def _town_page(form: Form) -> str:
    require(current_actor(), ProposalsAction.SET_TOWN_PROMISE, territories.get_town().id)
    return render_template("answers/town_promise.html", form=form)


def _typed(promise: Promise) -> dict[str, Any]:
    return {
        "threshold": promise.threshold,
        "days": promise.days,
        "remind_days": promise.remind_days,
        "needs_reading": "true" if promise.needs_reading else "",
    }


# The desk


@blueprint.get("/bureau/reponses")
def list_owed() -> str:
    return _desk_page(Form())


def _desk_page(form: Form) -> str:
    actor, town_id, now = current_actor(), territories.get_town().id, utc_now()
    require(actor, ProposalsAction.DRAFT_ANSWER, town_id)
    filters = load_filters(DeskQuery)
    return render_template(
        "answers/desk.html",
        form=form,
        page=queries.list_desk(
            {town_id},
            reader_id=actor.id,
            at=now,
            which=filters["etat"],
            consultation_id=filters["consultation_id"],
            number=filters["page"],
        ),
        counts=queries.count_desk({town_id}, reader_id=actor.id, at=now),
        which=filters["etat"],
        consultation_id=filters["consultation_id"],
        filters=list(DeskFilter),
        readers=[(key, name) for key, name in queries.list_staff(town_id) if key != actor.id],
        lacks=LACKS,
        may_publish=can(actor, ProposalsAction.PUBLISH_ANSWER, town_id),
        may_set=can(actor, ProposalsAction.SET_TOWN_PROMISE, town_id),
    )


@blueprint.post("/bureau/reponses/relecture")
def ask_reading() -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        flash(
            ngettext(
                "Une réponse attend maintenant sa relecture. La personne est prévenue.",
                "%(num)s réponses attendent maintenant leur relecture. La personne est prévenue une seule fois.",
                count,
            ),
            "success",
        )
        return redirect(url_for(".list_owed", etat=DeskFilter.DRAFTED))

    return submit_form(
        ChosenFormSchema,
        command=lambda data: reading.ask_reading(
            current_actor(), proposal_ids=list(data["chosen"]), reader_id=data["reader_id"]
        ),
        done=done,
        again=_desk_page,
    )


@blueprint.post("/bureau/reponses/verification")
def review_chosen() -> ResponseReturnValue:
    """Show exactly what would be published together. Nothing is written."""
    require(current_actor(), ProposalsAction.PUBLISH_ANSWER, territories.get_town().id)
    return submit_form(
        ChosenFormSchema,
        command=lambda data: answering.ensure_some(data["chosen"]),
        done=lambda chosen: _review_page(Form(), chosen),
        again=_desk_page,
    )


def _review_page(form: Form, chosen: dict[int, int]) -> str:
    actor = current_actor()
    held = load_together(chosen)  # held, so that each is found again without a query
    stored = [get_visible_proposal(actor, proposal_id) for proposal_id in sorted(chosen)]
    for proposal in stored:
        require(
            actor,
            ProposalsAction.PUBLISH_ANSWER,
            consultations.get_consultation(proposal.consultation_id),
        )
    together = read_together(stored)
    drafts = {each.id: together.drafts.get(each.id) for each in stored}
    lacks = {each.id: lack_of(each, together, None) for each in stored}
    versions = {key: draft.version if draft else 0 for key, draft in drafts.items()}
    del held
    today = town_today()
    return render_template(
        "answers/review.html",
        form=form,
        chosen=[f"{key}-{version}" for key, version in versions.items()],
        changed={key for key, version in versions.items() if version and version != chosen[key]},
        proposals=proposals.view_proposals(stored, reader_id=None),
        drafts=drafts,
        lacks={key: LACKS[lack] for key, lack in lacks.items() if lack},
        commitments=commitments_of(list(chosen), today=today, with_drafts=True),
    )


@blueprint.post("/bureau/reponses/publication")
def publish_chosen() -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        flash(
            ngettext(
                "Une réponse est publiée. Les personnes concernées sont prévenues.",
                "%(num)s réponses sont publiées ensemble. Chaque personne concernée est prévenue une seule fois.",
                count,
            ),
            "success",
        )
        return redirect(url_for(".list_owed"))

    def again(form: Form) -> str:
        chosen = paired(form.value("chosen", []))
        return _review_page(form, chosen) if chosen else _desk_page(form)

    return submit_form(
        ChosenFormSchema,
        command=lambda data: answering.publish_chosen_answers(current_actor(), chosen=data["chosen"]),
        done=done,
        again=again,
        is_sent_once=True,
    )


# A second reading


@blueprint.get("/propositions/<int:proposal_id>/reponse/avis")
def show_reading(proposal_id: int) -> ResponseReturnValue:
    proposal, draft = _read(proposal_id)
    if draft is None:
        flash(gettext("Il n’y a plus de brouillon à relire : la réponse est publiée."), "info")
        return redirect(url_for("proposals.show_proposal", proposal_id=proposal.id))
    return _reading_page(Form(), proposal_id)


@blueprint.post("/propositions/<int:proposal_id>/reponse/avis")
def read_answer(proposal_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Votre avis est enregistré, et la personne qui l’attend est prévenue."), "success")
        return redirect(url_for(".list_owed", etat=DeskFilter.TO_READ))

    return submit_form(
        AnswerVerdictSchema,
        command=lambda data: reading.read_answer(current_actor(), proposal_id=proposal_id, **data),
        done=done,
        again=lambda form: _reading_page(form, proposal_id),
    )


@blueprint.post("/propositions/<int:proposal_id>/reponse/avis/abandon")
def drop_reading(proposal_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Cette relecture n’est plus attendue."), "success")
        return redirect(url_for(".list_owed", etat=DeskFilter.DRAFTED))

    return submit_form(
        NothingSchema,
        command=lambda _: reading.drop_reading(current_actor(), proposal_id=proposal_id),
        done=done,
        again=_desk_page,
    )


def _read(proposal_id: int) -> tuple[Proposal, Answer | None]:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    require(current_actor(), ProposalsAction.DRAFT_ANSWER, consultation)
    return proposal, proposals.find_draft_answer(proposal_id)


def _reading_page(form: Form, proposal_id: int) -> str:
    proposal, draft = _read(proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    whose = Draft(consultation.territory_id, draft.author_id if draft else None)
    today = town_today()
    return render_template(
        "answers/reading.html",
        form=form,
        proposal=proposals.view_proposal(proposal, reader_id=None),
        draft=draft,
        reading=queries.find_reading(draft.id) if draft else None,
        may_read=can(current_actor(), ProposalsAction.READ_ANSWER, whose),
        commitments=commitments_of([proposal_id], today=today, with_drafts=True).get(proposal_id, []),
        longest_note=LONGEST_NOTE,
    )
