"""The page of a help that comes back: what is ahead, another rhythm, the end."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.clock import utc_now
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.calendars import event_of_request
from civic.mutual_aid.rules import Window
from civic.mutual_aid.series import queries, service
from civic.mutual_aid.series.rules import Repeat, Repetition, read_rule
from civic.mutual_aid.series.schemas import ChangeSeriesFormSchema
from civic.mutual_aid.series.words import repeat_in_words
from civic.territories import queries as territories
from civic.web.calendars import calendar_answer, public_url, uid_of
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import form_instant
from civic.web.schemas import NothingSchema

blueprint = Blueprint("series", __name__, url_prefix="/entraide")


@blueprint.get("/aides-regulieres/<int:series_id>")
def show_series(series_id: int) -> str:
    return _page(series_id, Form())


def _page(series_id: int, form: Form) -> str:
    series = service.get_followed_series(current_actor(), series_id)
    latest = queries.latest_occurrence(series_id)
    ahead = queries.present_occurrences(series_id, at=utc_now())
    return render_template(
        "series/series.html",
        form=form if form.values else Form(_present(series_id, ahead)),
        errors=form.errors,
        series=series,
        rhythm=queries.rhythm_of(series),
        request_=mutual_aid.present_request(latest),
        ahead=ahead,
        is_own=series.requester_id == current_actor().person_id,
        repeats=[repeat for repeat in Repeat if repeat is not Repeat.ONCE],
    )


def _present(series_id: int, ahead: list[Any]) -> dict[str, Any]:
    """What the form of another rhythm holds: the present one, from its next time."""
    series = queries.get_series(series_id)
    repetition = read_rule(series.rule)
    shown = ahead[0] if ahead else mutual_aid.present_request(queries.latest_occurrence(series_id))
    return {
        "starts_at": form_instant(shown.starts_at),
        "ends_at": form_instant(shown.ends_at),
        "repeat": repetition.repeat.value,
        "repeat_until": repetition.until.isoformat() if repetition.until else "",
        SEEN: series.seen,
    }


@blueprint.get("/aides-regulieres/<int:series_id>.ics")
def download_series(series_id: int) -> Response:
    """Each time that is known, those that were cancelled included, so that a calendar takes them off."""
    series = service.get_followed_series(current_actor(), series_id)
    occurrences = queries.list_occurrences(series.id)[-queries.MOST_SHOWN :]
    places = territories.names_of({occurrence.territory_id for occurrence in occurrences})
    events = [
        event_of_request(
            occurrence,
            uid=uid_of("request", occurrence.id),
            title=gettext("Aide : %(title)s", title=occurrence.title),
            place=places.get(occurrence.territory_id, ""),
            url=public_url() + url_for("matching.show_request", request_id=occurrence.id),
        )
        for occurrence in occurrences
    ]
    return calendar_answer(events, f"aide-reguliere-{series.id}")


@blueprint.post("/aides-regulieres/<int:series_id>")
def change_series(series_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.change_series(
            current_actor(),
            series_id=series_id,
            repetition=Repetition(data["repeat"], data["repeat_until"]),
            window=Window(data["starts_at"], data["ends_at"]),
            seen=data[SEEN],
        )

    def again(form: Form) -> str:
        ahead = queries.present_occurrences(series_id, at=utc_now())
        form = compared(form, _present(series_id, ahead))
        if "repeat" in form.theirs:
            form.theirs["repeat"] = repeat_in_words(_present(series_id, ahead)["repeat"])[0]
        return _page(series_id, form)

    return submit_form(
        ChangeSeriesFormSchema,
        command=command,
        done=lambda _: _said(
            series_id, gettext("C’est changé. Ce qui était convenu avec quelqu’un tient toujours.")
        ),
        again=again,
    )


@blueprint.post("/aides-regulieres/<int:series_id>/fin")
def end_series(series_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.end_series(current_actor(), series_id=series_id),
        done=lambda _: _said(
            series_id, gettext("L’aide régulière est arrêtée. Ce qui était convenu tient toujours.")
        ),
        again=lambda form: _page(series_id, form),
    )


def _said(series_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("series.show_series", series_id=series_id))
