"""What the pages of proposals share."""

from typing import Any

from flask import Blueprint

from civic.proposals.rules import CATEGORY_NAMES, DECISION_NAMES

blueprint = Blueprint("proposals", __name__)


@blueprint.app_context_processor
def name_choices() -> dict[str, Any]:
    return {"category_names": CATEGORY_NAMES, "decision_names": DECISION_NAMES}
