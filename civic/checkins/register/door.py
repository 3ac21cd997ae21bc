"""The door of the pages of the register, and what several of them begin with."""

from flask import Blueprint

from civic.checkins.register import words
from civic.territories import queries as territories
from civic.territories.errors import TerritoryNotFound
from civic.territories.models import Territory

blueprint = Blueprint("register", __name__, url_prefix="/bureau/registre")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)


def get_town() -> Territory:
    town = territories.find_town()
    if town is None:
        raise TerritoryNotFound
    return town


def list_places() -> list[Territory]:
    """The neighbourhoods, or the commune that has none."""
    town = get_town()
    return territories.list_neighbourhoods(town.id) or [town]
