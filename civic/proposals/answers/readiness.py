"""Whether drafts may be published: asked of all of them at once, so that a batch goes out whole or says all that it lacks."""

from collections.abc import Sequence

from civic.proposals.answers import rules
from civic.proposals.answers.errors import AnswersNotReady
from civic.proposals.answers.rules import LACKS, RETAINED, Lack
from civic.proposals.answers.together import Together, read_together
from civic.proposals.models import Answer, Proposal


def ensure_ready(chosen: Sequence[tuple[Proposal, int | None]]) -> list[tuple[Proposal, Answer]]:
    """Return the drafts of locked proposals, each with the version that was read (None: whatever it is).

    Raises:
        AnswersNotReady: says which are not, and why.
    """
    ready, lacking = [], {}
    together = read_together([proposal for proposal, _ in chosen])
    for proposal, version in chosen:
        lack = lack_of(proposal, together, version)
        if lack is not None:
            lacking[f"answer-{proposal.id}"] = [LACKS[lack]]
        else:
            ready.append((proposal, together.drafts[proposal.id]))
    if lacking:
        raise AnswersNotReady(fields={"_form": [AnswersNotReady.message], **lacking})
    return ready


def lack_of(proposal: Proposal, together: Together, version: int | None) -> Lack | None:
    """Return what stands against the publication of an answer now; None when nothing does."""
    answer = together.drafts.get(proposal.id)
    if answer is None:
        return Lack.NO_DRAFT
    if proposal.hidden_at is not None or proposal.withdrawn_at is not None:
        return Lack.WITHHELD
    if version is not None and answer.version != version:
        return Lack.CHANGED
    if answer.decision not in RETAINED and proposal.id in together.committed:
        return Lack.COMMITS
    needs_reading = proposal.consultation_id in together.needing_reading
    return rules.lack_of(together.readings.get(answer.id), answer.version, needs_reading=needs_reading)
