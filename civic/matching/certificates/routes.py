"""Pages of certificates: a volunteer takes one, anybody checks one."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_limiter import RequestLimit
from marshmallow import ValidationError

from civic.accounts import queries as accounts
from civic.extensions import limiter
from civic.kernel.clock import town_today
from civic.kernel.errors import TooMany
from civic.matching.certificates import paper, queries, rules, service
from civic.matching.certificates.errors import PeriodRefused
from civic.matching.certificates.paper import Printed
from civic.matching.certificates.queries import Certified
from civic.matching.certificates.rules import Period
from civic.matching.certificates.schemas import (
    CheckCertificateSchema,
    IssueCertificateSchema,
    PeriodSchema,
)
from civic.territories import queries as territories
from civic.web.forms import WHOLE_FORM, Form, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link

A_YEAR = timedelta(days=365)
CHECKS_LIMIT = "10 per minute; 60 per hour"

blueprint = Blueprint("certificates", __name__, url_prefix="/entraide")
for _helper in (paper.length_in_words, paper.untimed_in_words):
    blueprint.add_app_template_global(_helper)


@blueprint.get("/attestation")
def show_certificate() -> str:
    """What the other side confirmed, in the period that is asked for: nothing that the volunteer alone says."""
    asked = {name: value for name, value in request.args.items() if name in ("since", "until") and value}
    form = Form(dict(asked))
    try:
        chosen = PeriodSchema().load(asked)
        period = Period(chosen["since"] or _usual().since, chosen["until"] or _usual().until)
        rules.ensure_period(period, today=town_today())
    except ValidationError as error:
        form.errors = {name: list(messages) for name, messages in error.normalized_messages().items()}
        period = _usual()
    except PeriodRefused as refusal:
        form.errors, period = dict(refusal.fields), _usual()
    return _certificate_page(form, period)


def _usual() -> Period:
    return Period(town_today() - A_YEAR, town_today())


def _certificate_page(form: Form, period: Period | None = None) -> str:
    period = period or _usual()
    actor = current_actor()
    helped = queries.list_confirmed(actor.id, period)
    return render_template(
        "certificates/certificate.html",
        form=form,
        period=period,
        helped=helped,
        minutes=sum(each.minutes for each in helped),
        untimed=sum(each.untimed for each in helped),
        issued=queries.list_issued(actor.id),
        name=accounts.get_person(actor.id).name,
    )


@blueprint.post("/attestation")
def issue_certificate() -> ResponseReturnValue:
    return submit_form(
        IssueCertificateSchema,
        command=lambda data: service.issue_certificate(current_actor(), period=Period(**data)),
        done=_handed_over,
        again=_certificate_page,
    )


def _handed_over(issued: tuple[Certified, str]) -> ResponseReturnValue:
    """A file; or, for a name that its typeface cannot write, a page to print. The code is in this answer alone."""
    certified, code = issued
    with force_locale("fr"):
        town = territories.find_town()
        where = printed_link(url_for("certificates.show_check", number=certified.number))
        printed = Printed(town.name if town else gettext("Notre commune"), where.url, where.address)
        if not paper.may_be_drawn(certified, printed):
            return render_template("certificates/sheet.html", certified=certified, code=code, link=where)
    response = Response(paper.draw(certified, code, printed), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="attestation-{certified.number}.pdf"'
    return response


# Whoever holds a sheet


@blueprint.get("/attestations/verification")
def show_check() -> str:
    return _check_page(Form({"number": request.args.get("number", "")}))


def _check_page(form: Form, certified: Certified | None = None) -> str:
    return render_template("certificates/check.html", form=form, certified=certified)


def _too_many(limit: RequestLimit) -> Response:
    typed = Form({"number": request.form.get("number", "")}, {WHOLE_FORM: [gettext(TooMany.message)]})
    return make_response(_check_page(typed), 429)


@blueprint.post("/attestations/verification")
@limiter.limit(
    CHECKS_LIMIT, key_func=lambda: str(current_app.config["WHO_IS_LIMITED"]()), on_breach=_too_many
)
def check_certificate() -> ResponseReturnValue:
    return submit_form(
        CheckCertificateSchema,
        command=lambda data: service.check_certificate(current_actor(), **data),
        done=lambda certified: _check_page(Form({"number": certified.number}), certified),
        again=_check_page,
    )
