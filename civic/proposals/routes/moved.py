"""What somebody else made of a proposal while one was changing it: shown beside the form, to compare."""

from dataclasses import dataclass

from flask_babel import gettext

from civic.proposals.models import Proposal
from civic.proposals.routes.choices import typed_point
from civic.proposals.rules import CATEGORY_NAMES
from civic.proposals.service.places import read_point
from civic.territories import queries as territories
from civic.web.forms import Form


@dataclass(frozen=True)
class Moved:
    """What is published of a proposal, where it is no longer what the form began from: each line a name and a value.

    ``has_other_text``: its title or its words are not those of the form.
    """

    has_other_text: bool
    lines: list[tuple[str, str]]


def moved_since(form: Form, proposal: Proposal) -> Moved | None:
    """Return what differs now from what a form holds; None where nobody changed the proposal since."""
    if str(form.value("version")) == str(proposal.version):
        return None
    typed, point = typed_point(form), read_point(proposal)
    named = gettext("un point de la carte")
    said = [
        (gettext("Sujet"), gettext(CATEGORY_NAMES[proposal.category]), form.value("category") == proposal.category.value),
        (gettext("Rubrique"), proposal.topic or gettext("aucune"), str(form.value("topic")) == (proposal.topic or "")),
        (gettext("Lieu"), territories.names_of({proposal.territory_id})[proposal.territory_id], str(form.value("territory_id")) == str(proposal.territory_id)),
        (gettext("Endroit précis"), (point.label or named) if point else gettext("aucun"), typed == point),
    ]  # fmt: skip
    words = (str(form.value("title")), str(form.value("body")))
    return Moved(
        has_other_text=words != (proposal.title, proposal.body_source),
        lines=[(name, value) for name, value, is_same in said if not is_same],
    )
