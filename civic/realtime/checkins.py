"""The town hall's page of a campaign follows the calls as they are made. Ids and states alone: who is called is in no event."""

from civic.checkins.campaigns.events import (
    CallAnswered,
    CallFollowed,
    CallGivenBack,
    CallTaken,
    CampaignClosed,
    CampaignFact,
    RoundBegun,
)
from civic.checkins.campaigns.queries import keeper_ids
from civic.checkins.campaigns.rules import CallState
from civic.kernel.events import within_transaction
from civic.realtime.feed import tell_person

CHANGED = "checkin:changed"
ALARM = "checkin:alarm"


@within_transaction(CallTaken, CallGivenBack, CallAnswered, CallFollowed, RoundBegun, CampaignClosed)
def tell_change(fact: CampaignFact) -> None:
    for person_id in keeper_ids(fact.territory_id):
        tell_person(person_id, CHANGED, {"campaign_id": fact.campaign_id}, now=fact.occurred_at)


@within_transaction(CallAnswered)
def tell_alarm(fact: CallAnswered) -> None:
    if fact.state != CallState.ALARM.value:
        return
    payload = {"campaign_id": fact.campaign_id, "call_id": fact.call_id}
    for person_id in keeper_ids(fact.territory_id):
        tell_person(person_id, ALARM, payload, now=fact.occurred_at)
