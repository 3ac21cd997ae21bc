"""After the signatures: the day of the council, its decision, reminders, and what is forgotten."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from civic.councils import queries as councils
from civic.councils.errors import SittingNotFound
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, town_today, utc_now
from civic.kernel.database import db
from civic.kernel.editing import ensure_seen, fingerprint
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.petitions import queries, rules
from civic.petitions.access import PetitionsAction
from civic.petitions.errors import UnknownSitting
from civic.petitions.events import (
    DecisionsDue,
    PetitionDecided,
    PetitionEnded,
    PetitionPlanned,
    PetitionRulesChanged,
)
from civic.petitions.models import Petition, PetitionSettings, PetitionSignature
from civic.petitions.rules import Act, Channel, CouncilDecision, PetitionRules, PetitionState, Step
from civic.petitions.service.reading import lock_visible_petition
from civic.petitions.service.signing import REMIND, REMIND_DAYS
from civic.proposals.answers import queries as staff
from civic.proposals.answers import rules as due
from civic.territories import queries as territories

LAST_ALONE = 2
"""Councillors are reminded twice, before the date and on it; agents too from the third time, until it is decided."""


def plan_petition(
    actor: Actor,
    *,
    petition_id: int,
    agenda_on: date,
    sitting_id: int | None = None,
    seen: str | None = None,
) -> None:
    """Say on which day the council speaks of a petition, and on the agenda of which sitting, where it has its page here.

    Args:
        seen: what was planned when it was read (``Petition.seen_planned``).

    Raises:
        ChangedMeanwhile: somebody else planned another day since.
        PetitionNotFound; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        WrongPetitionState: no decision is due.
        PlannedInThePast.
        UnknownSitting: there is none, or it is not published.
    """
    now = utc_now()
    with transaction():
        petition = _lock_to_follow(actor, petition_id)
        petition.step = rules.next_step(petition.state_at(now), Act.PLAN)
        rules.ensure_agenda(agenda_on, today=town_today())
        _ensure_published(sitting_id)
        ensure_seen(seen, petition.seen_planned, fingerprint(agenda_on, sitting_id))
        was_on = petition.agenda_on
        petition.agenda_on, petition.sitting_id = agenda_on, sitting_id
        publish(PetitionPlanned(**_by(actor, petition, now), was_on=was_on))


def decide_petition(actor: Actor, *, petition_id: int, decision: CouncilDecision) -> None:
    """Publish what the council decided. It is told once, to those who signed and wish it, and changes no more.

    Raises:
        PetitionNotFound; NotAllowed: as ``plan_petition``.
        WrongPetitionState: no decision is due, or it is published.
        DecidedInTheFuture; DecidedBeforeOpening.
    """
    now = utc_now()
    with transaction():
        petition = _lock_to_follow(actor, petition_id)
        step = rules.next_step(petition.state_at(now), Act.DECIDE)
        opened_on = petition.opens_at.astimezone(TOWN_TIME).date() if petition.opens_at else None
        rules.ensure_deliberated(decision.deliberated_on, opened_on=opened_on, today=town_today())
        petition.step, petition.outcome = step, decision.outcome
        petition.decision_source, petition.decision_html = decision.text, markdown_to_html(decision.text)
        petition.deliberated_on, petition.deliberation = decision.deliberated_on, decision.deliberation
        petition.decided_at, petition.decided_by_id, petition.remind_at = now, actor.id, None
        publish(PetitionDecided(**_by(actor, petition, now), decision=decision.outcome.value))


def set_rules(
    actor: Actor, *, territory_id: int, is_open: bool, wanted: PetitionRules, seen: str | None = None
) -> None:
    """Say how the commune takes petitions from now on. Those that are open keep theirs.

    Args:
        seen: what was stored when it was read.

    Raises:
        ChangedMeanwhile: somebody else said otherwise since.
        TerritoryNotFound; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        SettingsIncomplete.
    """
    now = utc_now()
    with transaction():
        territories.get_territory(territory_id)
        require(actor, PetitionsAction.SET_RULES, territory_id)
        rules.ensure_complete(wanted, today=town_today())
        territories.lock_territory(territory_id)  # two first writers: the second finds the row of the first
        settings = queries.find_settings(territory_id) or PetitionSettings(territory_id=territory_id)
        with settings.written_over(seen):
            settings.is_open = is_open
            settings.threshold, settings.share_percent = wanted.threshold, wanted.share_percent
            settings.roll_size, settings.roll_on = wanted.roll_size, wanted.roll_on
            settings.least_age, settings.needs_verified = wanted.least_age, wanted.needs_verified
            settings.days, settings.decision_days = wanted.days, wanted.decision_days
        settings.changed_at = now
        db.session.add(settings)
        publish(PetitionRulesChanged(occurred_at=now, territory_id=territory_id, actor_id=actor.id))


# What time brings: each bears being run twice


def end_petition(petition_id: int, *, now: datetime) -> bool:
    """Tell, once, that a petition has not what it needs, when its sheets are counted. Returns whether it was told."""
    with transaction():
        petition = queries.lock_petition(petition_id)
        if petition.ended_at is not None or petition.state_at(now) is not PetitionState.FAILED:
            return False
        petition.ended_at = now
        publish(PetitionEnded(occurred_at=now, petition_id=petition_id, territory_id=petition.territory_id))
    return True


def forget_signers(petition_id: int, *, now: datetime) -> bool:
    """Forget what tells signatures apart, and those that nobody needs any more. The counts stay, and the names of who agreed."""
    with transaction():
        petition = queries.lock_petition(petition_id)
        if petition.forgotten_at is not None or petition.closes_at is None:
            return False
        if now < rules.forgets_at(petition.closes_at):
            return False
        row = PetitionSignature
        useless = sa.or_(
            row.channel == Channel.PAPER,
            row.person_id.is_(None),
            sa.and_(row.is_shown.is_(False), row.wants_news.is_(False)),
        )
        db.session.execute(sa.delete(row).where(row.petition_id == petition_id, useless))
        db.session.execute(sa.update(row).where(row.petition_id == petition_id).values(identity_digest=None))
        petition.forgotten_at = now
    return True


def remind_due(*, now: datetime) -> int:
    """Send every reminder that is due, those of one person together. Two timers of one morning send them once.

    Returns:
        How many persons were reminded.
    """
    told: defaultdict[int, list[Petition]] = defaultdict(list)
    with transaction():
        waiting = sa.select(Petition).where(Petition.remind_at <= now, Petition.step == Step.ADMITTED)
        for petition in db.session.scalars(waiting.order_by(Petition.id).with_for_update()).all():
            for person_id in _in_charge(petition):
                told[person_id].append(petition)
            petition.reminders += 1
            petition.remind_at = due.reminder_at(
                petition.reminders, petition.due_at or now, REMIND_DAYS, after=now
            )
            outbox.owe(REMIND, {"petition_id": petition.id}, now=now, due_at=petition.remind_at)
        for person_id, mine in sorted(told.items()):
            publish(
                DecisionsDue(
                    occurred_at=now,
                    person_id=person_id,
                    petition_ids=tuple(each.id for each in mine),
                    late_count=sum(each.due_at is not None and each.due_at <= now for each in mine),
                )
            )
    return len(told)


def _in_charge(petition: Petition) -> list[int]:
    councillors, agents = staff.staff_ids(petition.territory_id)
    first = councillors or agents
    return first if petition.reminders < LAST_ALONE else sorted({*councillors, *agents})


def _lock_to_follow(actor: Actor, petition_id: int) -> Petition:
    petition = lock_visible_petition(actor, petition_id)
    require(actor, PetitionsAction.FOLLOW_UP, petition)
    return petition


def _ensure_published(sitting_id: int | None) -> None:
    if sitting_id is None:
        return
    try:
        sitting = councils.get_sitting(sitting_id)
    except SittingNotFound as error:
        raise UnknownSitting from error
    if sitting.published_at is None:
        raise UnknownSitting


def _by(actor: Actor, petition: Petition, now: datetime) -> dict[str, Any]:
    return {
        "occurred_at": now,
        "petition_id": petition.id,
        "territory_id": petition.territory_id,
        "actor_id": actor.id,
    }
