"""The inbox, what one wishes to receive by mail, and the mailbox of a demonstration."""

from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.notifications import queries, service
from civic.notifications.schemas import ChooseMailsSchema
from civic.notifications.wording import sentence_of
from civic.web.api import load_query
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import own_path
from civic.web.schemas import PageQuery

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")

DEMO_MAILBOX_PATH = "/demonstration/courrier"


@blueprint.get("")
def show_inbox() -> str:
    page = queries.list_notifications(current_actor().id, number=load_query(PageQuery)["page"])
    return render_template(
        "notifications/inbox.html",
        page=page,
        unread=queries.count_unread(current_actor().id),
        sentence_of=sentence_of,
    )


@blueprint.post("/<int:notification_id>/ouverture")
def open_notification(notification_id: int) -> ResponseReturnValue:
    path = service.read_notification(current_actor(), notification_id=notification_id)
    return redirect(own_path(path, url_for("notifications.show_inbox")))


@blueprint.post("/lecture")
def read_all() -> ResponseReturnValue:
    service.read_notifications(current_actor())
    flash(gettext("Tout est marqué comme lu."), "success")
    return redirect(url_for("notifications.show_inbox"))


@blueprint.get("/preferences")
def show_preferences() -> str:
    choices = queries.mail_choices(current_actor().id)
    return _preferences_page(Form({family.value: choice.value for family, choice in choices.items()}))


def _preferences_page(form: Form) -> str:
    return render_template("notifications/preferences.html", form=form)


@blueprint.post("/preferences")
def choose_mails() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.choose_mails(current_actor(), choices=data["choices"])

    def done(result: Any) -> ResponseReturnValue:
        flash(gettext("Vos choix sont enregistrés."), "success")
        return redirect(url_for("notifications.show_preferences"))

    return submit_form(ChooseMailsSchema, command=command, done=done, again=_preferences_page)


def show_demo_mailbox() -> str:
    return render_template(
        "notifications/demo_mailbox.html", page=queries.list_demo_mails(load_query(PageQuery)["page"])
    )


def register(app: Flask) -> None:
    app.after_request(_read_what_leads_here)
    if app.config["SETTINGS"].is_demo:
        app.add_url_rule(DEMO_MAILBOX_PATH, "notifications.show_demo_mailbox", show_demo_mailbox)


def _read_what_leads_here(response: Response) -> Response:
    """Who has opened the page that a notification leads to has been told: no mail is owed for it any more."""
    is_page = request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html"
    actor = current_actor() if is_page else None
    if actor and actor.is_signed_in and queries.has_unread_for_page(actor.id, request.path):
        service.read_notifications(actor, path=request.path)
    return response
