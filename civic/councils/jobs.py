"""What the timers of sittings call."""

from typing import Any

from civic.councils.minutes import secret_minutes_of
from civic.councils.secret_votes import WRITE_RESULT, write_secret_result
from civic.kernel.outbox import delivers


@delivers(WRITE_RESULT)
def write_result_of_secret_vote(payload: dict[str, Any]) -> None:
    write_secret_result(None, vote_id=payload["vote_id"], words=secret_minutes_of)
