"""A resident launches a petition, and the town hall says whether it can be opened."""

from datetime import datetime

from civic.accounts.access import AccountsAction
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.petitions import queries, rules
from civic.petitions.access import PetitionsAction
from civic.petitions.errors import PetitionRewritten, PetitionsNotTaken, RefusalUnexplained
from civic.petitions.events import (
    PetitionAdmitted,
    PetitionRefused,
    PetitionSubmitted,
    PetitionWithdrawn,
)
from civic.petitions.models import Petition
from civic.petitions.rules import Act, PetitionRules, PetitionText, RefusalRule, Step
from civic.petitions.service.reading import lock_visible_petition
from civic.proposals.answers.rules import due_at
from civic.territories import queries as territories

END, FORGET = "petitions.end", "petitions.forget"


def submit_petition(
    actor: Actor, *, territory_id: int, text: PetitionText, organisation_id: int | None = None
) -> int:
    """Send a petition to the town hall, which looks at it before anybody else reads it. Returns its id.

    Raises:
        TerritoryNotFound; NotSignedIn; NotAllowed: the actor does not live there, or does not speak for this association.
        PetitionsNotTaken: the commune takes none here.
    """
    now = utc_now()
    with transaction():
        territories.get_territory(territory_id)
        require(actor, PetitionsAction.LAUNCH_PETITION, territory_id)
        if organisation_id is not None:
            require(actor, AccountsAction.SPEAK_FOR_ORGANISATION, organisation_id)
        if queries.find_open_rules(territory_id) is None:
            raise PetitionsNotTaken
        petition = Petition(
            territory_id=territory_id,
            author_id=actor.id,
            organisation_id=organisation_id,
            step=Step.SUBMITTED,
            created_at=now,
            submitted_at=now,
        )
        _write(petition, text)
        db.session.add(petition)
        db.session.flush()
        _say_submitted(actor, petition, now)
    return petition.id


def revise_petition(actor: Actor, *, petition_id: int, text: PetitionText) -> None:
    """Write one's petition again before it opens: a refused one is looked at again.

    Raises:
        PetitionNotFound; NotAllowed: the actor did not launch it.
        WrongPetitionState: it was opened, or withdrawn.
    """
    now = utc_now()
    with transaction():
        petition = lock_visible_petition(actor, petition_id)
        require(actor, PetitionsAction.CHANGE_PETITION, petition)
        petition.step = rules.next_step(petition.state_at(now), Act.REVISE)
        petition.submitted_at = now
        petition.refusal_rule, petition.refusal_note = None, ""
        _write(petition, text)
        _say_submitted(actor, petition, now)


def withdraw_petition(actor: Actor, *, petition_id: int) -> None:
    """Give one's petition up, before it opens. Raises PetitionNotFound, NotAllowed, WrongPetitionState."""
    now = utc_now()
    with transaction():
        petition = lock_visible_petition(actor, petition_id)
        require(actor, PetitionsAction.CHANGE_PETITION, petition)
        petition.step = rules.next_step(petition.state_at(now), Act.WITHDRAW)
        publish(
            PetitionWithdrawn(
                occurred_at=now,
                petition_id=petition.id,
                territory_id=petition.territory_id,
                actor_id=actor.id,
            )
        )


def admit_petition(actor: Actor, *, petition_id: int, seen: str | None = None) -> None:
    """Open a petition to signatures, now, under the commune's rules of this day, which it keeps.

    Args:
        seen: the text that was read (``Petition.seen``).

    Raises:
        PetitionRewritten: its author changed it since.
        PetitionNotFound; NotAllowed: the actor is neither an agent nor a moderator, or launched it.
        WrongPetitionState: it does not wait to be looked at.
        PetitionsNotTaken: the commune takes none here any more.
    """
    now = utc_now()
    with transaction():
        petition = lock_visible_petition(actor, petition_id)
        require(actor, PetitionsAction.EXAMINE, petition)
        step = rules.next_step(petition.state_at(now), Act.ADMIT)
        _ensure_read(petition, seen)
        wanted = queries.find_open_rules(petition.territory_id)
        if wanted is None:
            raise PetitionsNotTaken
        petition.step, petition.examined_by_id = step, actor.id
        open_under(petition, wanted, now=now)
        publish(
            PetitionAdmitted(
                occurred_at=now,
                petition_id=petition.id,
                territory_id=petition.territory_id,
                actor_id=actor.id,
            )
        )


def open_under(petition: Petition, wanted: PetitionRules, *, now: datetime) -> None:
    """Write down the rules of a petition that opens, and owe what comes at its end."""
    keep_rules(petition, wanted, now=now)
    closes_at = due_at(now, wanted.days)
    payload = {"petition_id": petition.id}
    outbox.owe(END, payload, now=now, due_at=rules.typing_ends_at(closes_at))
    outbox.owe(FORGET, payload, now=now, due_at=rules.forgets_at(closes_at))


def keep_rules(petition: Petition, wanted: PetitionRules, *, now: datetime) -> None:
    """Write in a petition that opens the rules that it keeps."""
    petition.opens_at, petition.closes_at = now, due_at(now, wanted.days)
    petition.needed, petition.share_percent = wanted.needed, wanted.share_percent
    petition.roll_size, petition.roll_on = (
        (wanted.roll_size, wanted.roll_on) if wanted.share_percent is not None else (None, None)
    )
    petition.least_age, petition.needs_verified = wanted.least_age, wanted.needs_verified
    petition.decision_days = wanted.decision_days
    petition.signature_count = petition.online_count = 0


def refuse_petition(
    actor: Actor, *, petition_id: int, rule: RefusalRule, note: str, seen: str | None = None
) -> None:
    """Tell the author under which rule her petition is not opened, and what she can do.

    Args:
        seen: the text that was read (``Petition.seen``).

    Raises:
        PetitionRewritten: its author changed it since.
        PetitionNotFound; NotAllowed: as ``admit_petition``.
        WrongPetitionState: it does not wait to be looked at.
        RefusalUnexplained: without a word for the author.
    """
    now = utc_now()
    with transaction():
        petition = lock_visible_petition(actor, petition_id)
        require(actor, PetitionsAction.EXAMINE, petition)
        step = rules.next_step(petition.state_at(now), Act.REFUSE)
        _ensure_read(petition, seen)
        if not note:
            raise RefusalUnexplained
        petition.step, petition.examined_by_id = step, actor.id
        petition.refusal_rule, petition.refusal_note = rule, note
        publish(
            PetitionRefused(
                occurred_at=now,
                petition_id=petition.id,
                territory_id=petition.territory_id,
                actor_id=actor.id,
                rule=rule.value,
            )
        )


def set_petition_hidden(*, petition_id: int, is_hidden: bool, now: datetime) -> None:
    """What moderation asks for, in the transaction of its decision. Raises PetitionNotFound."""
    with transaction():
        queries.lock_petition(petition_id).hidden_at = now if is_hidden else None


def _ensure_read(petition: Petition, seen: str | None) -> None:
    if seen not in (None, petition.seen):
        raise PetitionRewritten


def _write(petition: Petition, text: PetitionText) -> None:
    petition.title = text.title
    petition.ask_source, petition.ask_html = text.ask, markdown_to_html(text.ask)
    petition.why_source, petition.why_html = text.why, markdown_to_html(text.why)


def _say_submitted(actor: Actor, petition: Petition, now: datetime) -> None:
    publish(
        PetitionSubmitted(
            occurred_at=now, petition_id=petition.id, territory_id=petition.territory_id, actor_id=actor.id
        )
    )
