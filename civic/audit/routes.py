from flask import Blueprint, render_template, request

from civic.audit import queries, service
from civic.audit.schemas import JournalQuery
from civic.web.identity import current_actor

blueprint = Blueprint("audit", __name__, url_prefix="/bureau/journal")


@blueprint.get("")
def show_journal() -> str:
    asked = JournalQuery().load({name: value for name, value in request.args.items() if value})
    page = service.read_journal(
        current_actor(), fact=asked["fact"], actor_id=asked["actor_id"], number=asked["page"]
    )
    options = [(name, name) for name in queries.list_facts()]
    return render_template("audit/journal.html", page=page, fact_options=options, asked=asked)
