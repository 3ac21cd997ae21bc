"""The door of the pages of the telephone desk."""

from flask import Blueprint

from civic.mutual_aid.desk import words
from civic.territories import queries as territories
from civic.territories.errors import TerritoryNotFound

blueprint = Blueprint("telephone_desk", __name__, url_prefix="/entraide")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)


def town_id() -> int:
    """Return the commune's id. Raises TerritoryNotFound."""
    town = territories.find_town()
    if town is None:
        raise TerritoryNotFound
    return town.id
