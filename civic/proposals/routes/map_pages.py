"""The proposals of a consultation that say where they are, on a map and as a list."""

from flask import render_template, url_for

from civic.consultations import queries as consultations
from civic.consultations.service import get_visible_consultation
from civic.kernel.clock import utc_now
from civic.proposals import located as places
from civic.proposals.routes.choices import draw_places, mark
from civic.proposals.routes.door import blueprint
from civic.web.identity import current_actor


@blueprint.get("/consultations/<int:consultation_id>/propositions/carte")
def show_map(consultation_id: int) -> str:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    located = places.list_located(consultation_id)
    outline = draw_places(consultation)
    markers = [
        mark(
            outline,
            each.point,
            each.title,
            url=url_for(".show_proposal", proposal_id=each.id),
            number=number,
        )
        for number, each in enumerate(located, 1)
        if outline
    ]
    return render_template(
        "proposals/map.html",
        consultation=consultations.view_consultation(consultation, at=utc_now()),
        located=located,
        outline=outline,
        markers=markers,
        most=places.MOST_LOCATED,
    )
