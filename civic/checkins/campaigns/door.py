"""The door of the pages of campaigns: those of the town hall, and those of who calls."""

from flask import Blueprint

from civic.checkins.campaigns import words

blueprint = Blueprint("campaigns", __name__)
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)
