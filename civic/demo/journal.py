"""The journal of what was lived before: the same lines that the facts would have written, in the order in which they happened."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import sqlalchemy as sa

from civic.accounts.events import OrganisationVerified, RolesChanged
from civic.accounts.models import Organisation, RoleGrant
from civic.audit.models import AuditEntry
from civic.audit.rules import subjects_of
from civic.consultations.events import ConsultationDrafted, ConsultationPublished
from civic.consultations.models import Consultation
from civic.councils.events import CouncilChanged, SittingChanged
from civic.councils.models import Council, Sitting
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.events import DomainEvent
from civic.matching.events import ContactSeen, InvitationSent, MatchCreated
from civic.matching.models import ContactSight, Invitation, Match
from civic.matching.queries import UNTOLD
from civic.moderation.events import ContentFlagged, ContentHidden, FlagsDismissed
from civic.moderation.models import Decision, Flag, FlaggedContent
from civic.moderation.rules import Outcome
from civic.mutual_aid.events import ConsentRecorded, OfferPosted, RequestOpened
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.reviewing.queries import NEVER_OPENED
from civic.proposals.events import AnswerPublished
from civic.proposals.models import Answer, Proposal


def build_journal(script: Script) -> None:
    """Write the journal, oldest fact first, as it is read from its end."""
    facts = chain(_town_hall(script), _participation(), _solidarity(), _moderation())
    written: list[dict[str, Any]] = [
        {
            "occurred_at": fact.occurred_at,
            "actor_id": getattr(fact, "actor_id", None),
            "fact": type(fact).__name__,
            "subjects": subjects_of(fact),
        }
        for fact in facts
    ]
    written += _take_back()
    db.session.execute(sa.insert(AuditEntry), sorted(written, key=lambda entry: entry["occurred_at"]))


def _take_back() -> list[dict[str, Any]]:
    """Take out the lines that building wrote by itself (polls are frozen by voting), to put them in their place in time.

    Nobody has read them: the transaction that wrote them is still open.
    """
    columns = (AuditEntry.occurred_at, AuditEntry.actor_id, AuditEntry.fact, AuditEntry.subjects)
    lines = [row._asdict() for row in db.session.execute(sa.select(*columns))]
    db.session.execute(sa.delete(AuditEntry).execution_options(synchronize_session=False))
    return lines


def _town_hall(script: Script) -> Iterable[DomainEvent]:
    for grant in db.session.scalars(sa.select(RoleGrant)):
        yield RolesChanged(
            occurred_at=grant.granted_at,
            actor_id=grant.granted_by_id,
            person_id=grant.person_id,
            territory_id=grant.territory_id,
            role=grant.role.value,
            is_granted=True,
        )
    agent_id = script.ids["martine-hubert"]
    for organisation in db.session.scalars(sa.select(Organisation)):
        if organisation.verified_at is not None:
            yield OrganisationVerified(
                occurred_at=organisation.verified_at, actor_id=agent_id, organisation_id=organisation.id
            )
    for council in db.session.scalars(sa.select(Council)):
        yield CouncilChanged(
            occurred_at=council.created_at,
            council_id=council.id,
            territory_id=council.territory_id,
            actor_id=agent_id,
        )
        for sitting in db.session.scalars(sa.select(Sitting).filter_by(council_id=council.id)):
            if sitting.published_at is not None:
                yield SittingChanged(
                    occurred_at=sitting.published_at,
                    sitting_id=sitting.id,
                    council_id=council.id,
                    territory_id=council.territory_id,
                    actor_id=agent_id,
                    is_published=True,
                )


def _participation() -> Iterable[DomainEvent]:
    for consultation in db.session.scalars(sa.select(Consultation)):
        who: dict[str, Any] = {
            "consultation_id": consultation.id,
            "territory_id": consultation.territory_id,
            "actor_id": consultation.author_id or 0,
        }
        yield ConsultationDrafted(occurred_at=consultation.created_at, **who)
        if consultation.published_at is not None:
            yield ConsultationPublished(occurred_at=consultation.published_at, **who)
    answers = sa.select(Answer, Proposal).join(Proposal, Proposal.id == Answer.proposal_id)
    for answer, proposal in db.session.execute(answers):
        if answer.published_at is not None:
            yield AnswerPublished(
                occurred_at=answer.published_at,
                proposal_id=proposal.id,
                answer_id=answer.id,
                decision=answer.decision.value,
                actor_id=answer.author_id or 0,
                author_id=proposal.author_id,
                hides_author=proposal.is_anonymous,
            )


def _solidarity() -> Iterable[DomainEvent]:
    for offer in db.session.scalars(sa.select(Offer)):
        yield OfferPosted(
            occurred_at=offer.created_at,
            offer_id=offer.id,
            territory_id=offer.territory_id,
            actor_id=offer.author_id,
            organisation_id=offer.organisation_id,
        )
    for request in db.session.scalars(sa.select(HelpRequest)):
        yield from _opened(request)
    for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.state.not_in(UNTOLD))):
        yield InvitationSent(
            occurred_at=invitation.sent_at,
            invitation_id=invitation.id,
            request_id=invitation.request_id,
            volunteer_id=invitation.volunteer_id,
            expires_at=invitation.expires_at,
        )
    matches = sa.select(Match, HelpRequest).join(HelpRequest, HelpRequest.id == Match.request_id)
    for match, request in db.session.execute(matches):
        yield MatchCreated(
            occurred_at=match.created_at,
            match_id=match.id,
            request_id=request.id,
            volunteer_id=match.volunteer_id,
            requester_id=request.requester_id,
            follower_id=request.follower_id,
            actor_id=match.volunteer_id,
        )
    for sight in db.session.scalars(sa.select(ContactSight)):
        yield ContactSeen(
            occurred_at=sight.seen_at,
            actor_id=sight.viewer_id or 0,
            request_id=sight.request_id,
            match_id=sight.match_id,
            subject_person_id=sight.subject_person_id,
            follower_id=sight.subject_person_id,
        )


def _opened(request: HelpRequest) -> Iterable[DomainEvent]:
    author_id = request.author_id or request.requester_id
    if request.state not in NEVER_OPENED:
        yield _entered_search(request, author_id)
    if request.consent is not None:
        yield ConsentRecorded(
            occurred_at=request.consent.recorded_at,
            request_id=request.id,
            person_id=request.consent.person_id,
            actor_id=author_id,
            mode=request.consent.mode.value,
            text_version=request.consent.text_version,
        )


def _entered_search(request: HelpRequest, author_id: int) -> RequestOpened:
    return RequestOpened(
        occurred_at=request.created_at,
        request_id=request.id,
        territory_id=request.territory_id,
        requester_id=request.requester_id,
        follower_id=request.follower_id,
        actor_id=author_id,
    )


def _moderation() -> Iterable[DomainEvent]:
    flags = sa.select(Flag, FlaggedContent).join(FlaggedContent, FlaggedContent.id == Flag.content_id)
    for flag, content in db.session.execute(flags):
        yield ContentFlagged(
            occurred_at=flag.created_at,
            flag_id=flag.id,
            actor_id=flag.flagged_by_id or 0,
            subject_kind=content.subject_kind.value,
            subject_id=content.subject_id,
            territory_id=content.territory_id,
            reason=flag.reason.value,
        )
    decided = sa.select(Decision, FlaggedContent).join(
        FlaggedContent, FlaggedContent.id == Decision.content_id
    )
    for decision, content in db.session.execute(decided):
        yield _decided(decision, content)


def _decided(decision: Decision, content: FlaggedContent) -> ContentHidden | FlagsDismissed:
    flaggers = db.session.scalars(sa.select(Flag.flagged_by_id).filter_by(decision_id=decision.id))
    told: dict[str, Any] = {
        "occurred_at": decision.created_at,
        "decision_id": decision.id,
        "actor_id": decision.moderator_id,
        "subject_kind": content.subject_kind.value,
        "subject_id": content.subject_id,
        "territory_id": content.territory_id,
        "flagger_ids": tuple(flaggers),
    }
    if decision.outcome is Outcome.HIDE:
        rule = decision.rule.value if decision.rule else ""
        return ContentHidden(author_id=content.author_id, rule=rule, **told)
    return FlagsDismissed(**told)
