"""Made-up inquiries, who conducts them, and the time that goes by."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Role
from civic.inquiries.models import (
    Inquiry,
    InquiryDocument,
    InquiryObservation,
    InquiryObservationFile,
    InquirySession,
    InquiryTheme,
)
from civic.inquiries.rules import InquiryPlan, Named, Part, Regime, Written
from civic.inquiries.service import depositing, dossier, preparing
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from tests.conftest import actor_of, add_person
from tests.petitions.making import at

__all__ = ["PDF", "PLAN", "at"]

PDF = b"%PDF-1.4\n1 0 obj\n<< /Author (Secret Person) >>\nendobj\ntrailer\n<<>>\n%%EOF\n"

PLAN = InquiryPlan(
    title="Révision du plan local d’urbanisme",
    subject="La commune revoit ce qui peut être construit, et où.",
    regime=Regime.UNASSESSED,
    owner="La commune",
    authority="La commune",
    order_number="2027-12",
    order_on=date(2026, 10, 1),
    seat="Mairie, 1 place de la République",
    email="enquete@example.org",
    opens_at=datetime(2027, 3, 1, 8, 0).astimezone(),
    closes_at=datetime(2027, 3, 31, 16, 0).astimezone(),
)


def agent(town: int, name: str = "Inès") -> Actor:
    return actor_of(add_person(name, roles=((Role.AGENT, town),)))


def commissioner(name: str = "Claude Juge") -> Actor:
    return actor_of(add_person(name))


def email_of(actor: Actor) -> str:
    from civic.accounts import queries as accounts

    return str(accounts.get_person(actor.id).email)


def plan_from(opens_at: datetime, *, days: int = 30, **changes: Any) -> InquiryPlan:
    return replace(PLAN, opens_at=opens_at, closes_at=opens_at + timedelta(days=days), **changes)


def add_announced(town: int, *, in_days: float = 20, who: Actor | None = None, **changes: Any) -> int:
    """Make an inquiry that opens in some days, with all that it needs, and announce it. Returns its id."""
    desk = agent(town)
    opens_at = (utc_now() + timedelta(days=in_days)).replace(second=0, microsecond=0)
    inquiry_id = preparing.draft_inquiry(desk, territory_id=town, plan=plan_from(opens_at, **changes))
    people = [Named("Claude Juge", email_of(who) if who else "")]
    preparing.name_commissioners(desk, inquiry_id=inquiry_id, people=people)
    dossier.add_document(desk, inquiry_id=inquiry_id, part=Part.ORDER, title="Arrêté", file=PDF)
    dossier.add_document(desk, inquiry_id=inquiry_id, part=Part.DOSSIER, title="Notice", file=PDF + b"\n")
    first = opens_at + timedelta(days=1)
    dossier.add_session(
        desk, inquiry_id=inquiry_id, place="Mairie", starts_at=first, ends_at=first + timedelta(hours=3)
    )
    preparing.announce_inquiry(desk, inquiry_id=inquiry_id)
    return inquiry_id


def add_open(town: int, *, who: Actor | None = None) -> int:
    """Make an inquiry whose register is open since an hour, and for a month. Returns its id."""
    now = utc_now()
    with at(now - timedelta(days=20, hours=1)):
        return add_announced(town, in_days=20, who=who)


def deposit(
    inquiry_id: int, text: str = "Gardez les haies.", actor: Actor = ANONYMOUS, **changes: Any
) -> int:
    written = Written(
        text, **{key: changes.pop(key) for key in ("name", "contact", "is_anonymous") if key in changes}
    )
    return depositing.deposit(actor, inquiry_id=inquiry_id, written=written, **changes)


def stored(inquiry_id: int) -> Inquiry:
    db.session.rollback()
    return db.session.get_one(Inquiry, inquiry_id)


def held() -> list[tuple[object, ...]]:
    """Everything that the tables of inquiries hold, but for files."""
    db.session.rollback()
    models = (
        Inquiry,
        InquiryDocument,
        InquirySession,
        InquiryObservation,
        InquiryObservationFile,
        InquiryTheme,
    )
    rows: list[tuple[object, ...]] = []
    for model in models:
        table = model.__table__
        columns = [column for column in table.columns if column.name != "content"]
        rows += [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(*table.primary_key))]
    return rows
