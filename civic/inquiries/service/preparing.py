"""The town hall writes an inquiry, names its commissioner, and announces it."""

from datetime import datetime

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.inquiries import queries, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.errors import ChangedMeanwhile, CommissionerRefused, UnknownPlace
from civic.inquiries.events import CommissionersNamed, InquiryAnnounced, InquiryDrafted, InquiryTakenBack
from civic.inquiries.models import Inquiry, InquiryCommissioner, InquiryNeighbourhood
from civic.inquiries.rules import Act, InquiryPlan, Named, Step
from civic.inquiries.service.reading import lock_for, said_by
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories

FORGET = "inquiries.forget"


def draft_inquiry(actor: Actor, *, territory_id: int, plan: InquiryPlan) -> int:
    """Write an inquiry, which nobody else reads yet. Returns its id.

    Raises:
        TerritoryNotFound; NotSignedIn; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        DatesRefused; UnknownPlace.
    """
    now = utc_now()
    with transaction():
        territories.get_territory(territory_id)
        require(actor, InquiriesAction.WRITE_INQUIRY, territory_id)
        inquiry = Inquiry(territory_id=territory_id, step=Step.DRAFT, created_at=now, written_by_id=actor.id)
        _write(inquiry, plan)
        db.session.add(inquiry)
        db.session.flush()
        publish(InquiryDrafted(**said_by(actor, inquiry, now)))
    return inquiry.id


def revise_inquiry(actor: Actor, *, inquiry_id: int, plan: InquiryPlan, seen: str | None = None) -> None:
    """Write an inquiry again, before it is announced.

    Args:
        seen: what was stored when the form was shown (``Inquiry.seen``).

    Raises:
        ChangedMeanwhile: somebody else wrote it since.
        InquiryNotFound; NotAllowed; DatesRefused; UnknownPlace.
        WrongInquiryState: it is announced.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.REVISE, now=now)
        if seen is not None and seen != inquiry.seen:
            raise ChangedMeanwhile
        _write(inquiry, plan)
        publish(InquiryDrafted(**said_by(actor, inquiry, now)))


def _write(inquiry: Inquiry, plan: InquiryPlan) -> None:
    rules.ensure_dates(plan)
    known = {place.id for place in territories.list_neighbourhoods(inquiry.territory_id)}
    if not plan.neighbourhood_ids <= known:
        raise UnknownPlace
    inquiry.title, inquiry.regime = plan.title, plan.regime
    inquiry.subject_source, inquiry.subject_html = plan.subject, markdown_to_html(plan.subject)
    inquiry.owner, inquiry.authority = plan.owner, plan.authority
    inquiry.order_number, inquiry.order_on = plan.order_number, plan.order_on
    inquiry.seat, inquiry.email = plan.seat, plan.email
    inquiry.opens_at, inquiry.closes_at = plan.opens_at, plan.closes_at
    kept = {row.territory_id: row for row in inquiry.neighbourhoods}
    inquiry.neighbourhoods = [
        kept.get(place_id) or InquiryNeighbourhood(territory_id=place_id)
        for place_id in sorted(plan.neighbourhood_ids)
    ]


def name_commissioners(
    actor: Actor, *, inquiry_id: int, people: list[Named], seen: str | None = None
) -> None:
    """Say who conducts the inquiry, and with which accounts: these rights are on this inquiry alone.

    Args:
        seen: who was named when it was read (``Inquiry.seen_named``).

    Raises:
        ChangedMeanwhile: somebody else named others since.
        InquiryNotFound; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        CommissionerRefused: nobody, no such account, or somebody of the town hall.
        WrongInquiryState: its report is published.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.NAME_COMMISSIONERS, now=now)
        if not people:
            raise CommissionerRefused("name_1")
        _ensure_each_is_named_once(people)
        named = [(each.name, _account_of(each, rank, inquiry)) for rank, each in enumerate(people, start=1)]
        if named != inquiry.named:
            rules.ensure_unchanged(seen, *inquiry.named)
        inquiry.commissioners = []
        db.session.flush()
        inquiry.commissioners = [
            InquiryCommissioner(name=name, person_id=person_id) for name, person_id in named
        ]
        db.session.flush()
        publish(
            CommissionersNamed(
                **said_by(actor, inquiry, now), person_ids=tuple(sorted(inquiry.commissioner_ids))
            )
        )


def _ensure_each_is_named_once(people: list[Named]) -> None:
    emails: set[str] = set()
    for rank, each in enumerate(people, start=1):
        if not each.name:
            raise CommissionerRefused(f"name_{rank}", CommissionerRefused.no_name)
        if each.email and each.email in emails:
            raise CommissionerRefused(f"email_{rank}", CommissionerRefused.named_twice)
        emails.add(each.email)


def _account_of(named: Named, rank: int, inquiry: Inquiry) -> int | None:
    if not named.email:
        return None
    person = accounts.find_person_by_email(named.email)
    if person is None:
        raise CommissionerRefused(f"email_{rank}", CommissionerRefused.no_account)
    rights = accounts.get_actor(person.id)
    if any(rights.has_role(role, inquiry.territory_id) for role in (Role.AGENT, Role.COUNCILLOR, Role.ADMIN)):
        raise CommissionerRefused(f"email_{rank}", CommissionerRefused.of_the_town)
    return person.id


def announce_inquiry(actor: Actor, *, inquiry_id: int) -> None:
    """Publish the notice and the dossier. It opens and closes by its dates alone.

    Raises:
        InquiryNotFound; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        WrongInquiryState: it is announced already.
        NotReady: says what lacks.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.ANNOUNCE, now=now)
        rules.ensure_ready(queries.what_is_prepared(inquiry), at=now)
        inquiry.announced_at = now
        owe_forgetting(inquiry, now=now)
        publish(InquiryAnnounced(**said_by(actor, inquiry, now)))


def owe_forgetting(inquiry: Inquiry, *, now: datetime) -> None:
    """Owe the erasing of contacts, at its date; a date that moved is owed again, and the former finds nothing to do."""
    due = rules.forgets_at(inquiry.closes_at, inquiry.reported_at)
    outbox.owe(FORGET, {"inquiry_id": inquiry.id}, now=now, due_at=due)


def take_back_inquiry(actor: Actor, *, inquiry_id: int) -> None:
    """Publish the notice no more, to correct it, before the register opens. Raises as ``revise_inquiry``."""
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.TAKE_BACK, now=now)
        inquiry.announced_at = None
        publish(InquiryTakenBack(**said_by(actor, inquiry, now)))
