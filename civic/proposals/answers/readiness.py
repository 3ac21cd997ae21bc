"""Whether drafts may be published: asked of all of them at once, so that a batch goes out whole or says all that it lacks."""

from collections.abc import Sequence

from civic.proposals import queries as proposals
from civic.proposals.answers import queries, rules
from civic.proposals.answers.errors import AnswersNotReady
from civic.proposals.answers.rules import LACKS, RETAINED, Lack
from civic.proposals.commitments.queries import has_draft
from civic.proposals.models import Answer, Proposal


def ensure_ready(chosen: Sequence[tuple[Proposal, int | None]]) -> list[tuple[Proposal, Answer]]:
    """Return the drafts of locked proposals, each with the version that was read (None: whatever it is).

    Raises:
        AnswersNotReady: says which are not, and why.
    """
    ready, lacking = [], {}
    for proposal, version in chosen:
        answer = proposals.find_draft_answer(proposal.id)
        lack = lack_of(proposal, answer, version)
        if lack is not None:
            lacking[f"answer-{proposal.id}"] = [LACKS[lack]]
        elif answer is not None:
            ready.append((proposal, answer))
    if lacking:
        raise AnswersNotReady(fields={"_form": [AnswersNotReady.message], **lacking})
    return ready


def lack_of(proposal: Proposal, answer: Answer | None, version: int | None) -> Lack | None:
    """Return what stands against the publication of an answer now; None when nothing does."""
    if answer is None:
        return Lack.NO_DRAFT
    if proposal.hidden_at is not None or proposal.withdrawn_at is not None:
        return Lack.WITHHELD
    if version is not None and answer.version != version:
        return Lack.CHANGED
    if answer.decision not in RETAINED and has_draft(proposal.id):
        return Lack.COMMITS
    promise = queries.find_promise(proposal.consultation_id)
    reading = queries.reading_of(queries.find_reading(answer.id))
    return rules.lack_of(reading, answer.version, needs_reading=bool(promise and promise.needs_reading))
