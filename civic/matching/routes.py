"""Pages of matching: a request as its owner follows it, what a volunteer is asked, a match, the town hall's watch."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.matching import forward_routes as _forward_routes  # noqa: F401  registers where a volunteer says yes by herself
from civic.matching import queries
from civic.matching.contact_form import compared_contact
from civic.matching.door import blueprint
from civic.matching.panels import build_match_panel, build_request_panel
from civic.matching.schemas import CompleteMatchSchema, DutySchema, RelaunchSchema, SaySchema
from civic.matching.service import conversation, dispatch, invitations, matches
from civic.matching.service.duty import set_duty as go_on_duty
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.door import show_sent, was_just_sent
from civic.mutual_aid.reviewing import queries as reviewing
from civic.mutual_aid.rules import WATCHED, Contact, Window
from civic.mutual_aid.schemas import AnotherDaySchema, ContactFormSchema, contact_of, window_of
from civic.mutual_aid.service import contacts, windows
from civic.mutual_aid.service.requests import get_followed_request
from civic.territories import queries as territories
from civic.web.editing import SEEN
from civic.web.forms import Form, flash_undoable, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema


def _press(
    command: Callable[[], Any],
    *,
    done: Callable[[], ResponseReturnValue],
    again: Callable[[Form], str],
) -> ResponseReturnValue:
    """Run what a button without a field asks for; a refusal is told on the page that the button was on."""
    return submit_form(NothingSchema, command=lambda _: command(), done=lambda _: done(), again=again)


def _is_agent() -> bool:
    town = territories.find_town()
    return town is not None and can(current_actor(), MutualAidAction.WATCH_REQUESTS, town.id)


# Volunteers


@blueprint.get("/mon-entraide")
def show_my_help() -> str:
    actor = current_actor()
    return render_template(
        "matching/my_help.html",
        is_on_duty=queries.is_on_duty(actor.id),
        has_offer=queries.has_active_offer(actor.id),
        waiting_count=queries.count_waiting_invitations(actor.id),
        matches=queries.list_matches_of(actor.id, number=page_number()),
        requests=mutual_aid.list_requests_of(actor.id, size=5),
        offers=mutual_aid.list_own_offers(actor, size=5),
        is_agent=_is_agent(),
    )


@blueprint.get("/mes-demandes")
def list_my_requests() -> str:
    page = mutual_aid.list_requests_of(current_actor().id, number=page_number())
    return render_template("matching/my_requests.html", page=page, is_agent=_is_agent())


@blueprint.get("/mes-propositions")
def list_my_offers() -> str:
    page = mutual_aid.list_own_offers(current_actor(), number=page_number())
    return render_template("matching/my_offers.html", page=page, is_agent=_is_agent())


@blueprint.post("/disponibilite")
def set_duty() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> bool:
        return go_on_duty(current_actor(), on=data["on"])

    def done(is_on: bool) -> ResponseReturnValue:
        flash(
            gettext("Vous êtes disponible : nous pouvons vous solliciter.")
            if is_on
            else gettext("C’est noté : nous ne vous solliciterons plus jusqu’à nouvel ordre."),
            "success",
        )
        return redirect(url_for("matching.list_invitations"))

    return submit_form(DutySchema, command=command, done=done, again=lambda form: _invitations_page(form))


@blueprint.get("/sollicitations")
def list_invitations() -> str:
    return _invitations_page(Form())


def _invitations_page(form: Form) -> str:
    actor = current_actor()
    page = queries.list_invitations_of(actor.id, number=page_number())
    invitations.note_seen(actor, invitation_ids={invitation.id for invitation in page.items})
    return render_template(
        "matching/invitations.html",
        form=form,
        page=page,
        is_on_duty=queries.is_on_duty(actor.id),
        has_offer=queries.has_active_offer(actor.id),
        is_agent=_is_agent(),
    )


@blueprint.get("/sollicitations/<int:invitation_id>")
def show_invitation(invitation_id: int) -> str:
    """A link in a message leads here. Reading accepts nothing."""
    return _invitation_page(invitation_id, Form())


def _invitation_page(invitation_id: int, form: Form) -> str:
    invitation = invitations.get_received_invitation(current_actor(), invitation_id)
    invitations.note_seen(current_actor(), invitation_ids={invitation.id})
    return render_template("matching/invitation.html", invitation=invitation, form=form)


@blueprint.post("/sollicitations/<int:invitation_id>/acceptation")
def accept_invitation(invitation_id: int) -> ResponseReturnValue:
    def done(match_id: int) -> ResponseReturnValue:
        flash(gettext("Merci ! La personne est prévenue. Voyez ses coordonnées et écrivez-lui."), "success")
        return redirect(url_for("matching.show_match", match_id=match_id))

    return submit_form(
        NothingSchema,
        command=lambda _: invitations.accept_invitation(current_actor(), invitation_id=invitation_id),
        done=done,
        again=lambda form: _invitation_page(invitation_id, form),
    )


@blueprint.post("/sollicitations/<int:invitation_id>/refus")
def decline_invitation(invitation_id: int) -> ResponseReturnValue:
    def done() -> ResponseReturnValue:
        flash_undoable(
            gettext("C’est noté, sans souci. Nous demandons à quelqu’un d’autre."),
            undo_url=url_for("matching.take_back_decline", invitation_id=invitation_id),
            undo_label=gettext("Revenir sur ma réponse"),
        )
        return redirect(url_for("matching.list_invitations"))

    return _press(
        lambda: invitations.decline_invitation(current_actor(), invitation_id=invitation_id),
        done=done,
        again=lambda form: _invitation_page(invitation_id, form),
    )


@blueprint.post("/sollicitations/<int:invitation_id>/refus/annulation")
def take_back_decline(invitation_id: int) -> ResponseReturnValue:
    def done() -> ResponseReturnValue:
        flash(gettext("Votre réponse est effacée. Vous pouvez encore dire oui ou non."), "success")
        return redirect(url_for("matching.show_invitation", invitation_id=invitation_id))

    return _press(
        lambda: invitations.take_back_decline(current_actor(), invitation_id=invitation_id),
        done=done,
        again=lambda form: _invitation_page(invitation_id, form),
    )


# A request, as its owner and the town hall follow it


@blueprint.get("/demandes/<int:request_id>")
def show_request(request_id: int) -> str:
    return _request_page(request_id, Form())


def _request_page(request_id: int, form: Form, contact: Contact | None = None) -> str:
    actor = current_actor()
    followed = get_followed_request(actor, request_id)
    is_just_sent = was_just_sent(request_id)
    panel = build_request_panel(actor, followed, now=utc_now(), is_just_sent=is_just_sent)
    return render_template(
        "matching/request.html",
        panel=panel,
        form=form,
        contact=contact,
        seen=followed.seen_contact if contact else None,
        places=territories.list_places(),
    )


@blueprint.post("/demandes/<int:request_id>/coordonnees")
def see_request_contact(request_id: int) -> str:
    """Answers without a redirect: the contact is in the answer to this POST alone, and a reload is another sight."""
    contact = matches.see_request_contact(current_actor(), request_id=request_id)
    return _request_page(request_id, Form(), contact)


@blueprint.post("/demandes/<int:request_id>/coordonnees/correction")
def correct_contact(request_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        contacts.correct_contact(
            current_actor(),
            request_id=request_id,
            contact=contact_of(data),
            territory_id=data["territory_id"],
            seen=data[SEEN],
        )

    def done(_: None) -> ResponseReturnValue:
        flash(
            gettext("Les coordonnées sont corrigées. Si quelqu’un doit venir, il en est prévenu."), "success"
        )
        return redirect(url_for("matching.show_request", request_id=request_id))

    return submit_form(
        ContactFormSchema,
        command=command,
        done=done,
        again=lambda form: _request_page(request_id, compared_contact(form, request_id)),
    )


@blueprint.post("/demandes/<int:request_id>/autre-jour")
def propose_another_day(request_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        window = Window(data["starts_at"], data["ends_at"])
        windows.propose_another_day(current_actor(), request_id=request_id, window=window)

    return submit_form(
        AnotherDaySchema,
        command=command,
        done=lambda _: show_sent(request_id),
        again=lambda form: _request_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/relance")
def relaunch_search(request_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        dispatch.relaunch_search(
            current_actor(),
            request_id=request_id,
            window=window_of(data),
            without_skills=data["without_skills"],
        )

    return submit_form(
        RelaunchSchema,
        command=command,
        done=lambda _: show_sent(request_id),
        again=lambda form: _request_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/reglement")
def settle_request(request_id: int) -> ResponseReturnValue:
    def done() -> ResponseReturnValue:
        flash(gettext("La demande est close : plus personne n’est sollicité."), "success")
        return redirect(url_for("matching.list_watched_requests"))

    return _press(
        lambda: dispatch.settle_request(current_actor(), request_id=request_id),
        done=done,
        again=lambda form: _request_page(request_id, form),
    )


@blueprint.get("/a-suivre")
def list_watched_requests() -> str:
    """What waits for the town hall first, then what is being sought, then what is under way."""
    town = territories.get_town()
    require(current_actor(), MutualAidAction.WATCH_REQUESTS, town.id)
    places = territories.ids_within(town.id)
    chosen = request.args.get("etat", "waiting")
    chosen = chosen if chosen in WATCHED else "waiting"
    counts = mutual_aid.count_watched_requests(places)
    return render_template(
        "matching/watch.html",
        page=mutual_aid.list_watched_requests(
            places, states=WATCHED[chosen], at=utc_now(), number=page_number()
        ),
        chosen=chosen,
        now=utc_now(),
        holding=mutual_aid.present_requests(reviewing.list_holding(places)),
        counts={name: sum(counts.get(state, 0) for state in states) for name, states in WATCHED.items()},
        is_agent=True,
    )


# A match


@blueprint.get("/mises-en-relation/<int:match_id>")
def show_match(match_id: int) -> str:
    return match_page(match_id, Form())


def match_page(match_id: int, form: Form, contact: Contact | None = None) -> str:
    """The page of a match; ``form`` is the one of it that was refused, if any."""
    actor = current_actor()
    side = matches.get_followed_match(actor, match_id)
    panel = build_match_panel(actor, side, page=request.args.get("page", type=int), now=utc_now())
    return render_template(
        "matching/match.html", panel=panel, form=form, contact=contact, client_id=secrets.token_urlsafe(12)
    )


@blueprint.post("/mises-en-relation/<int:match_id>/coordonnees")
def see_contact(match_id: int) -> ResponseReturnValue:
    """Answers without a redirect: the contact is in the answer to this POST alone, and a reload is another sight."""
    return submit_form(
        NothingSchema,
        command=lambda _: matches.see_contact(current_actor(), match_id=match_id),
        done=lambda contact: match_page(match_id, Form(), contact),
        again=lambda form: match_page(match_id, form),
    )


@blueprint.post("/mises-en-relation/<int:match_id>/messages")
def say(match_id: int) -> ResponseReturnValue:
    return submit_form(
        SaySchema,
        command=lambda data: conversation.say(current_actor(), match_id=match_id, **data),
        done=lambda _: redirect(url_for("matching.show_match", match_id=match_id) + "#conversation"),
        again=lambda form: match_page(match_id, form),
    )


@blueprint.post("/mises-en-relation/<int:match_id>/depart")
def start_match(match_id: int) -> ResponseReturnValue:
    return move_on_page(
        match_id, matches.start_match, gettext("C’est noté : la personne sait que vous arrivez.")
    )


@blueprint.post("/mises-en-relation/<int:match_id>/fin")
def complete_match(match_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est noté. Merci à vous deux !"), "success")
        return redirect(url_for("matching.show_match", match_id=match_id))

    return submit_form(
        CompleteMatchSchema,
        command=lambda data: matches.complete_match(current_actor(), match_id=match_id, **data),
        done=done,
        again=lambda form: match_page(match_id, form),
    )


@blueprint.post("/mises-en-relation/<int:match_id>/pas-fini")
def reopen_match(match_id: int) -> ResponseReturnValue:
    return move_on_page(
        match_id, matches.reopen_match, gettext("C’est noté : l’aide continue. Écrivez ce qui manque.")
    )


@blueprint.post("/mises-en-relation/<int:match_id>/personne-n-est-venu")
def deny_match(match_id: int) -> ResponseReturnValue:
    return move_on_page(
        match_id,
        matches.deny_match,
        gettext("C’est noté. Nous cherchons quelqu’un d’autre, ou la mairie vous rappelle."),
    )


@blueprint.post("/mises-en-relation/<int:match_id>/retrait")
def withdraw_from_match(match_id: int) -> ResponseReturnValue:
    return move_on_page(
        match_id,
        matches.withdraw_from_match,
        gettext("C’est noté : nous cherchons quelqu’un d’autre, et la personne est prévenue."),
    )


def move_on_page(match_id: int, command: Callable[..., None], said: str) -> ResponseReturnValue:
    """Do what a button of a match's page asks for, and come back to it."""

    def done() -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for("matching.show_match", match_id=match_id))

    return _press(
        lambda: command(current_actor(), match_id=match_id),
        done=done,
        again=lambda form: match_page(match_id, form),
    )
