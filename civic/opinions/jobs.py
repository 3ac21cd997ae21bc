"""What is counted beside the requests: the map of opinions."""

from typing import Any

from civic.kernel.outbox import delivers
from civic.opinions.service.mapping import COUNT_MAP, count_map


@delivers(COUNT_MAP, is_slow=True)
def count_asked_map(payload: dict[str, Any]) -> None:
    count_map(consultation_id=payload["consultation_id"])
