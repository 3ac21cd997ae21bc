"""Which facts are news, and of what."""

from typing import Any

from civic.consultations import queries as consultations
from civic.consultations.events import ConsultationPublished
from civic.consultations.letters import queries as letters
from civic.consultations.letters.events import LetterSent, LetterTakenBack
from civic.councils import queries as councils
from civic.councils.calls import queries as calls
from civic.councils.calls.events import CallCancelled, CallPublished
from civic.councils.deliberations import queries as records
from civic.councils.deliberations.events import RecordPublished
from civic.councils.events import SittingChanged
from civic.inquiries import queries as inquiries
from civic.inquiries.events import (
    InquiryAnnounced,
    InquiryByFact,
    InquiryProlonged,
    InquiryTakenBack,
    ReportPublished,
)
from civic.kernel.events import within_transaction
from civic.moderation.events import ContentHidden
from civic.notifications.following import service as _service  # noqa: F401  registers what is erased and copied
from civic.notifications.following import surveys as _surveys  # noqa: F401  registers what is told of questionnaires
from civic.notifications.following import telling as _telling  # noqa: F401  registers what delivers
from civic.notifications.following.rules import Topic, TopicKind
from civic.notifications.following.service import take_back_news, write_news
from civic.notifications.rules import Kind
from civic.petitions import queries as petitions
from civic.petitions.events import PetitionAdmitted, PetitionDecided, PetitionFact, PetitionReached
from civic.proposals import queries as proposals
from civic.proposals.amendments.events import TextAmended
from civic.proposals.arguing.events import ArgumentTakenBack
from civic.proposals.commitments.events import CommitmentsMoved
from civic.proposals.events import AnswerPublished, ArgumentPublished, ProposalPublished
from civic.voting import queries as voting
from civic.voting.events import PollOpened, QuestionCounted

OF_PROPOSAL_ALONE = frozenset({Kind.NEWS_ARGUMENT, Kind.NEWS_TEXT, Kind.COMMITMENT_MOVED})
"""What would be too much for who follows a whole neighbourhood, or a theme."""


def _of_place(territory_id: int) -> Topic:
    return Topic(TopicKind.PLACE, str(territory_id))


@within_transaction(ConsultationPublished)
def write_consultation(fact: ConsultationPublished) -> None:
    consultation = consultations.get_consultation(fact.consultation_id)
    topics = [Topic(TopicKind.CONSULTATION, str(consultation.id))]
    write_news(
        Kind.NEWS_CONSULTATION,
        key=f"consultation:{consultation.id}",
        params={"title": consultation.title},
        path=f"/consultations/{consultation.id}",
        topics=topics + [_of_place(each) for each in sorted(consultation.concerned_ids)],
        actor_id=fact.actor_id,
        now=fact.occurred_at,
    )


@within_transaction(LetterSent)
def write_letter(fact: LetterSent) -> None:
    """Those who took part in the consultation are told as well (see ``telling``)."""
    consultation = consultations.get_consultation(fact.consultation_id)
    write_news(
        Kind.NEWS_LETTER,
        key=f"letter:{fact.letter_id}",
        params={"title": fact.title, "about": consultation.title},
        path=f"{letters.PATH}{fact.letter_id}",
        topics=[
            Topic(TopicKind.CONSULTATION, str(consultation.id)),
            *(_of_place(each) for each in sorted(consultation.concerned_ids)),
        ],
        actor_id=fact.actor_id,
        now=fact.occurred_at,
    )


@within_transaction(LetterTakenBack)
def take_back_letter(fact: LetterTakenBack) -> None:
    take_back_news([f"letter:{fact.letter_id}"])


def _proposal_news(kind: Kind, key: str, proposal_id: int, fact: Any, actor_id: int | None) -> None:
    proposal = proposals.get_proposal(proposal_id)
    narrow = [Topic(TopicKind.PROPOSAL, str(proposal.id))]
    wide = [
        Topic(TopicKind.CONSULTATION, str(proposal.consultation_id)),
        _of_place(proposal.territory_id),
        Topic(TopicKind.THEME, proposal.category.value),
    ]
    write_news(
        kind,
        key=key,
        params={"title": proposal.title},
        path=f"/propositions/{proposal.id}",
        topics=narrow if kind in OF_PROPOSAL_ALONE else narrow + wide,
        actor_id=actor_id,
        proposal_id=proposal.id,
        now=fact.occurred_at,
    )


