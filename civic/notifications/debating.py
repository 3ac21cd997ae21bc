"""Who is told of what answers her in the debate on a proposal, and of changes of its text."""

from civic.kernel.events import within_transaction
from civic.notifications import queries
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all
from civic.proposals import queries as proposals
from civic.proposals.amendments import queries as amendments
from civic.proposals.amendments.events import AmendmentDecided, AmendmentProposed
from civic.proposals.arguing.events import ArgumentAnswered
from civic.proposals.authors.events import SignedTextChanged


@within_transaction(ArgumentAnswered)
def tell_answered(fact: ArgumentAnswered) -> None:
    """One notification for what was answered in a thread since it was last read, not one an answer."""
    path = f"/propositions/arguments/{fact.parent_id}"
    reader = fact.answered_author_id
    if reader is None or reader == fact.author_id or queries.has_unread(reader, Kind.ARGUMENT_ANSWERED, path):
        return
    notify(
        reader,
        kind=Kind.ARGUMENT_ANSWERED,
        key=f"answered:{fact.argument_id}",
        params={"title": proposals.get_proposal(fact.proposal_id).title},
        path=path,
        now=fact.occurred_at,
    )


@within_transaction(AmendmentProposed)
def tell_deciders(fact: AmendmentProposed) -> None:
    """Who signs the text may accept: each is told."""
    notify_all(
        amendments.list_decider_ids(fact.proposal_id),
        kind=Kind.AMENDMENT_PROPOSED,
        key=f"amendment:{fact.amendment_id}",
        params={"title": proposals.get_proposal(fact.proposal_id).title},
        path=f"/propositions/amendements/{fact.amendment_id}",
        now=fact.occurred_at,
    )


@within_transaction(AmendmentDecided)
def tell_decided(fact: AmendmentDecided) -> None:
    """Who proposed it; and, where the text changed, those who sign it and did not decide."""
    title, path = (
        proposals.get_proposal(fact.proposal_id).title,
        f"/propositions/amendements/{fact.amendment_id}",
    )

    def tell(people: set[int], kind: Kind) -> None:
        notify_all(
            people,
            kind=kind,
            key=f"amendment_decided:{fact.amendment_id}",
            params={"title": title},
            path=path,
            now=fact.occurred_at,
        )

    if fact.author_id is not None:
        tell({fact.author_id}, Kind.AMENDMENT_ACCEPTED if fact.is_accepted else Kind.AMENDMENT_REFUSED)
    if fact.is_accepted and fact.actor_id is not None:
        tell(set(amendments.list_decider_ids(fact.proposal_id)) - {fact.actor_id}, Kind.SIGNED_TEXT_CHANGED)


@within_transaction(SignedTextChanged)
def tell_others_who_sign(fact: SignedTextChanged) -> None:
    """Once for all that changed since each last read what became of the text."""
    path = f"/propositions/{fact.proposal_id}/versions"
    for reader in amendments.list_decider_ids(fact.proposal_id):
        if reader == fact.actor_id or queries.has_unread(reader, Kind.SIGNED_TEXT_CHANGED, path):
            continue
        notify(
            reader,
            kind=Kind.SIGNED_TEXT_CHANGED,
            key=f"signed_text:{fact.proposal_id}:{fact.version}",
            params={"title": proposals.get_proposal(fact.proposal_id).title},
            path=path,
            now=fact.occurred_at,
        )
