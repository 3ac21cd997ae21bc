"""The door of the pages of the register."""

from flask import Blueprint

from civic.checkins.register import words

blueprint = Blueprint("register", __name__, url_prefix="/bureau/registre")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)
