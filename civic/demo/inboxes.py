"""What the facts of the past told persons, in their inboxes: as the subscribers of notifications would have, without a mail."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Person, Role
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.matching.models import Invitation, Match, MatchMessage
from civic.matching.queries import UNTOLD
from civic.matching.rules import InvitationState, MatchState
from civic.moderation.models import Decision, Flag, FlaggedContent
from civic.moderation.rules import Outcome
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import RequestState
from civic.notifications.following.models import News
from civic.notifications.models import Notification
from civic.notifications.rules import WORDINGS, Kind
from civic.proposals.amendments.models import Amendment
from civic.proposals.amendments.queries import list_decider_ids
from civic.proposals.amendments.rules import AmendmentState
from civic.proposals.models import Answer, Argument, Proposal, Support
from civic.territories.models import Territory

UNREAD = timedelta(days=3)
"""What is more recent was not read yet, so that who signs in to a demonstration finds something that waits."""
READ_AFTER = timedelta(hours=5)

TOLD_TO_VOLUNTEER = {
    MatchState.CONFIRMED: Kind.MATCH_COMPLETED,
    MatchState.RELEASED: Kind.MATCH_RELEASED,
}
TOLD_TO_FOLLOWER = {
    MatchState.DONE_BY_VOLUNTEER: Kind.DONE_CLAIMED,
    MatchState.WITHDRAWN: Kind.VOLUNTEER_WITHDREW,
}

Row = dict[str, Any]


def build_inboxes(script: Script) -> None:
    """Write every inbox. Nobody is told a fact twice, nor what only somebody without an account would read."""
    reachable = set(db.session.scalars(sa.select(Person.id).where(Person.email.is_not(None))))
    told: dict[tuple[int, str], Row] = {}
    for row in (*_participation(), *_solidarity(script), *_moderation()):
        if row["person_id"] in reachable:
            told.setdefault((row["person_id"], row["key"]), row)
    rows = sorted(told.values(), key=lambda row: (row["created_at"], row["person_id"], row["key"]))
    for row in rows:
        is_read = row.pop("is_over") or script.now - row["created_at"] > UNREAD
        row["read_at"] = min(row["created_at"] + READ_AFTER, script.now) if is_read else None
    db.session.execute(sa.insert(Notification), rows)


def _row(
    person_id: int | None,
    kind: Kind,
    key: str,
    path: str,
    at: datetime,
    *,
    is_over: bool = False,
    **params: str,
) -> Row:
    """Return a line of an inbox. ``is_over``: she did what it asks, so that she has read it."""
    WORDINGS[
        kind
    ].sentence % params  # a parameter that lacks is a KeyError here, not an empty sentence on a page
    return {
        "person_id": person_id,
        "kind": kind,
        "key": key,
        "params": params,
        "path": path,
        "created_at": at,
        "is_over": is_over,
    }


def _participation() -> Iterable[Row]:
    arguments = sa.select(Argument, Proposal).join(Proposal, Proposal.id == Argument.proposal_id)
    for argument, proposal in db.session.execute(arguments):
        if argument.parent_id is not None:
            yield from _told_of_thread(argument, proposal.title)
        elif argument.author_id != proposal.author_id:
            key, path = f"argument:{argument.id}", f"/propositions/{proposal.id}"
            kind = Kind.ARGUMENT_PUBLISHED
            yield _row(proposal.author_id, kind, key, path, argument.created_at, title=proposal.title)
    yield from _told_of_amendments()
    answers = sa.select(Answer, Proposal).join(Proposal, Proposal.id == Answer.proposal_id)
    for answer, proposal in db.session.execute(answers.order_by(Answer.published_at)):
        if answer.published_at is not None:
            yield from _told_of_answer(proposal, answer.published_at)


def _told_of_amendments() -> Iterable[Row]:
    for amendment, proposal in db.session.execute(
        sa.select(Amendment, Proposal).join(Proposal, Proposal.id == Amendment.proposal_id)
    ):
        path, title = f"/propositions/amendements/{amendment.id}", proposal.title
        key, is_over = f"amendment:{amendment.id}", amendment.decided_at is not None
        for person_id in list_decider_ids(proposal.id):
            at = amendment.created_at
            yield _row(person_id, Kind.AMENDMENT_PROPOSED, key, path, at, is_over=is_over, title=title)
        if amendment.decided_at is not None:
            is_accepted = amendment.state is AmendmentState.ACCEPTED
            kind = Kind.AMENDMENT_ACCEPTED if is_accepted else Kind.AMENDMENT_REFUSED
            key = f"amendment_decided:{amendment.id}"
            yield _row(amendment.author_id, kind, key, path, amendment.decided_at, title=title)


def _told_of_thread(answer: Argument, title: str) -> Iterable[Row]:
    answered = db.session.get(Argument, answer.answers_id)
    if answered is not None and answered.author_id not in (None, answer.author_id):
        key, path = f"answered:{answer.id}", f"/propositions/arguments/{answer.parent_id}"
        yield _row(answered.author_id, Kind.ARGUMENT_ANSWERED, key, path, answer.created_at, title=title)


def _told_of_answer(proposal: Proposal, at: datetime) -> Iterable[Row]:
    key, path = f"answer:{proposal.id}", f"/propositions/{proposal.id}"
    yield _row(proposal.author_id, Kind.ANSWER_PUBLISHED, key, path, at, title=proposal.title)
    for supporter_id in db.session.scalars(sa.select(Support.person_id).filter_by(proposal_id=proposal.id)):
        yield _row(supporter_id, Kind.SUPPORTED_ANSWERED, key, path, at, title=proposal.title)


def _solidarity(script: Script) -> Iterable[Row]:
    requests = {request.id: request for request in db.session.scalars(sa.select(HelpRequest))}
    places = {place.id: place.name for place in db.session.scalars(sa.select(Territory))}
    for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.state.not_in(UNTOLD))):
        key, path = f"invitation:{invitation.id}", f"/entraide/sollicitations/{invitation.id}"
        is_over = invitation.state is not InvitationState.SENT
        place = places[requests[invitation.request_id].territory_id]
        yield _row(
            invitation.volunteer_id,
            Kind.INVITATION_SENT,
            key,
            path,
            invitation.sent_at,
            is_over=is_over,
            place=place,
        )
    for match in db.session.scalars(sa.select(Match)):
        yield from _told_of_match(match, requests[match.request_id])
    for request in requests.values():
        if request.state is RequestState.ESCALATED:
            yield from _told_of_escalation(script, request, places[request.territory_id])


def _told_of_match(match: Match, request: HelpRequest) -> Iterable[Row]:
    path = f"/entraide/mises-en-relation/{match.id}"
    sides = [
        (match.volunteer_id, Kind.MATCH_ACCEPTED, match.created_at),
        (request.follower_id, Kind.VOLUNTEER_FOUND, match.created_at),
    ]
    if match.state in TOLD_TO_VOLUNTEER:
        sides.append((match.volunteer_id, TOLD_TO_VOLUNTEER[match.state], match.changed_at))
    if match.state in TOLD_TO_FOLLOWER:
        sides.append((request.follower_id, TOLD_TO_FOLLOWER[match.state], match.changed_at))
    for person_id, kind, at in sides:
        yield _row(person_id, kind, f"{kind.value}:{match.id}", path, at, title=request.title)
    said = sa.select(MatchMessage).filter_by(match_id=match.id).order_by(MatchMessage.created_at.desc())
    if last := db.session.scalars(said.limit(1)).first():
        reader = request.follower_id if last.author_id == match.volunteer_id else match.volunteer_id
        key = f"message:{last.id}"
        yield _row(reader, Kind.MESSAGE_SAID, key, path, last.created_at, title=request.title)


def _told_of_escalation(script: Script, request: HelpRequest, place: str) -> Iterable[Row]:
    at = request.changed_at
    key, path = f"escalated:{request.id}:{at.date().isoformat()}", f"/entraide/demandes/{request.id}"
    for agent_id in accounts.list_person_ids_with_role(Role.AGENT, script.town_id):
        yield _row(agent_id, Kind.REQUEST_ESCALATED, key, path, at, title=request.title, place=place)


def _moderation() -> Iterable[Row]:
    decided = sa.select(Decision, FlaggedContent).join(
        FlaggedContent, FlaggedContent.id == Decision.content_id
    )
    for decision, content in db.session.execute(decided):
        path, at = f"/signalements/decisions/{decision.id}", decision.created_at
        is_hidden = decision.outcome is Outcome.HIDE
        if is_hidden and content.author_id is not None:
            yield _row(content.author_id, Kind.CONTENT_HIDDEN, f"content_hidden:{decision.id}", path, at)
        kind, read_at = (
            (Kind.FLAG_UPHELD, "/signalements/regles") if is_hidden else (Kind.FLAG_DISMISSED, path)
        )
        for flagger_id in db.session.scalars(
            sa.select(Flag.flagged_by_id).filter_by(decision_id=decision.id)
        ):
            yield _row(flagger_id, kind, f"{kind.value}:{decision.id}", read_at, at)


def forget_news() -> None:
    """Owe nobody the telling of what building the town wrote down as new: it all happened before."""
    db.session.execute(sa.delete(News))
    db.session.execute(sa.delete(OutboxMessage).where(OutboxMessage.kind.in_(("news", "digests"))))
