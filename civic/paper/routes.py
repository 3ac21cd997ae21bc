"""Pages made to be printed. They hold what anybody may read, and the town hall's own card."""

from typing import Any

from flask import Blueprint, render_template, url_for

from civic.consultations import queries as consultations
from civic.consultations import service as consultations_service
from civic.kernel.clock import utc_now
from civic.kernel.signing import key_fingerprint, public_key
from civic.paper import rules
from civic.paper.queries import list_printable
from civic.territories import queries as territories
from civic.voting.errors import NotFrozenYet, PollNotFound
from civic.voting.service import reading as polls
from civic.voting.service.reading import PollView
from civic.voting.telling.asked import tell_question
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link

blueprint = Blueprint("paper", __name__)


@blueprint.app_template_global()
def title_size(title: str, longest_fact: int = 0) -> str:
    return rules.title_size(title, longest_fact).value


@blueprint.app_template_global()
def poster_summary(title: str, summary: str, longest_fact: int = 0) -> str:
    return rules.poster_summary(title, summary, longest_fact)


@blueprint.app_template_global()
def poster_choices(title: str, choices: list[str], longest_fact: int = 0) -> list[str]:
    return rules.poster_choices(title, choices, longest_fact)


@blueprint.get("/imprimer")
def list_sheets() -> str:
    """What the town hall may print today, and where its screens find what they show."""
    return render_template("paper/sheets.html", printable=list_printable(at=utc_now()))


# A consultation


def _consultation(consultation_id: int) -> dict[str, Any]:
    seen = consultations_service.get_visible_consultation(current_actor(), consultation_id)
    view = consultations.view_consultation(seen, at=utc_now())
    path = url_for("consultations.show_consultation", consultation_id=consultation_id)
    reply_until = view.proposing.last_second if view.proposing else None
    return {"consultation": view, "link": printed_link(path), "reply_until": reply_until}


@blueprint.get("/consultations/<int:consultation_id>/affiche")
def show_consultation_poster(consultation_id: int) -> str:
    return render_template("paper/consultation_poster.html", **_consultation(consultation_id))


@blueprint.get("/consultations/<int:consultation_id>/gros-caracteres")
def show_consultation_in_large_print(consultation_id: int) -> str:
    return render_template("paper/consultation_large_print.html", **_consultation(consultation_id))


@blueprint.get("/consultations/<int:consultation_id>/feuille-reponse")
def show_reply_sheet(consultation_id: int) -> str:
    return render_template("paper/reply_sheet.html", **_consultation(consultation_id))


# A poll


def _poll(poll_id: int) -> dict[str, Any]:
    view: PollView = polls.show_poll(current_actor(), poll_id=poll_id)
    if view.summary.is_imported:
        raise PollNotFound  # it took place elsewhere: there is nothing to announce here
    link = printed_link(url_for("voting.show_poll", poll_id=poll_id))
    return {"view": view, "poll": view.summary, "choices": view.choices, "link": link}


@blueprint.get("/scrutins/<int:poll_id>/affiche")
def show_poll_poster(poll_id: int) -> str:
    return render_template("paper/poll_poster.html", **_poll(poll_id))


@blueprint.get("/scrutins/<int:poll_id>/gros-caracteres")
def show_poll_in_large_print(poll_id: int) -> str:
    return render_template("paper/poll_large_print.html", **_poll(poll_id))


@blueprint.get("/scrutins/<int:poll_id>/avis")
def show_poll_notice(poll_id: int) -> str:
    """What was frozen, to be put up at the town hall. A draft has no fingerprint yet: it is not found."""
    poll = _poll(poll_id)
    view: PollView = poll["view"]
    if view.rules_hash is None:
        raise NotFrozenYet
    return render_template(
        "paper/poll_notice.html",
        **poll,
        rules=[tell_question(question) for question in view.plan.questions],
        receipt_key=key_fingerprint(public_key()),
    )


# Mutual aid


@blueprint.get("/entraide/affiche")
def show_help_poster() -> str:
    """The call of the whole commune."""
    link = printed_link(url_for("mutual_aid.show_board"))
    return render_template("paper/help_poster.html", place=territories.find_town(), link=link)


@blueprint.get("/entraide/affiche/<int:territory_id>")
def show_neighbourhood_help_poster(territory_id: int) -> str:
    """The call of one neighbourhood: nothing in it comes from any request."""
    place = territories.get_territory(territory_id)
    link = printed_link(url_for("mutual_aid.show_board", territory_id=place.id))
    return render_template("paper/help_poster.html", place=place, link=link)
