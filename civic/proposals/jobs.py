"""What a serving process does beside the requests: learning what proposals mean."""

from typing import Any

from civic.kernel.jobs import hourly
from civic.kernel.outbox import delivers
from civic.proposals.likeness.kept import LEARN_MEANING, learn_meanings, mend_meanings

hourly(mend_meanings)


@delivers(LEARN_MEANING, is_slow=True)
def learn_owed_meaning(payload: dict[str, Any]) -> None:
    learn_meanings([payload["proposal_id"]])
