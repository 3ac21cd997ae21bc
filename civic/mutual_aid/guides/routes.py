"""Pages of the guides: read by everybody, written by the town hall."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import can, require
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.guides import queries, service
from civic.mutual_aid.guides.models import Guide
from civic.mutual_aid.guides.rules import parts_of
from civic.mutual_aid.guides.schemas import GuideSchema, guide_text
from civic.territories import queries as territories
from civic.web.editing import compared
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("guides", __name__, url_prefix="/entraide/guides")


@blueprint.get("")
def list_guides() -> str:
    town = territories.find_town()
    return render_template(
        "guides/guides.html",
        guides=queries.list_guides(town.id) if town else [],
        may_write=town is not None and can(current_actor(), MutualAidAction.WRITE_GUIDE, town.id),
    )


@blueprint.get("/<int:guide_id>")
def show_guide(guide_id: int) -> str:
    guide = queries.get_guide(guide_id)
    return render_template(
        "guides/guide.html",
        guide=guide,
        parts=parts_of(guide.text),
        may_write=can(current_actor(), MutualAidAction.WRITE_GUIDE, guide),
    )


@blueprint.get("/nouveau")
def show_new_guide() -> str:
    return _form_page(Form())


@blueprint.get("/<int:guide_id>/modifier")
def show_guide_form(guide_id: int) -> str:
    guide = queries.get_guide(guide_id)
    return _form_page(Form(_stored(guide)), guide)


def _stored(guide: Guide) -> dict[str, Any]:
    return {
        "title": guide.title,
        "summary": guide.summary,
        "text": guide.text,
        "address": guide.address or "",
        "seen": guide.seen,
    }


def _form_page(form: Form, guide: Guide | None = None) -> str:
    require(current_actor(), MutualAidAction.WRITE_GUIDE, guide or territories.get_town().id)
    return render_template("guides/guide_form.html", form=form, guide=guide)


@blueprint.post("")
def write_guide() -> ResponseReturnValue:
    return _submit(None)


@blueprint.post("/<int:guide_id>/modifier")
def change_guide(guide_id: int) -> ResponseReturnValue:
    return _submit(guide_id)


def _submit(guide_id: int | None) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return service.write_guide(
            current_actor(),
            territory_id=territories.get_town().id,
            content=guide_text(data),
            guide_id=guide_id,
            seen=data["seen"],
        )

    def done(written_id: int) -> ResponseReturnValue:
        flash(gettext("Le guide est en ligne."), "success")
        return redirect(url_for("guides.show_guide", guide_id=written_id))

    def again(form: Form) -> str:
        if guide_id is None:
            return _form_page(form)
        guide = queries.get_guide(guide_id)
        return _form_page(compared(form, _stored(guide)), guide)

    return submit_form(GuideSchema, command=command, done=done, again=again)


@blueprint.post("/<int:guide_id>/retrait")
def remove_guide(guide_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Le guide n’est plus en ligne."), "success")
        return redirect(url_for("guides.list_guides"))

    return submit_form(
        NothingSchema,
        command=lambda _: service.remove_guide(current_actor(), guide_id=guide_id),
        done=done,
        again=lambda _: show_guide(guide_id),
    )
