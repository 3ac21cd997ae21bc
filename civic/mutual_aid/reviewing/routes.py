"""Pages of the town hall: decide of a request, and say which requests are read before volunteers are asked."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.kernel.editing import seen_of
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.door import show_sent
from civic.mutual_aid.reviewing import queries, service, words
from civic.mutual_aid.reviewing.rules import FirstRequests, ReviewPolicy
from civic.mutual_aid.reviewing.schemas import (
    AcceptRequestSchema,
    JoinRequestSchema,
    RedirectRequestSchema,
    ReferralSchema,
    ReviewPolicySchema,
)
from civic.mutual_aid.rules import REDIRECTABLE, SUSPENDABLE, Category, RequestState
from civic.mutual_aid.schemas import window_of
from civic.mutual_aid.service.windows import another_day
from civic.mutual_aid.words import category_in_words
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("reviewing", __name__, url_prefix="/entraide")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)

READABLE = frozenset({RequestState.IN_REVIEW, RequestState.SUSPENDED})


@blueprint.get("/demandes/<int:request_id>/decision")
def show_decision(request_id: int) -> str:
    return _decision_page(request_id, Form())


def _decision_page(request_id: int, form: Form) -> str:
    actor = current_actor()
    request = service.get_reviewed_request(actor, request_id)
    is_own = not can(actor, MutualAidAction.ACCEPT_REQUEST, request)
    is_late = utc_now() >= request.ends_at
    return render_template(
        "reviewing/decision.html",
        form=form,
        request_=mutual_aid.present_request(request),
        review=queries.find_review(request_id),
        may_read=request.state in READABLE,
        is_own=is_own,
        is_alone=is_own and can(actor, MutualAidAction.ACCEPT_OWN_REQUEST, request),
        may_lift=not is_own and request.state in queries.OUTLASTED and queries.is_in_doubt(request),
        may_redirect=request.state in REDIRECTABLE,
        may_suspend=request.state in SUSPENDABLE,
        is_late=is_late,
        window=another_day(request, now=utc_now()) if is_late else request.window,
        services=words.services(queries.list_referrals(territories.get_town().id)),
        doubles=[mutual_aid.present_request(other) for other in queries.list_like(request)],
    )


@blueprint.post("/demandes/<int:request_id>/acceptation")
def accept_request(request_id: int) -> ResponseReturnValue:
    return submit_form(
        AcceptRequestSchema,
        command=lambda data: service.accept_request(
            current_actor(), request_id=request_id, window=window_of(data), is_alone=data["is_alone"]
        ),
        done=lambda _: _decided(
            request_id, gettext("La demande est acceptée, et la personne est prévenue."), is_sent=True
        ),
        again=lambda form: _decision_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/doute-leve")
def lift_doubt(request_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.lift_doubt(current_actor(), request_id=request_id),
        done=lambda _: _decided(
            request_id, gettext("Le doute est levé : les prochaines fois partiront à leur date.")
        ),
        again=lambda form: _decision_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/orientation")
def redirect_request(request_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        listed = {
            each.key: each.words for each in words.services(queries.list_referrals(territories.get_town().id))
        }
        where = "\n".join(part for part in (listed.get(data["service"], ""), data["where"]) if part)
        service.redirect_request(current_actor(), request_id=request_id, where=where)

    return submit_form(
        RedirectRequestSchema,
        command=command,
        done=lambda _: _decided(request_id, gettext("C’est noté : la personne sait vers qui se tourner.")),
        again=lambda form: _decision_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/doublon")
def join_request(request_id: int) -> ResponseReturnValue:
    return submit_form(
        JoinRequestSchema,
        command=lambda data: service.join_request(current_actor(), request_id=request_id, **data),
        done=lambda _: _decided(request_id, gettext("C’est noté : seule l’autre demande continue.")),
        again=lambda form: _decision_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/mise-de-cote")
def suspend_request(request_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.suspend_request(current_actor(), request_id=request_id),
        done=lambda _: _decided(
            request_id, gettext("La demande est mise de côté : plus personne n’est sollicité.")
        ),
        again=lambda form: _decision_page(request_id, form),
    )


def _decided(request_id: int, said: str, *, is_sent: bool = False) -> ResponseReturnValue:
    """``is_sent``: the page of the request then says how many were asked."""
    flash(said, "success")
    if is_sent:
        return show_sent(request_id)
    return redirect(url_for("matching.show_request", request_id=request_id))


# Settings


@blueprint.get("/relecture")
def show_review_settings() -> str:
    require(current_actor(), MutualAidAction.SET_REVIEW, territories.get_town().id)
    return _settings_page(Form(_stored_policy()))


def _stored_policy() -> dict[str, Any]:
    town_id = territories.get_town().id
    policy = queries.get_policy(town_id)
    return {
        "first_requests": policy.first_requests.value,
        "sensitive": sorted(policy.sensitive),
        "reads_reported": "true" if policy.reads_reported else "",
        SEEN: seen_of(queries.find_settings(town_id)),
    }


def _compared_policy(form: Form) -> Form:
    """Tell the kinds of help of somebody else's version by their names."""
    form = compared(form, _stored_policy())
    if "sensitive" in form.theirs:
        kept = _stored_policy()["sensitive"]
        form.theirs["sensitive"] = ", ".join(category_in_words(Category(each)) for each in kept)
    return form


def _settings_page(form: Form, referral_form: Form | None = None) -> str:
    require(current_actor(), MutualAidAction.SET_REVIEW, territories.get_town().id)
    referrals = queries.list_referrals(territories.get_town().id)
    return render_template(
        "reviewing/settings.html",
        form=form,
        referral_form=referral_form or Form(),
        choices=list(FirstRequests),
        categories=list(Category),
        referrals=referrals,
        usual=[] if referrals else words.services([]),
    )


@blueprint.post("/relecture")
def set_review_policy() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        policy = ReviewPolicy(data["first_requests"], frozenset(data["sensitive"]), data["reads_reported"])
        service.set_review_policy(
            current_actor(), territory_id=territories.get_town().id, policy=policy, seen=data[SEEN]
        )

    return submit_form(
        ReviewPolicySchema,
        command=command,
        done=lambda _: _set(gettext("C’est enregistré.")),
        again=lambda form: _settings_page(_compared_policy(form)),
    )


@blueprint.post("/relecture/services")
def add_referral() -> ResponseReturnValue:
    def again(form: Form) -> str:
        return _settings_page(Form(), form)

    return submit_form(
        ReferralSchema,
        command=lambda data: service.add_referral(
            current_actor(), territory_id=territories.get_town().id, **data
        ),
        done=lambda _: _set(gettext("Le service est dans la liste.")),
        again=again,
    )


@blueprint.post("/relecture/services/<int:referral_id>/retrait")
def remove_referral(referral_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.remove_referral(current_actor(), referral_id=referral_id),
        done=lambda _: _set(gettext("Le service n’est plus dans la liste.")),
        again=_settings_page,
    )


def _set(said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("reviewing.show_review_settings"))
