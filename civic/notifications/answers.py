"""Who is told of answers: those who wrote or support the proposals, once for all that is published together; and at the town hall, who is in charge."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from civic.accounts import queries as accounts
from civic.kernel.clock import TOWN_TIME
from civic.kernel.events import within_transaction
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all
from civic.proposals import queries as proposals
from civic.proposals.answers.events import AnswerRead, AnswersDue, ReadingAsked
from civic.proposals.answers.rules import Verdict
from civic.proposals.commitments.events import CommitmentsMoved
from civic.proposals.events import AnswersPublished

DESK_PATH = "/bureau/reponses"
MOST_TITLES = 10
"""How many titles a mail lists; the number of all of them is said."""


@within_transaction(AnswersPublished)
def tell_answers(fact: AnswersPublished) -> None:
    """The authors and the supporters are told, once each, whatever the number of answers that concern them.

    An author who supports her own proposal is told as its author.
    """
    authors, supporters = _concerned(fact.proposal_ids)
    titles = proposals.titles_of(fact.proposal_ids)
    answer_of = dict(zip(fact.proposal_ids, fact.answer_ids, strict=True))
    several: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    single: defaultdict[tuple[int, Kind], list[int]] = defaultdict(list)
    for person_id in sorted({*authors, *supporters}):
        mine = tuple(sorted(authors.get(person_id, set()) | supporters.get(person_id, set())))
        if len(mine) > 1:
            several[mine].append(person_id)
        else:
            kind = Kind.ANSWER_PUBLISHED if person_id in authors else Kind.SUPPORTED_ANSWERED
            single[mine[0], kind].append(person_id)
    for (proposal_id, kind), people in single.items():
        notify_all(
            people,
            kind=kind,
            key=f"answer:{answer_of[proposal_id]}",
            params={"title": titles[proposal_id]},
            path=f"/propositions/{proposal_id}",
            now=fact.occurred_at,
        )
    for mine, people in several.items():
        notify_all(
            people,
            kind=Kind.ANSWERS_PUBLISHED,
            key=f"answers:{min(fact.answer_ids)}",
            params={"count": len(mine), "lines": [titles[each] for each in mine[:MOST_TITLES]]},
            path=_path_of(mine),
            now=fact.occurred_at,
        )


def _concerned(proposal_ids: Sequence[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return the proposals of each author, and of each supporter."""
    authors: defaultdict[int, set[int]] = defaultdict(set)
    supporters: defaultdict[int, set[int]] = defaultdict(set)
    for proposal_id in proposal_ids:
        author_id = proposals.get_proposal(proposal_id).author_id
        if author_id is not None:
            authors[author_id].add(proposal_id)
        for person_id in proposals.list_supporter_ids(proposal_id):
            supporters[person_id].add(proposal_id)
    return authors, supporters


def _path_of(proposal_ids: Iterable[int]) -> str:
    """Return the consultation that proposals have in common; else the town's record, where the last answers are."""
    consultations = {proposals.get_proposal(each).consultation_id for each in proposal_ids}
    return f"/consultations/{consultations.pop()}" if len(consultations) == 1 else "/bilan"


@within_transaction(AnswersDue)
def remind(fact: AnswersDue) -> None:
    titles = proposals.titles_of(fact.proposal_ids)
    notify(
        fact.person_id,
        kind=Kind.ANSWERS_DUE,
        key=f"answers_due:{_day(fact.occurred_at)}",
        params={
            "count": len(fact.proposal_ids),
            "late": fact.late_count,
            "lines": [titles[each] for each in fact.proposal_ids[:MOST_TITLES]],
        },
        path=DESK_PATH,
        now=fact.occurred_at,
    )


@within_transaction(ReadingAsked)
def ask_reader(fact: ReadingAsked) -> None:
    notify(
        fact.reader_id,
        kind=Kind.ANSWERS_TO_READ,
        key=f"answers_to_read:{fact.answer_ids[0]}:{fact.occurred_at.isoformat()}",
        params={
            "count": len(fact.answer_ids),
            "name": accounts.names_of({fact.actor_id}).get(fact.actor_id, ""),
        },
        path=f"{DESK_PATH}?etat=to_read",
        now=fact.occurred_at,
    )


@within_transaction(AnswerRead)
def tell_asker(fact: AnswerRead) -> None:
    if fact.asked_by_id is None or fact.asked_by_id == fact.actor_id:
        return
    is_agreed = fact.state == Verdict.AGREED.value
    notify(
        fact.asked_by_id,
        kind=Kind.ANSWER_AGREED if is_agreed else Kind.ANSWER_TO_CHANGE,
        key=f"answer_read:{fact.answer_id}:{fact.occurred_at.isoformat()}",
        params={"title": proposals.get_proposal(fact.proposal_id).title},
        path=f"/propositions/{fact.proposal_id}/reponse",
        now=fact.occurred_at,
    )


@within_transaction(CommitmentsMoved)
def tell_what_moved(fact: CommitmentsMoved) -> None:
    """Who wrote or supports the proposals is told once, in the evening."""
    moved = sorted(set(fact.proposal_ids))
    authors, supporters = _concerned(moved)
    titles = proposals.titles_of(moved)
    groups: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for person_id in sorted({*authors, *supporters}):
        groups[tuple(sorted(authors.get(person_id, set()) | supporters.get(person_id, set())))].append(
            person_id
        )
    for mine, people in groups.items():
        is_one = len(mine) == 1
        notify_all(
            people,
            kind=Kind.COMMITMENT_MOVED if is_one else Kind.COMMITMENTS_MOVED,
            key=f"commitments_moved:{min(fact.news_ids)}",
            params={"title": titles[mine[0]]}
            if is_one
            else {"count": len(mine), "lines": [titles[each] for each in mine[:MOST_TITLES]]},
            path=f"/propositions/{mine[0]}" if is_one else "/engagements",
            now=fact.occurred_at,
        )


def _day(instant: datetime) -> str:
    return instant.astimezone(TOWN_TIME).date().isoformat()