@within_transaction(ProposalPublished)
def write_proposal(fact: ProposalPublished) -> None:
    _proposal_news(Kind.NEWS_PROPOSAL, f"proposal:{fact.proposal_id}", fact.proposal_id, fact, fact.author_id)


@within_transaction(AnswerPublished)
def write_answer(fact: AnswerPublished) -> None:
    """Its author and its supporters are told of it by itself (``notifications.answers``), hence not again here."""
    _proposal_news(Kind.NEWS_ANSWER, f"answer:{fact.answer_id}", fact.proposal_id, fact, fact.actor_id)


@within_transaction(ArgumentPublished)
def write_argument(fact: ArgumentPublished) -> None:
    _proposal_news(Kind.NEWS_ARGUMENT, f"argument:{fact.argument_id}", fact.proposal_id, fact, fact.author_id)


@within_transaction(ContentHidden)
def take_back_argument(fact: ContentHidden) -> None:
    """A proposal is asked each time whether it is shown; an argument has no row of its own among news."""
    if fact.subject_kind == "argument":
        take_back_news([f"argument:{fact.subject_id}"])
    if fact.subject_kind == "petition":
        take_back_news([f"{what}:{fact.subject_id}" for what in PETITION_NEWS])


@within_transaction(TextAmended)
def write_text(fact: TextAmended) -> None:
    """Who supports the proposal follows it, unless she said otherwise: a digest tells her that she supports another text."""
    key = f"text:{fact.proposal_id}:{fact.version}"
    _proposal_news(Kind.NEWS_TEXT, key, fact.proposal_id, fact, None)


@within_transaction(ArgumentTakenBack)
def forget_argument(fact: ArgumentTakenBack) -> None:
    take_back_news([f"argument:{fact.argument_id}"])


PETITION_NEWS = {
    "petition": Kind.NEWS_PETITION,
    "petition_reached": Kind.NEWS_PETITION_REACHED,
    "petition_decided": Kind.NEWS_PETITION_DECIDED,
}


def _petition_news(what: str, fact: PetitionFact, actor_id: int | None = None) -> None:
    write_news(
        PETITION_NEWS[what],
        key=f"{what}:{fact.petition_id}",
        params={"title": petitions.get_petition(fact.petition_id).title},
        path=f"/petitions/{fact.petition_id}",
        topics=[Topic(TopicKind.PETITION, str(fact.petition_id)), _of_place(fact.territory_id)],
        actor_id=actor_id,
        now=fact.occurred_at,
    )


@within_transaction(PetitionAdmitted)
def write_petition(fact: PetitionAdmitted) -> None:
    _petition_news("petition", fact, fact.actor_id)


@within_transaction(PetitionReached)
def write_reached(fact: PetitionReached) -> None:
    _petition_news("petition_reached", fact)


@within_transaction(PetitionDecided)
def write_decided(fact: PetitionDecided) -> None:
    """Those who signed and wish it are told by itself (``notifications.petitions``), hence not again here."""
    _petition_news("petition_decided", fact, fact.actor_id)


INQUIRY_NEWS = {
    InquiryAnnounced: ("inquiry", Kind.NEWS_INQUIRY),
    InquiryProlonged: ("inquiry_prolonged", Kind.NEWS_INQUIRY_PROLONGED),
    ReportPublished: ("inquiry_reported", Kind.NEWS_INQUIRY_REPORTED),
}


@within_transaction(InquiryAnnounced, InquiryProlonged, ReportPublished)
def write_inquiry(fact: InquiryByFact) -> None:
    what, kind = INQUIRY_NEWS[type(fact)]
    inquiry = inquiries.get_inquiry(fact.inquiry_id)
    write_news(
        kind,
        key=f"{what}:{inquiry.id}",
        params={"title": inquiry.title},
        path=f"{inquiries.PATH}{inquiry.id}",
        topics=[Topic(TopicKind.INQUIRY, str(inquiry.id))]
        + [_of_place(each) for each in sorted(inquiry.concerned_ids)],
        actor_id=fact.actor_id,
        now=fact.occurred_at,
    )


