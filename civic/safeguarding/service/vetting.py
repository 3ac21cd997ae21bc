"""How far volunteers are checked: what an agent saw, and what each kind of help asks."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from civic.accounts.queries import get_person
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.editing import ensure_seen, fingerprint
from civic.kernel.transaction import publish, transaction
from civic.safeguarding import queries
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.errors import DayRefused, HonourabilityRefused, OwnVetting
from civic.safeguarding.events import ProofRecorded, ProofRemoved, VettingRuleChanged
from civic.safeguarding.models import VettingProof, VettingRule
from civic.safeguarding.rules import (
    MAY_ASK_HONOURABILITY,
    YEARS_A_PROOF_HOLDS,
    Asked,
    Proof,
    years_later,
)
from civic.territories import queries as territories


def record_proof(actor: Actor, *, town_id: int, person_id: int, proof: Proof, seen_on: date) -> int:
    """Write down that the actor met a volunteer, or was shown a document, which she looks at and gives back.

    Returns:
        The proof's id.

    Raises:
        NotAllowed: the actor is not an agent there.
        PersonNotFound.
        OwnVetting: she would vouch for herself.
        DayRefused: the day is to come, or so far back that the proof would not hold any more.
    """
    now, today = utc_now(), town_today()
    with transaction():
        require(actor, SafeguardingAction.VET_VOLUNTEERS, town_id)
        person = get_person(person_id)
        if person.id == actor.id:
            raise OwnVetting
        expires_on = years_later(seen_on, YEARS_A_PROOF_HOLDS[proof])
        _ensure_day(seen_on, expires_on, today)
        written = VettingProof(
            person_id=person.id,
            proof=proof,
            seen_on=seen_on,
            expires_on=expires_on,
            seen_by_id=actor.id,
            recorded_at=now,
        )
        db.session.add(written)
        db.session.flush()
        publish(
            ProofRecorded(
                occurred_at=now,
                proof_id=written.id,
                person_id=person.id,
                actor_id=actor.id,
                mode=proof.value,
            )
        )
    return written.id


def _ensure_day(seen_on: date, expires_on: date, today: date) -> None:
    if seen_on > today:
        raise DayRefused(fields={"seen_on": [DayRefused.in_future]})
    if expires_on < today:
        raise DayRefused(fields={"seen_on": [DayRefused.too_old]})


def remove_proof(actor: Actor, *, town_id: int, person_id: int, proof_id: int) -> None:
    """Remove what was written down by mistake. Of one that is gone already, nothing changes.

    Raises:
        NotAllowed: the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        require(actor, SafeguardingAction.VET_VOLUNTEERS, town_id)
        written = db.session.get(VettingProof, proof_id)
        if written is None or written.person_id != person_id:
            return
        db.session.delete(written)
        publish(
            ProofRemoved(
                occurred_at=now,
                proof_id=proof_id,
                person_id=person_id,
                actor_id=actor.id,
                mode=written.proof.value,
            )
        )


def set_vetting_rules(
    actor: Actor, *, town_id: int, asked: Mapping[str, Asked], seen: str | None = None
) -> None:
    """Say how far each kind of help asks a volunteer to have been checked. What is as before is not written again.

    Args:
        seen: what was asked when it was read (``seen_rules``).

    Raises:
        ChangedMeanwhile: somebody else set others since.
        NotAllowed: the actor is not an administrator there.
        HonourabilityRefused: the law does not let a town ask for that document there.
    """
    now = utc_now()
    with transaction():
        require(actor, SafeguardingAction.SET_VETTING_RULES, town_id)
        wrong = [
            name for name, rule in asked.items() if rule.honourability and name not in MAY_ASK_HONOURABILITY
        ]
        if wrong:
            raise HonourabilityRefused
        territories.lock_territory(town_id)
        before = queries.asked_by_category(town_id)
        ensure_seen(seen, seen_rules(before), seen_rules({**before, **asked}))
        for category, rule in sorted(asked.items()):
            if before.get(category) != rule:
                _write_rule(town_id, category, rule)
                publish(
                    VettingRuleChanged(
                        occurred_at=now,
                        territory_id=town_id,
                        actor_id=actor.id,
                        category=category,
                        mode=rule.level.value,
                        honourability=rule.honourability,
                    )
                )


def seen_rules(asked: Mapping[str, Asked]) -> str:
    """Return what the form that sets the rules again carries."""
    return fingerprint(sorted((name, rule.level.value, rule.honourability) for name, rule in asked.items()))


def _write_rule(town_id: int, category: str, rule: Asked) -> None:
    db.session.execute(sa.delete(VettingRule).filter_by(territory_id=town_id, category=category))
    db.session.add(
        VettingRule(
            territory_id=town_id, category=category, level=rule.level, honourability=rule.honourability
        )
    )
    db.session.flush()
