"""Pages of what the municipal council decided: a list by year, each document with its PDF, and how the town hall puts one online."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.councils.access import CouncilsAction
from civic.councils.deliberations import queries, service
from civic.councils.deliberations.errors import NoTown
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.deliberations.rules import RecordKind
from civic.councils.deliberations.schemas import LONGEST_SUMMARY, RecordFormSchema, RecordsFilter
from civic.kernel.access import can, require
from civic.kernel.clock import town_today
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.web.editing import compared
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.languages import weight_in_words
from civic.web.sent_files import download_response

blueprint = Blueprint("records", __name__, url_prefix="/conseil-municipal")

KIND_WORDS = {
    RecordKind.DELIBERATION: N_("Délibération"),
    RecordKind.MINUTES: N_("Procès-verbal"),
    RecordKind.LIST: N_("Liste des délibérations"),
}
KINDS_WORDS = {
    RecordKind.DELIBERATION: N_("Délibérations"),
    RecordKind.MINUTES: N_("Procès-verbaux"),
    RecordKind.LIST: N_("Listes des délibérations examinées"),
}


@blueprint.app_template_global()
def record_kind_in_words(kind: RecordKind) -> str:
    return str(gettext(KIND_WORDS[kind]))


@blueprint.app_template_global()
def deliberation_of(number: str, held_on: date | None) -> MunicipalRecord | None:
    """Return the published deliberation that a decision names, for a link."""
    written = re.search(r"\d.*", number)  # « n° 2026-58 » as somebody wrote it
    return queries.find_deliberation(written[0].strip(), held_on) if written and held_on else None


def _town_id() -> int:
    town = territories.find_town()
    if town is None:
        raise NoTown
    return town.id


@blueprint.get("")
def list_records() -> str:
    town = territories.find_town()
    may_publish = town is not None and can(current_actor(), CouncilsAction.PUBLISH_RECORD, town.id)
    asked = load_filters(RecordsFilter)
    return render_template(
        "councils/deliberations/list.html",
        page=queries.list_records(
            with_drafts=may_publish, kind=asked["genre"], year=asked["annee"], number=asked["page"]
        ),
        kind=asked["genre"],
        year=asked["annee"],
        years=queries.list_years(),
        kinds=[(kind, gettext(words)) for kind, words in KINDS_WORDS.items()],
        may_publish=may_publish,
        today=town_today(),
    )


@blueprint.get("/<int:record_id>")
def show_record(record_id: int) -> str:
    record = service.get_visible_record(current_actor(), record_id)
    return render_template(
        "councils/deliberations/show.html",
        record=record,
        may_publish=can(current_actor(), CouncilsAction.PUBLISH_RECORD, record),
        today=town_today(),
    )


@blueprint.get("/<int:record_id>/document.pdf")
def download_record(record_id: int) -> Response:
    record = service.get_visible_record(current_actor(), record_id, with_content=True)
    return download_response(record.content, record.digest, title=record.title)


@blueprint.get("/nouveau")
def show_new_record() -> str:
    kind = load_filters(RecordsFilter)["genre"] or RecordKind.DELIBERATION
    return _record_form(None, Form({"kind": kind.value, "is_published": True}))


@blueprint.get("/<int:record_id>/modifier")
def show_record_form(record_id: int) -> str:
    record = service.get_visible_record(current_actor(), record_id)
    return _record_form(record, Form(_stored_record(record)))


def _stored_record(record: MunicipalRecord) -> dict[str, Any]:
    return {
        "kind": record.kind.value,
        "number": record.number,
        "title": record.title,
        "summary": record.summary,
        "held_on": record.held_on.isoformat(),
        "adopted_on": record.adopted_on.isoformat() if record.adopted_on else "",
        "is_published": record.published_at is not None,
        "document": weight_in_words(record.size_bytes),
        "seen": record.seen,
    }


def _record_form(record: MunicipalRecord | None, form: Form) -> str:
    require(current_actor(), CouncilsAction.PUBLISH_RECORD, record or _town_id())
    return render_template(
        "councils/deliberations/form.html",
        record=record,
        form=form,
        kinds=[{"value": kind.value, "label": gettext(words)} for kind, words in KIND_WORDS.items()],
        today=town_today().isoformat(),
        longest=LONGEST_SUMMARY,
    )


@blueprint.post("")
def add_record() -> ResponseReturnValue:
    return submit_form(
        RecordFormSchema,
        command=lambda data: service.save_record(
            current_actor(), territory_id=_town_id(), file=_sent_file(), **data
        ),
        done=_saved,
        again=lambda form: _record_form(None, form),
        is_sent_once=True,
    )


@blueprint.post("/<int:record_id>/modifier")
def edit_record(record_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        record = service.get_visible_record(current_actor(), record_id)
        return _record_form(record, compared(form, _stored_record(record)))

    return submit_form(
        RecordFormSchema,
        command=lambda data: service.save_record(
            current_actor(), record_id=record_id, file=_sent_file(), **data
        ),
        done=_saved,
        again=again,
        is_sent_once=True,
    )


def _sent_file() -> bytes | None:
    sent = request.files.get("document")
    return sent.read() if sent and sent.filename else None


def _saved(record_id: int) -> ResponseReturnValue:
    flash(gettext("C’est enregistré."), "success")
    return redirect(url_for(".show_record", record_id=record_id))


@blueprint.post("/<int:record_id>/suppression")
def delete_record(record_id: int) -> ResponseReturnValue:
    service.delete_record(current_actor(), record_id=record_id)
    flash(gettext("Le brouillon est supprimé."), "success")
    return redirect(url_for(".list_records"))