@within_transaction(InquiryTakenBack)
def take_back_inquiry(fact: InquiryTakenBack) -> None:
    """It is corrected, then announced again."""
    take_back_news([f"inquiry:{fact.inquiry_id}"])


@within_transaction(CommitmentsMoved)
def write_moved(fact: CommitmentsMoved) -> None:
    """Its author and its supporters are told of it by itself as well."""
    for proposal_id in sorted(set(fact.proposal_ids)):
        key = f"moved:{min(fact.news_ids)}:{proposal_id}"
        _proposal_news(Kind.COMMITMENT_MOVED, key, proposal_id, fact, None)


@within_transaction(PollOpened)
def write_poll(fact: PollOpened) -> None:
    write_news(
        Kind.NEWS_POLL,
        key=f"poll:{fact.poll_id}",
        params={"title": fact.question},
        path=f"/scrutins/{fact.poll_id}",
        topics=[Topic(TopicKind.POLL, str(fact.poll_id)), _of_place(fact.territory_id)],
        now=fact.occurred_at,
    )


@within_transaction(QuestionCounted)
def write_result(fact: QuestionCounted) -> None:
    """The result of a poll, once each of its questions is counted: never before its closing, and once however often it is recounted."""
    poll = voting.get_poll(fact.poll_id)
    asked = {question.id for question in poll.questions}
    if voting.list_counted(asked) != asked:
        return
    write_news(
        Kind.NEWS_RESULT,
        key=f"result:{poll.id}",
        params={"title": poll.question},
        path=f"/scrutins/{poll.id}/resultat",
        topics=[Topic(TopicKind.POLL, str(poll.id))],
        now=fact.occurred_at,
    )


@within_transaction(SittingChanged)
def write_sitting(fact: SittingChanged) -> None:
    """A sitting is announced once, and its minutes once, the first time that each can be read; no more once it is taken back."""
    if not fact.is_published:
        take_back_news([f"{what}:{fact.sitting_id}" for what in ("sitting", "minutes")])
        return
    sitting = councils.get_sitting(fact.sitting_id)
    has_minutes = bool(sitting.minutes_source.strip())
    write_news(
        Kind.NEWS_MINUTES if has_minutes else Kind.NEWS_SITTING,
        key=f"{'minutes' if has_minutes else 'sitting'}:{sitting.id}",
        params={"title": sitting.title, "council": councils.get_council(sitting.council_id).name},
        path=f"/conseils-de-quartier/seances/{sitting.id}",
        topics=[Topic(TopicKind.COUNCIL, str(sitting.council_id)), _of_place(fact.territory_id)],
        actor_id=fact.actor_id,
        now=fact.occurred_at,
    )


@within_transaction(CallPublished)
def write_call(fact: CallPublished) -> None:
    call = calls.get_call(fact.call_id)
    topics = [Topic(TopicKind.COUNCIL, str(call.council_id))] if call.council_id else []
    write_news(
        Kind.NEWS_CALL,
        key=f"call:{call.id}",
        params={"title": call.title},
        path=f"{calls.PATH}{call.id}",
        topics=[*topics, _of_place(call.territory_id)],
        actor_id=fact.actor_id,
        now=fact.occurred_at,
    )


@within_transaction(CallCancelled)
def take_back_call(fact: CallCancelled) -> None:
    take_back_news([f"call:{fact.call_id}"])


@within_transaction(RecordPublished)
def write_record(fact: RecordPublished) -> None:
    record = records.get_record(fact.record_id)
    write_news(
        Kind.NEWS_RECORD,
        key=f"record:{record.id}",
        params={"title": record.title},
        path=f"{records.PATH}{record.id}",
        topics=[_of_place(record.territory_id)],
        actor_id=fact.actor_id,
        now=fact.occurred_at,
    )
