"""A council that is to sit, or sits: a chair, a member and a resident with accounts, two members without."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Role
from civic.accounts.queries import get_person
from civic.councils import service
from civic.councils.rules import SeatOrigin, SeatRole
from civic.councils.sittings import agenda, leading
from civic.councils.sittings.rules import Presence
from civic.kernel.access import Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.notifications.models import Notification
from tests.conftest import actor_of, add_person, add_town

PRESENT, EXCUSED, ABSENT = Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT
ITEMS = ("Tour de salle", "Ancien boulodrome", "Guirlandes du mercredi")


class Sat:
    """A council with a sitting. Attributes: ids, and actors by first name."""

    def __init__(self, *, in_hours: float = 72, items: tuple[str, ...] = ITEMS, is_published: bool = True):
        town, (place, *_) = add_town()
        self.agnes = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
        self.ada, self.bob = (add_person(name, lives_in=place) for name in ("Ada", "Bob"))
        self.rose = actor_of(add_person("Rose", lives_in=place))
        self.yves = actor_of(add_person("Yves"))
        self.town, self.place = town, place
        self.council = service.found_council(
            self.agnes, territory_id=place, name="Conseil des Bords", page=""
        )
        self.seats = {
            "Ada": self.seat("Ada", SeatRole.CHAIR, self.ada),
            "Bob": self.seat("Bob", SeatRole.MEMBER, self.bob),
            "Chloé": self.seat("Chloé", SeatRole.MEMBER),
            "Dan": self.seat("Dan", SeatRole.MEMBER),
            "Olga": self.seat("Olga", SeatRole.OBSERVER),
        }
        self.chair, self.member = actor_of(self.ada), actor_of(self.bob)
        self.sitting = self.plan(in_hours=in_hours, is_published=is_published)
        self.items = [
            agenda.add_item(self.chair, sitting_id=self.sitting, title=title, expected_minutes=20)
            for title in items
        ]

    def seat(self, name: str, role: SeatRole, person: int | None = None) -> int:
        return service.save_seat(
            self.agnes,
            council_id=self.council,
            role=role,
            origin=SeatOrigin.ELECTED,
            since=town_today(),
            name=name,
            email=get_person(person).email if person else None,
        )

    def plan(self, *, in_hours: float, is_published: bool = True, **changes: Any) -> int:
        values: dict[str, Any] = {
            "title": "Séance ordinaire",
            "starts_at": (utc_now() + timedelta(hours=in_hours)).replace(second=0, microsecond=0),
            "place": "Centre social",
            "agenda": "",
            "minutes": "",
            **changes,
        }
        return service.save_sitting(self.agnes, council_id=self.council, is_published=is_published, **values)

    def begin(self, *present: str, excused: tuple[str, ...] = ("Dan",)) -> None:
        said = {self.seats[name]: PRESENT for name in present or ("Ada", "Bob", "Chloé", "Olga")}
        leading.open_sitting(
            self.chair,
            sitting_id=self.sitting,
            chair_seat_id=self.seats["Ada"],
            presences={**said, **{self.seats[name]: EXCUSED for name in excused}},
            quorum_percent=50,
        )


def told(actor: Actor) -> list[str]:
    found = db.session.scalars(sa.select(Notification.kind).filter_by(person_id=actor.person_id))
    kinds = [kind.value for kind in found]
    db.session.rollback()
    return kinds


def rows(*models: Any) -> list[tuple[object, ...]]:
    """Everything that some tables hold."""
    db.session.rollback()
    return [
        tuple(row)
        for model in models
        for row in db.session.execute(
            sa.select(model.__table__).order_by(*model.__table__.primary_key.columns)
        )
    ]
