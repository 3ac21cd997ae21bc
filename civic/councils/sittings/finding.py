"""The items of an agenda, found by who may read their sitting: of one that is not published, none exists."""

from civic.councils.errors import SittingNotFound
from civic.councils.service import get_visible_sitting
from civic.councils.sittings import queries
from civic.councils.sittings.errors import ItemNotFound
from civic.councils.sittings.models import AgendaItem
from civic.kernel.access import Actor
from civic.kernel.unknown import told_as


def get_visible_item(actor: Actor, item_id: int) -> AgendaItem:
    """Raises ItemNotFound: there is none, or its sitting is not published to the actor."""
    item = queries.get_item(item_id)
    with told_as(SittingNotFound, ItemNotFound):
        get_visible_sitting(actor, item.sitting_id)
    return item
