"""The pages of the screens: the commune's, and that of each neighbourhood."""

from flask import Blueprint, render_template, url_for

from civic.display import rules
from civic.display.queries import read_board
from civic.display.schemas import BoardQuery
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.territories.models import Territory, TerritoryKind
from civic.web.forms import load_filters
from civic.web.languages import day_in_words, time_in_words
from civic.web.printed_links import printed_link

blueprint = Blueprint("display", __name__, url_prefix="/affichage")


@blueprint.get("")
def show_board() -> str:
    return _board_page(None)


@blueprint.get("/<int:territory_id>")
def show_neighbourhood_board(territory_id: int) -> str:
    place = territories.get_territory(territory_id)
    return _board_page(place if place.kind is TerritoryKind.NEIGHBOURHOOD else None)


def _board_page(place: Territory | None) -> str:
    query, now = load_filters(BoardQuery), utc_now()
    board = read_board(place=place, number=query["page"], at=now)
    door = (
        url_for("territories.show_neighbourhood", territory_id=place.id)
        if place
        else url_for("pages.show_home")
    )
    return render_template(
        "display/board.html",
        board=board,
        turn=query["turn"],
        time=time_in_words(now),
        day=day_in_words(now),
        pace=rules,
        link=printed_link(door),
        live_seq=None,  # a screen in a hall never tells what is for one person, even where somebody signed in on it
    )
