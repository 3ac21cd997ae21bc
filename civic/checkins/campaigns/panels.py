"""What other pages say of the calls in hand."""

from civic.checkins.access import CheckinsAction
from civic.checkins.campaigns.queries import find_open_campaign, standing_of
from civic.checkins.campaigns.rules import is_open
from civic.kernel.access import Actor, can
from civic.kernel.clock import town_today, utc_now
from civic.territories.queries import find_town


def may_call_now(actor: Actor) -> bool:
    """Tell whether people are being called in the commune, and the actor is one of those who may."""
    town = find_town()
    campaign = find_open_campaign(town.id) if town is not None and actor.is_signed_in else None
    if campaign is None or not is_open(campaign.closes_at, campaign.closed_at, at=utc_now()):
        return False
    return can(actor, CheckinsAction.JOIN_CALLERS, standing_of(campaign, actor.id, on=town_today()))
