"""My account: what others see, where I live, my data."""

from typing import Any

from flask import Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from civic.accounts import queries
from civic.accounts.readable_data import label_in_words, part_in_words, value_in_words
from civic.accounts.routes.door import BY_ACCOUNT, blueprint, is_search, limit_guesses, residency_choices
from civic.accounts.schemas import PresentPasswordSchema, ProfileSchema, ResidencySchema
from civic.accounts.service import erasure, own_account, own_data
from civic.accounts.service.organisations import answer_invitation
from civic.kernel import work
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor, forget_actor
from civic.web.work import WorkWords, count_in_words, describe_work


@blueprint.get("/compte")
def show_account() -> str:
    return _account_page()


def _account_page(profile: Form | None = None, residency: Form | None = None) -> str:
    person = queries.get_person(current_actor().id)
    home = person.residencies[0] if person.residencies else None
    filled = Form(
        {
            "name": person.name,
            "language": person.language,
            "born_on": person.born_on.isoformat() if person.born_on else "",
        }
    )
    residency = residency or Form({"territory_id": home.territory_id if home else ""})
    return render_template(
        "accounts/account.html",
        person=person,
        home=home,
        home_name=territories.get_territory(home.territory_id).name if home else "",
        organisations=queries.list_organisations_of(person.id),
        invitations=queries.list_invitations_of(person.email),
        profile=profile or filled,
        residency=residency,
        **residency_choices(residency),
    )


@blueprint.post("/compte")
def update_profile() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        own_account.update_profile(current_actor(), changes=data)

    return submit_form(
        ProfileSchema,
        command=command,
        done=lambda result: _done(gettext("Vos informations sont enregistrées.")),
        again=lambda form: _account_page(profile=form),
    )


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("accounts.show_account"))


@blueprint.post("/compte/domicile")
def declare_residency() -> ResponseReturnValue:
    if is_search():
        return _account_page(residency=read_form(ResidencySchema))

    def command(data: dict[str, Any]) -> None:
        chosen = own_account.choose_territory(
            address=data["address"],
            address_point_id=data["address_point_id"],
            territory_id=data["territory_id"],
        )
        own_account.declare_residency(current_actor(), territory_id=chosen)

    return submit_form(
        ResidencySchema,
        command=command,
        done=lambda result: _done(gettext("Votre quartier est enregistré.")),
        again=lambda form: _account_page(residency=form),
    )


@blueprint.post("/compte/associations/<int:organisation_id>/invitation")
def accept_membership(organisation_id: int) -> ResponseReturnValue:
    answer_invitation(current_actor(), organisation_id=organisation_id, is_accepted=True)
    flash(gettext("Vous pouvez maintenant parler au nom de cette association."), "success")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.post("/compte/associations/<int:organisation_id>/refus")
def decline_membership(organisation_id: int) -> ResponseReturnValue:
    answer_invitation(current_actor(), organisation_id=organisation_id, is_accepted=False)
    return _done(gettext("Invitation déclinée."))


@blueprint.get("/compte/donnees")
def show_own_data() -> str:
    return _own_data_page(Form())


def _own_data_page(form: Form) -> str:
    actor = current_actor()
    return render_template(
        "accounts/own_data.html",
        form=form,
        is_long=own_data.is_long_to_copy(actor),
        works=work.list_own_works(actor, kind=own_data.COPY_OWN_DATA, size=1),
    )


@blueprint.get("/compte/donnees/lire")
def read_own_data() -> ResponseReturnValue:
    actor = current_actor()
    if own_data.is_long_to_copy(actor):
        return redirect(url_for("accounts.show_own_data"))
    return render_template(
        "accounts/own_data_read.html",
        data=own_data.get_own_data(actor),
        part_in_words=part_in_words,
        label_in_words=label_in_words,
        value_in_words=value_in_words,
    )


@blueprint.get("/compte/donnees/mes-donnees.json")
def download_own_data() -> ResponseReturnValue:
    actor = current_actor()
    if own_data.is_long_to_copy(actor):
        return redirect(url_for("accounts.show_own_data"))
    return _json_file(own_data.as_text(own_data.get_own_data(actor)))


@blueprint.post("/compte/donnees/copie")
def copy_own_data() -> ResponseReturnValue:
    return redirect(url_for("web.show_work", work_id=own_data.start_copy(current_actor())))


@blueprint.get("/compte/donnees/copie/<int:work_id>/mes-donnees.json")
def download_copy(work_id: int) -> Response:
    """The address opens nothing by itself: the session must be that of the person whose data it is."""
    return _json_file(own_data.get_copy(current_actor(), work_id=work_id))


def _json_file(text: str) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


describe_work(
    own_data.COPY_OWN_DATA,
    WorkWords(
        title=N_("Copie de mes données"),
        how_far=lambda done, total: gettext("%(done)s parties sur %(total)s", **count_in_words(done, total)),
        outcome=lambda made: gettext("Votre copie est prête. Elle est gardée un jour, puis effacée."),
        on_failure=N_("Rien n’est perdu : reprenez, ou demandez une nouvelle copie demain."),
        next_step=lambda made: (
            gettext("Télécharger mes données"),
            url_for("accounts.download_copy", work_id=made.id),
        ),
        back=lambda: (gettext("Mes données"), url_for("accounts.show_own_data")),
    ),
)


@blueprint.post("/compte/donnees/suppression")
@limit_guesses(_own_data_page, BY_ACCOUNT, only_refused=True)
def delete_account() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        erasure.delete_account(current_actor(), present_password=data["present_password"])

    def done(result: None) -> ResponseReturnValue:
        logout_user()
        session.clear()
        forget_actor()
        flash(gettext("Votre compte est supprimé. Merci d’avoir participé."), "success")
        return redirect("/")

    return submit_form(PresentPasswordSchema, command=command, done=done, again=_own_data_page)
