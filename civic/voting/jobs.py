"""What the timers of polls call. No poll waits for them to open, to close or to be counted."""

from typing import Any

from civic.kernel.outbox import delivers
from civic.voting.service.ballots import mix_box
from civic.voting.service.polls import MIX_BOX


@delivers(MIX_BOX)
def mix_closed_box(payload: dict[str, Any]) -> None:
    mix_box(poll_id=payload["poll_id"])
