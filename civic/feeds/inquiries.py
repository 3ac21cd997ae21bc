"""What feeds and the calendar say of public inquiries."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext

from civic.feeds.rules import Entry, Event
from civic.inquiries.models import Inquiry, InquiryNeighbourhood, InquirySession
from civic.inquiries.queries import PATH, is_public
from civic.kernel.database import db


def inquiry_entries(place_id: int | None, *, most: int) -> list[Entry]:
    """Return what happened of inquiries: announced, prolonged, reported, each told once."""
    query = sa.select(Inquiry).where(is_public())
    if place_id is not None:
        here = sa.select(InquiryNeighbourhood.inquiry_id).filter_by(territory_id=place_id)
        query = query.where(sa.or_(Inquiry.id.in_(here), Inquiry.territory_id == place_id))
    last = sa.func.coalesce(Inquiry.reported_at, Inquiry.prolonged_at, Inquiry.announced_at)
    return [
        Entry(f"inquiry-{row.id}{moment}", told % {"title": row.title}, row.owner, f"{PATH}{row.id}", at)
        for row in db.session.scalars(query.order_by(last.desc()).limit(most))
        for moment, told, at in (
            ("", gettext("Enquête publique : %(title)s", title="%(title)s"), row.announced_at),
            (
                "-prolonged",
                gettext("Enquête publique prolongée : %(title)s", title="%(title)s"),
                row.prolonged_at,
            ),
            (
                "-reported",
                gettext("Avis du commissaire enquêteur : %(title)s", title="%(title)s"),
                row.reported_at,
            ),
        )
        if at is not None
    ]


def inquiry_events(first: datetime, last: datetime, *, most: int) -> list[Event]:
    """Return when registers open and close, and the sessions of commissioners."""
    query = sa.select(Inquiry.id, Inquiry.title, Inquiry.opens_at, Inquiry.closes_at).where(
        is_public(), Inquiry.opens_at <= last, Inquiry.closes_at >= first
    )
    events = [
        Event(f"inquiry-{row.id}-{moment}", told % {"title": row.title}, "", f"{PATH}{row.id}", at)
        for row in db.session.execute(query.order_by(Inquiry.opens_at).limit(most))
        for moment, told, at in (
            (
                "opens",
                gettext("Ouverture de l’enquête publique : %(title)s", title="%(title)s"),
                row.opens_at,
            ),
            (
                "closes",
                gettext("Clôture de l’enquête publique : %(title)s", title="%(title)s"),
                row.closes_at,
            ),
        )
    ]
    session = InquirySession
    held = (
        sa.select(session.id, session.place, session.starts_at, session.ends_at, Inquiry.id.label("asked"), Inquiry.title)
        .join(Inquiry, Inquiry.id == session.inquiry_id)
        .where(is_public(), session.starts_at.between(first, last))
    )  # fmt: skip
    return events + [
        Event(
            f"inquiry-session-{row.id}",
            gettext("Permanence du commissaire enquêteur : %(title)s", title=row.title),
            row.place,
            f"{PATH}{row.asked}",
            row.starts_at,
            row.ends_at,
        )
        for row in db.session.execute(held.order_by(session.starts_at).limit(most))
    ]
