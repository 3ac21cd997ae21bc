"""Reads of campaigns. A constant number of queries, whatever the list's length."""

from civic.checkins.campaigns.queries.board import (
    BOARD,
    ListedCall,
    PlaceFigures,
    count_by_board,
    count_for_town,
    count_steps_by,
    figures_by_place,
    list_calls,
    list_steps_of_person,
)
from civic.checkins.campaigns.queries.callers import (
    find_caller,
    is_met,
    keeper_ids,
    list_callers,
    list_met_volunteers,
    standing_of,
)
from civic.checkins.campaigns.queries.taking import (
    find_held_call,
    find_open_campaign,
    get_call,
    get_campaign,
    has_taken,
    list_campaigns,
    list_lapsed_calls,
    next_free_call,
    when_next_call,
)

__all__ = [
    "BOARD",
    "ListedCall",
    "PlaceFigures",
    "count_by_board",
    "count_for_town",
    "count_steps_by",
    "figures_by_place",
    "find_caller",
    "find_held_call",
    "find_open_campaign",
    "get_call",
    "get_campaign",
    "has_taken",
    "is_met",
    "keeper_ids",
    "list_callers",
    "list_calls",
    "list_campaigns",
    "list_lapsed_calls",
    "list_met_volunteers",
    "list_steps_of_person",
    "next_free_call",
    "standing_of",
    "when_next_call",
]
