"""What happens by itself to a help that comes back."""

from datetime import datetime

from civic.kernel.clock import TOWN_TIME
from civic.kernel.jobs import hourly
from civic.mutual_aid.series import queries
from civic.mutual_aid.series.making import continue_series, open_occurrence
from civic.mutual_aid.series.rules import MADE_AHEAD

MOST_AT_ONCE = 200


@hourly
def continue_all_series(now: datetime) -> int:
    """Write what lacks of the coming four weeks, and put what comes near to volunteers. Returns how many were put."""
    until = now.astimezone(TOWN_TIME).date() + MADE_AHEAD
    for series_id in queries.list_series_to_continue(until, limit=MOST_AT_ONCE):
        continue_series(series_id=series_id, now=now)
    near = queries.list_drafts_to_open(now, limit=MOST_AT_ONCE)
    return sum(open_occurrence(request_id=request_id, now=now) for request_id in near)
