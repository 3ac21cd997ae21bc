"""The door of the pages of the telephone desk."""

from flask import Blueprint

from civic.mutual_aid.desk import words

blueprint = Blueprint("telephone_desk", __name__, url_prefix="/entraide")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)
