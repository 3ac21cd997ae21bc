"""The facts that change what the search finds."""

from typing import Any

from civic.accounts.events import PersonErased
from civic.consultations.events import ConsultationPublished, ConsultationRevised
from civic.councils.calls.events import CallCancelled, CallDecided, CallPublished
from civic.councils.deliberations.events import RecordCorrected, RecordPublished
from civic.councils.events import CouncilChanged, SittingChanged, SittingVoteClosed
from civic.councils.sittings.events import AgendaChanged
from civic.councils.sortition.events import DrawCancelled, DrawFrozen, LotsDrawn
from civic.inquiries.events import InquiryAnnounced, InquiryProlonged, InquiryTakenBack, ReportPublished
from civic.kernel.events import within_transaction
from civic.moderation.events import AppealDecided, ContentHidden, DecisionUndone
from civic.mutual_aid.events import OfferChanged, OfferPosted
from civic.mutual_aid.gatherings.events import GatheringCancelled, GatheringPublished, ShiftChanged
from civic.mutual_aid.guides.events import GuideRemoved, GuideWritten
from civic.opinions.events import PolisImported
from civic.pages.models import SearchKind
from civic.pages.queries.findable import SOURCES
from civic.pages.service import forget_unfindable, reindex_subject
from civic.petitions.events import PetitionAdmitted, PetitionDecided
from civic.proposals.articles.events import ArticlesPublished
from civic.proposals.events import (
    AnswerPublished,
    ProposalEdited,
    ProposalPublished,
    ProposalRestored,
    ProposalWithdrawn,
)
from civic.surveys.events import SurveyCorrected, SurveyWritten
from civic.voting.events import PollOpened


@within_transaction(ConsultationPublished, ConsultationRevised, PolisImported)
def index_consultation(fact: Any) -> None:
    reindex_subject(SearchKind.CONSULTATION, fact.consultation_id)
    reindex_subject(SearchKind.SURVEY, fact.consultation_id)


@within_transaction(SurveyWritten, SurveyCorrected)
def index_survey(fact: Any) -> None:
    reindex_subject(SearchKind.SURVEY, fact.consultation_id)


@within_transaction(ProposalPublished, ProposalEdited, ProposalRestored, ProposalWithdrawn, AnswerPublished)
def index_proposal(fact: Any) -> None:
    reindex_subject(SearchKind.PROPOSAL, fact.proposal_id)


@within_transaction(ArticlesPublished)
def index_articles(fact: ArticlesPublished) -> None:
    for proposal_id in fact.proposal_ids:
        reindex_subject(SearchKind.PROPOSAL, proposal_id)


@within_transaction(PollOpened)
def index_poll(fact: PollOpened) -> None:
    reindex_subject(SearchKind.POLL, fact.poll_id)


@within_transaction(OfferPosted, OfferChanged)
def index_offer(fact: Any) -> None:
    reindex_subject(SearchKind.OFFER, fact.offer_id)


@within_transaction(CouncilChanged)
def index_council(fact: CouncilChanged) -> None:
    reindex_subject(SearchKind.COUNCIL, fact.council_id)


@within_transaction(SittingChanged, SittingVoteClosed, AgendaChanged)
def index_sitting(fact: Any) -> None:
    reindex_subject(SearchKind.SITTING, fact.sitting_id)


@within_transaction(GatheringPublished, GatheringCancelled, ShiftChanged)
def index_gathering(fact: Any) -> None:
    reindex_subject(SearchKind.GATHERING, fact.gathering_id)


@within_transaction(GuideWritten, GuideRemoved)
def index_guide(fact: Any) -> None:
    reindex_subject(SearchKind.GUIDE, fact.guide_id)


@within_transaction(PetitionAdmitted, PetitionDecided)
def index_petition(fact: Any) -> None:
    reindex_subject(SearchKind.PETITION, fact.petition_id)


@within_transaction(InquiryAnnounced, InquiryProlonged, InquiryTakenBack, ReportPublished)
def index_inquiry(fact: Any) -> None:
    reindex_subject(SearchKind.INQUIRY, fact.inquiry_id)


@within_transaction(RecordPublished, RecordCorrected)
def index_record(fact: Any) -> None:
    reindex_subject(SearchKind.RECORD, fact.record_id)


@within_transaction(DrawFrozen, LotsDrawn, DrawCancelled)
def index_draw(fact: Any) -> None:
    reindex_subject(SearchKind.DRAW, fact.draw_id)


@within_transaction(CallPublished, CallCancelled, CallDecided)
def index_call(fact: Any) -> None:
    reindex_subject(SearchKind.CALL, fact.call_id)


@within_transaction(ContentHidden, DecisionUndone, AppealDecided)
def index_moderated(fact: Any) -> None:
    """What is hidden is found no more; what is shown again is found again."""
    if fact.subject_kind in (SearchKind.OFFER, SearchKind.PROPOSAL, SearchKind.PETITION):
        reindex_subject(SearchKind(fact.subject_kind), fact.subject_id)


@within_transaction(PersonErased)
def forget_person(fact: PersonErased) -> None:
    for kind in SOURCES:
        forget_unfindable(kind)
