"""Pages of the safeguarding officers: worries about somebody's safety, and who is suspended."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.kernel.access import require
from civic.kernel.clock import town_today
from civic.safeguarding import queries, words
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.models import Concern
from civic.safeguarding.rules import ConcernDecision, ConcernState
from civic.safeguarding.schemas import ConcernsQuery, HandleConcernSchema, SuspendSchema
from civic.safeguarding.service import concerns
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("safeguarding", __name__, url_prefix="/entraide")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)

GROUPS = {
    "waiting": (ConcernState.NEW, ConcernState.OPEN),
    "closed": (ConcernState.CLOSED,),
}
WRITTEN = (
    ConcernDecision.NOTE,
    ConcernDecision.CALLED,
    ConcernDecision.PASSED_ON,
    ConcernDecision.CLOSED,
)
"""What an officer writes down by itself; a suspension has its own form."""


@blueprint.get("/alertes")
def list_concerns() -> str:
    actor, town_id = current_actor(), territories.get_town().id
    require(actor, SafeguardingAction.LIST_CONCERNS, town_id)
    filters = load_filters(ConcernsQuery)
    chosen = filters["state"] if filters["state"] in GROUPS else "waiting"
    page = queries.list_concerns(town_id, states=GROUPS[chosen], reader_id=actor.id, number=filters["page"])
    return render_template(
        "safeguarding/concerns.html",
        page=page,
        chosen=chosen,
        counts={
            name: queries.count_concerns(town_id, states=states, reader_id=actor.id)
            for name, states in GROUPS.items()
        },
    )


@blueprint.get("/alertes/<int:concern_id>")
def show_concern(concern_id: int) -> str:
    return _concern_page(concern_id, Form())


def _concern_page(concern_id: int, form: Form) -> str:
    concern = concerns.open_file(current_actor(), concern_id=concern_id)
    sights = queries.list_sights(concern_id)
    about = concern.about_id
    return render_template(
        "safeguarding/concern.html",
        concern=concern,
        form=form,
        sights=sights,
        names=_names(concern, {sight.viewer_id for sight in sights}),
        decisions=WRITTEN,
        suspension=queries.find_suspension(about, on=town_today()) if about else None,
        today=town_today().isoformat(),
    )


def _names(concern: Concern, others: set[int | None]) -> dict[int, str]:
    ids = {concern.told_by_id, concern.about_id, *others, *(step.author_id for step in concern.steps)}
    return accounts.names_of({person_id for person_id in ids if person_id is not None})


@blueprint.post("/alertes/<int:concern_id>/suites")
def handle_concern(concern_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        concerns.handle_concern(current_actor(), concern_id=concern_id, **data)

    return _submit(HandleConcernSchema, concern_id, command, gettext("C’est noté dans le dossier."))


@blueprint.post("/alertes/<int:concern_id>/suspension")
def suspend_volunteer(concern_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        concerns.suspend_volunteer(current_actor(), concern_id=concern_id, **data)

    said = gettext(
        "La participation est suspendue. La personne est prévenue, et ses aides en cours cherchent quelqu’un d’autre."
    )
    return _submit(SuspendSchema, concern_id, command, said)


def _submit(schema: Any, concern_id: int, command: Any, said: str) -> ResponseReturnValue:
    def done(_: Any) -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for("safeguarding.show_concern", concern_id=concern_id))

    return submit_form(schema, command=command, done=done, again=lambda form: _concern_page(concern_id, form))


@blueprint.get("/suspensions")
def list_suspensions() -> str:
    return _suspensions_page()


def _suspensions_page() -> str:
    town_id = territories.get_town().id
    require(current_actor(), SafeguardingAction.LIST_CONCERNS, town_id)
    page = queries.list_suspended(town_id, on=town_today(), number=page_number())
    return render_template(
        "safeguarding/suspensions.html",
        page=page,
        names=accounts.names_of({suspension.person_id for suspension in page.items}),
    )


@blueprint.post("/suspensions/<int:person_id>/fin")
def lift_suspension(person_id: int) -> ResponseReturnValue:
    def command(_: dict[str, Any]) -> None:
        concerns.lift_suspension(current_actor(), town_id=territories.get_town().id, person_id=person_id)

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("La suspension est levée. La personne est prévenue."), "success")
        return redirect(url_for("safeguarding.list_suspensions"))

    return submit_form(NothingSchema, command=command, done=done, again=lambda form: _suspensions_page())
