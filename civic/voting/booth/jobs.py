"""What the timers of sealed polls call. A ballot is refused from the closing on, whether or not they have run."""

from typing import Any

from civic.kernel.outbox import delivers
from civic.voting.booth.service.opening import end_box
from civic.voting.booth.setting_up import CLOSE_BOX


@delivers(CLOSE_BOX)
def end_closed_box(payload: dict[str, Any]) -> None:
    end_box(poll_id=payload["poll_id"])
