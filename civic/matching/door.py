"""The door of the pages of matching."""

from flask import Blueprint

from civic.matching import words

blueprint = Blueprint("matching", __name__, url_prefix="/entraide")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)
