"""What is counted beside the requests: a synthesis."""

from typing import Any

from civic.kernel.outbox import delivers
from civic.participation.synthesis.service.making import MAKE_SYNTHESIS, make_synthesis


@delivers(MAKE_SYNTHESIS, is_slow=True)
def make_asked_synthesis(payload: dict[str, Any]) -> None:
    make_synthesis(consultation_id=payload["consultation_id"])
