"""A proposal is written: kept as a draft with its photographs and documents, published, changed while nobody took part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import require
from civic.kernel.clock import iso_utc, utc_now
from civic.proposals.access import ProposalsAction
from civic.proposals.attached import queries as attached
from civic.proposals.attached.service import MOST_DOCUMENTS, MOST_PHOTOGRAPHS, Sent
from civic.proposals.authors.queries import has_coauthors
from civic.proposals.drafts import queries as drafts
from civic.proposals.drafts import service as drafting
from civic.proposals.drafts.errors import DraftIsGone
from civic.proposals.drafts.models import ProposalDraft
from civic.proposals.drafts.service import KEPT_DAYS, DraftText, Saved
from civic.proposals.models import Proposal
from civic.proposals.queries import ProposalView
from civic.proposals.routes.choices import (
    draw_places,
    mark,
    matches_of,
    place_options,
    point_in,
    typed_point,
)
from civic.proposals.routes.door import blueprint
from civic.proposals.routes.likeness import show_like_first
from civic.proposals.routes.moved import moved_since
from civic.proposals.rules import CATEGORY_NAMES
from civic.proposals.schemas import (
    LONGEST_BODY,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    DraftTextSchema,
    PostDraftSchema,
    PostEditSchema,
    PostProposalSchema,
    ProposalTextSchema,
)
from civic.proposals.service import proposing
from civic.proposals.service.places import places_of, read_point
from civic.proposals.service.proposing import ProposalText
from civic.proposals.service.reading import can_take_part, ensure_may_submit, get_visible_proposal
from civic.web.errors import is_api_request
from civic.web.forms import Form, page_number, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema
from civic.web.sending import ensure_same_hand, was_sent

LOOK_UP = "look_up"
"""The button that looks for an address: it saves nothing."""

LIMITS = {
    "title": LONGEST_TITLE,
    "body": LONGEST_BODY,
    "description": LONGEST_DESCRIPTION,
    "photographs": MOST_PHOTOGRAPHS,
    "documents": MOST_DOCUMENTS,
}


@blueprint.get("/consultations/<int:consultation_id>/propositions/nouvelle")
def show_new_proposal(consultation_id: int) -> str:
    consultation = ensure_may_submit(current_actor(), consultation_id, at=utc_now())
    home = current_actor().residence_ids & places_of(consultation)
    neighbourhoods = sorted(home - {consultation.territory_id}) or sorted(home)
    return _write_page(Form({"territory_id": neighbourhoods[0]} if neighbourhoods else {}), consultation)


# Kept as a draft


@dataclass
class _Keeping:
    """A form that is being kept: where it is, once its words are, should one of its files be refused."""

    consultation_id: int
    saved: Saved | None = None

    def keep(self, data: dict[str, Any]) -> Saved:
        """Keep the words, then join the files: one that is refused loses nothing of what was written, nor the other."""
        actor = current_actor()
        written = {name: data[name] for name in DraftTextSchema().fields}
        words = DraftText(**{**written, "point": point_in(data)})
        self.saved = drafting.save_draft(
            actor,
            consultation_id=self.consultation_id,
            text=words,
            saved=Saved.named(data["draft_id"], data["draft_version"]),
            key=data["idempotency_key"],
        )
        drafting.attach_each(actor, draft_id=self.saved.draft_id, sent=_sent(data))
        return self.saved

    def again(self, form: Form) -> str:
        if self.saved is not None:
            form.values |= _draft_boxes(self.saved)
            _forget_joined(form)
        return _write_page(form, get_visible_consultation(current_actor(), self.consultation_id))

    def submit(self, done: Callable[[Saved], ResponseReturnValue]) -> ResponseReturnValue:
        ensure_same_hand()
        return submit_form(PostDraftSchema, command=self.keep, done=done, again=self.again)


@blueprint.post("/consultations/<int:consultation_id>/propositions/brouillon")
def save_draft(consultation_id: int) -> ResponseReturnValue:
    """Pressed by a person, it shows the draft; asked by the script of the form, it says what to name the next time."""

    def done(saved: Saved) -> ResponseReturnValue:
        address = url_for(".show_draft", draft_id=saved.draft_id)
        if is_api_request():
            return jsonify(**_draft_boxes(saved), address=address, saved_at=iso_utc(utc_now()))
        flash(gettext("Votre brouillon est enregistré. Vous seul le voyez."), "success")
        return redirect(address + ("#fichiers" if request.form.get("goes_on") else ""))

    if is_api_request() and was_sent():
        raise DraftIsGone  # the script kept it while it was being published
    return _Keeping(consultation_id).submit(done)


@blueprint.get("/propositions/brouillons/<int:draft_id>")
def show_draft(draft_id: int) -> str:
    draft = drafting.get_own_draft(current_actor(), draft_id)
    consultation = get_visible_consultation(current_actor(), draft.consultation_id)
    return _write_page(Form(drafting.words_of(draft)), consultation)


@blueprint.post("/propositions/brouillons/<int:draft_id>/suppression")
def delete_draft(draft_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Votre brouillon est supprimé."), "success")
        return redirect(url_for(".list_drafts"))

    return submit_form(
        NothingSchema,
        command=lambda _: drafting.delete_draft(current_actor(), draft_id=draft_id),
        done=done,
        again=lambda form: _drafts_page(),
    )


@blueprint.get("/propositions/brouillons")
def list_drafts() -> str:
    return _drafts_page()


def _drafts_page() -> str:
    page = drafts.list_drafts_of(current_actor().id, number=page_number())
    return render_template(
        "proposals/drafts.html",
        page=page,
        kept_days=KEPT_DAYS,
        page_address=lambda number: url_for(".list_drafts", page=number),
    )


def _sent(data: dict[str, Any]) -> Sent:
    return Sent(
        photograph=_file("photograph"),
        description=data["photograph_description"],
        document=_file("document"),
        title=data["document_title"],
        removed_photographs=tuple(data["remove_photographs"]),
        removed_documents=tuple(data["remove_documents"]),
    )


def _file(name: str) -> bytes | None:
    file = request.files.get(name)
    return file.read() if file and file.filename else None


def _brings_files() -> bool:
    said = ("photograph_description", "document_title", "remove_photographs", "remove_documents")
    is_said = any(request.form.get(name, "").strip() for name in said)
    return is_said or any(file.filename for file in request.files.values())


def _forget_joined(form: Form) -> None:
    """Empty the words of the file that was joined: they are beside it, in the list, and must not ask for it again."""
    for file, words in (("photograph", "photograph_description"), ("document", "document_title")):
        if not form.errors_of(file) and not form.errors_of(words):
            form.values.pop(words, None)


def _draft_boxes(saved: Saved) -> dict[str, Any]:
    return {"draft_id": saved.draft_id, "draft_version": saved.version}


# Published


@blueprint.post("/consultations/<int:consultation_id>/propositions/nouvelle")
def submit_proposal(consultation_id: int) -> ResponseReturnValue:
    """A file that was chosen and not yet joined is joined first: it needs a draft, which is then published."""

    def go_on(kept: dict[str, Any]) -> ResponseReturnValue:
        if LOOK_UP not in request.form:
            return _publish(consultation_id, kept)
        form = read_form(PostProposalSchema)
        form.values |= kept
        return _write_page(form, get_visible_consultation(current_actor(), consultation_id))

    if _brings_files() and not was_sent():
        return _Keeping(consultation_id).submit(lambda saved: go_on(_draft_boxes(saved)))
    return go_on({})


def _publish(consultation_id: int, kept: dict[str, Any]) -> ResponseReturnValue:
    """Publish what the form holds. ``kept``: the draft in which its files were just put."""

    def again(form: Form) -> str:
        form.values |= kept
        return _write_page(form, get_visible_consultation(current_actor(), consultation_id))

    def step_again(form: Form, asked: Consultation, like: Sequence[ProposalView]) -> str:
        form.values |= kept
        return _write_page(form, asked, like=like)

    step = show_like_first(consultation_id, step_again)
    if step is not None:
        return step

    def command(data: dict[str, Any]) -> int:
        return proposing.submit_proposal(
            current_actor(),
            consultation_id=consultation_id,
            text=replace(_text_of(data), is_anonymous=data["is_anonymous"]),
            organisation_id=data["organisation_id"],
            draft=Saved.named(data["draft_id"], data["draft_version"]),
        )

    def done(proposal_id: int) -> ResponseReturnValue:
        flash(gettext("Votre proposition est publiée. Partagez son adresse autour de vous."), "success")
        return redirect(url_for(".show_proposal", proposal_id=proposal_id, enregistre=1))

    return submit_form(
        PostProposalSchema,
        command=command,
        done=done,
        again=again,
        fill=lambda values: {**values, **kept},
        is_sent_once=True,
    )


def _text_of(data: dict[str, Any]) -> ProposalText:
    written = {name: data[name] for name in ProposalTextSchema().fields}
    return ProposalText(**{**written, "point": point_in(data)})


# Changed


@blueprint.get("/propositions/<int:proposal_id>/modifier")
def show_edit_proposal(proposal_id: int) -> str:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    require(current_actor(), ProposalsAction.EDIT_PROPOSAL, proposal)
    values = {
        "title": proposal.title,
        "body": proposal.body_source,
        "category": proposal.category.value,
        "topic": proposal.topic,
        "territory_id": proposal.territory_id,
        "version": proposal.version,
        **drafting.boxes_of(read_point(proposal)),
    }
    return _write_page(Form(values), consultations.get_consultation(proposal.consultation_id), proposal)


@blueprint.post("/propositions/<int:proposal_id>/modifier")
def edit_proposal(proposal_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> bool:
        proposing.edit_proposal(
            current_actor(),
            proposal_id=proposal_id,
            text=_text_of(data),
            sent=_sent(data),
            version=data["version"],
        )
        return bool(data["goes_on"])

    def again(form: Form) -> str:
        proposal = get_visible_proposal(current_actor(), proposal_id)
        return _write_page(form, consultations.get_consultation(proposal.consultation_id), proposal)

    def done(goes_on: bool) -> ResponseReturnValue:
        flash(gettext("Vos changements sont publiés."), "success")
        if goes_on:
            return redirect(url_for(".show_edit_proposal", proposal_id=proposal_id, _anchor="fichiers"))
        return redirect(url_for(".show_proposal", proposal_id=proposal_id, enregistre=1))

    if LOOK_UP in request.form:
        return again(read_form(PostEditSchema))
    return submit_form(PostEditSchema, command=command, done=done, again=again, is_sent_once=True)


# The form


def _write_page(
    form: Form,
    consultation: Consultation,
    proposal: Proposal | None = None,
    *,
    like: Sequence[ProposalView] = (),
) -> str:
    """Show the form. Where the draft, or the published text, was changed from elsewhere, it is beside, and saving again replaces it knowingly."""
    actor = current_actor()
    draft = None if proposal else _own_draft(form.value("draft_id"))
    mine = accounts.list_organisations_of(actor.id) if proposal is None else []
    outline, point = draw_places(consultation), typed_point(form)
    return render_template(
        "proposals/write.html",
        form=form,
        consultation=consultations.view_consultation(consultation, at=utc_now()),
        proposal_id=proposal.id if proposal else None,
        present=proposal,
        is_signed_together=proposal is not None and has_coauthors(proposal.id),
        moved=moved_since(form, proposal) if proposal else None,
        draft=draft,
        is_stale=draft is not None and str(form.value("draft_version")) != str(draft.version),
        other_drafts=_others(consultation, draft) if proposal is None else [],
        is_open=can_take_part(
            actor, ProposalsAction.SUBMIT_PROPOSAL, Activity.PROPOSE, consultation, at=utc_now()
        ),
        photographs=_photographs(proposal, draft),
        documents=_documents(proposal, draft),
        outline=outline,
        point=point,
        marker=mark(outline, point, gettext("L’endroit choisi")) if outline and point else None,
        matches=matches_of(form),
        like=like,
        place_options=place_options(consultation),
        organisation_options=[(each.id, each.name) for each in mine if each.id in actor.organisation_ids],
        category_options=[(key.value, gettext(name)) for key, name in CATEGORY_NAMES.items()],
        topic_options=[(topic, topic) for topic in _topics(consultation, proposal)],
        kept_days=KEPT_DAYS,
        limits=LIMITS,
    )


def _topics(consultation: Consultation, proposal: Proposal | None) -> list[str]:
    """A topic that the list holds no more is still that of the proposals that were put under it."""
    kept = [proposal.topic] if proposal and proposal.topic and consultation.topics else []
    return list(dict.fromkeys([*consultation.topics, *kept]))


def _own_draft(named: Any) -> ProposalDraft | None:
    """Return the draft that a form names, if it is there still and of who reads."""
    draft = drafts.find_draft(int(named)) if str(named).isdecimal() and len(str(named)) < 10 else None
    return draft if draft is not None and draft.author_id == current_actor().person_id else None


def _others(consultation: Consultation, draft: ProposalDraft | None) -> list[drafts.DraftLine]:
    page = drafts.list_drafts_of(current_actor().id, consultation_id=consultation.id)
    return [line for line in page.items if draft is None or line.id != draft.id]


def _photographs(
    proposal: Proposal | None, draft: ProposalDraft | None
) -> tuple[attached.PhotographView, ...]:
    if proposal is not None:
        return attached.photographs_of([proposal.id]).get(proposal.id, ())
    return attached.photographs_of_draft(draft.id) if draft else ()


def _documents(proposal: Proposal | None, draft: ProposalDraft | None) -> tuple[attached.DocumentView, ...]:
    if proposal is not None:
        return attached.documents_of(proposal.id)
    return attached.documents_of_draft(draft.id) if draft else ()
