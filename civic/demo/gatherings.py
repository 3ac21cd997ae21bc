"""What the associations of the demonstration organise: a collection that fills, and a draft."""

from datetime import timedelta

import sqlalchemy as sa

from civic.accounts.models import Membership, Organisation, Residency
from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.mutual_aid.gatherings.models import Gathering, Shift, ShiftPlace
from civic.mutual_aid.gatherings.rules import GatheringState, PlaceState

SHIFTS = (
    ("Accueil et orientation", 9, 12, 4, 2),
    ("Tri des denrées", 9, 12, 3, 3),
    ("Tri des denrées", 14, 17, 6, 1),
)
"""What is done, from and to which hour, how many are needed, how many come."""
DAYS_AHEAD = 15


def build_gatherings(script: Script) -> None:
    first, second = db.session.scalars(sa.select(Organisation).order_by(Organisation.id).limit(2))
    collection = _gathering(
        script,
        first,
        "Collecte alimentaire de l’hiver",
        "Nous recevons les dons à l’entrée du marché, puis nous les trions. Venez habillé chaudement ; le café est offert.",
        "Halle du marché",
        GatheringState.PUBLISHED,
    )
    people = list(db.session.scalars(sa.select(Residency.person_id).order_by(Residency.person_id).limit(20)))
    day = (script.now + timedelta(days=DAYS_AHEAD)).astimezone(TOWN_TIME)
    for role, start, end, places, taken in SHIFTS:
        shift = Shift(
            gathering_id=collection.id,
            role=role,
            starts_at=day.replace(hour=start, minute=0, second=0, microsecond=0),
            ends_at=day.replace(hour=end, minute=0, second=0, microsecond=0),
            places=places,
            taken=taken,
        )
        db.session.add(shift)
        db.session.flush()
        coming, people = people[:taken], people[taken:]
        for person_id in coming:
            _place(script, shift, person_id, PlaceState.TAKEN)
        if taken == places:
            _place(script, shift, people[-1], PlaceState.WAITING)
    _gathering(
        script,
        second,
        "Nettoyage des berges",
        "",
        "Parking de la passerelle",
        GatheringState.DRAFT,
    )


def _gathering(
    script: Script, organisation: Organisation, title: str, text: str, address: str, state: GatheringState
) -> Gathering:
    member = sa.select(Membership.person_id).filter_by(organisation_id=organisation.id)
    gathering = Gathering(
        territory_id=script.town_id,
        organisation_id=organisation.id,
        author_id=db.session.scalars(member.order_by(Membership.id).limit(1)).one(),
        title=title,
        text=text,
        address=address,
        state=state,
        created_at=script.days(-6),
        changed_at=script.days(-6),
    )
    db.session.add(gathering)
    db.session.flush()
    return gathering


def _place(script: Script, shift: Shift, person_id: int, state: PlaceState) -> None:
    asked = script.days(-3)
    db.session.add(
        ShiftPlace(shift_id=shift.id, person_id=person_id, state=state, asked_at=asked, changed_at=asked)
    )
