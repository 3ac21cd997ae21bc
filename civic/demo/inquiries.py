"""Public inquiries of the demonstration: one whose register is open, with what came by each way, and one that has its report."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from civic.demo.script import Script
from civic.inquiries.models import (
    Inquiry,
    InquiryCommissioner,
    InquiryDocument,
    InquiryNeighbourhood,
    InquiryObservationTheme,
    InquirySession,
    InquiryTheme,
)
from civic.inquiries.rules import Channel, Part, Regime, Step, Verdict, Written
from civic.inquiries.service import depositing, preparing
from civic.inquiries.service.conducting import REPORT_TITLES
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.pdf import PdfSheet
from civic.kernel.text import markdown_to_html

Values = dict[str, Any]
AGENT = "martine-hubert"
WRITTEN_ON = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
"""What the files say of themselves, whatever the day of the loading: the same town has the same files."""
OPENS, CLOSES = "09:00", "17:00"


def build_inquiries(script: Script) -> None:
    """After the people: one of them conducts the open one."""
    for values in script.read("inquiries.json")["inquiries"]:
        inquiry = _build_inquiry(script, values)
        _build_documents(script, inquiry, values)
        _build_sessions(script, inquiry, values)
        themes = _build_themes(inquiry, values)
        _build_register(script, inquiry, values, themes)
        if values["report"]:
            _build_report(script, inquiry, values["report"], themes)
        preparing.owe_forgetting(inquiry, now=script.now)


def _day(script: Script, in_days: int) -> date:
    return script.on(in_days, "12:00").astimezone(TOWN_TIME).date()


def _build_inquiry(script: Script, values: Values) -> Inquiry:
    inquiry = Inquiry(
        territory_id=script.town_id,
        title=values["title"],
        subject_source=values["subject"],
        subject_html=markdown_to_html(values["subject"]),
        regime=Regime(values["regime"]),
        owner=values["owner"],
        authority=values["authority"],
        order_number=values["order_number"],
        order_on=_day(script, values["order_in_days"]),
        seat=values["seat"],
        email=values["email"],
        opens_at=script.on(values["opens_in_days"], OPENS),
        closes_at=script.on(values["closes_in_days"], CLOSES),
        step=Step.ANNOUNCED,
        created_at=script.on(values["order_in_days"], "10:00"),
        announced_at=script.on(values["announced_in_days"], "11:00"),
        written_by_id=script.ids[AGENT],
    )
    inquiry.neighbourhoods = [
        InquiryNeighbourhood(territory_id=script.territories[code]) for code in values["places"]
    ]
    account = script.ids[values["account"]] if values["account"] else None
    inquiry.commissioners = [InquiryCommissioner(name=values["commissioner"], person_id=account)]
    db.session.add(inquiry)
    db.session.flush()
    script.ids[values["key"]] = inquiry.id
    return inquiry


def _build_documents(script: Script, inquiry: Inquiry, values: Values) -> None:
    for rank, (part, title, in_days) in enumerate(values["documents"], start=1):
        at = script.on(in_days, "10:30")
        _add_document(script, inquiry, Part(part), title, rank, at)


def _add_document(script: Script, inquiry: Inquiry, part: Part, title: str, rank: int, at: datetime) -> None:
    content = _pdf(title, inquiry.title)
    db.session.add(
        InquiryDocument(
            inquiry_id=inquiry.id,
            part=part,
            rank=rank,
            title=title,
            content=content,
            digest=depositing.sha256_of(content),
            size_bytes=len(content),
            added_at=at,
            added_by_id=script.ids[AGENT],
        )
    )


def _pdf(title: str, about: str) -> bytes:
    sheet = PdfSheet(title, language="fr-FR", made_at=WRITTEN_ON)
    sheet.write("Commune d’Aubernay", size=11, is_bold=True, after=20)
    sheet.write(title, role="H1", size=20, is_bold=True)
    sheet.write(about, size=12)
    sheet.write("Document inventé pour la démonstration : il ne décide de rien.")
    return sheet.file()


def _build_sessions(script: Script, inquiry: Inquiry, values: Values) -> None:
    for place, in_days, start, end, visitors in values["sessions"]:
        starts_at = script.on(in_days, start)
        ends_at = script.on(in_days, end)
        counted = visitors if ends_at < script.now else None
        db.session.add(
            InquirySession(
                inquiry_id=inquiry.id,
                place=place,
                starts_at=starts_at,
                ends_at=ends_at,
                visitors=counted,
                changed_at=script.on(values["announced_in_days"], "10:45"),
            )
        )


def _build_themes(inquiry: Inquiry, values: Values) -> list[InquiryTheme]:
    themes = [InquiryTheme(inquiry_id=inquiry.id, name=name, note=note) for name, note in values["themes"]]
    db.session.add_all(themes)
    db.session.flush()
    return themes


def _build_register(script: Script, inquiry: Inquiry, values: Values, themes: list[InquiryTheme]) -> None:
    for rank, (channel, in_days, name, is_anonymous, text, in_themes) in enumerate(values["observations"]):
        at = min(script.on(in_days, f"{10 + rank % 6}:15"), script.now - timedelta(minutes=30 - rank))
        row = depositing.add_line(
            inquiry,
            Channel(channel),
            Written(text, name, is_anonymous=is_anonymous),
            (),
            received_at=at - timedelta(minutes=20) if channel != "web" else at,
            now=at,
            nonce=f"{script.rng.getrandbits(128):032x}",
        )
        row.typed_by_id = script.ids[AGENT] if channel != "web" else None
        for number in in_themes:
            db.session.add(InquiryObservationTheme(observation_id=row.id, theme_id=themes[number - 1].id))


def _build_report(script: Script, inquiry: Inquiry, values: Values, themes: list[InquiryTheme]) -> None:
    at = script.on(values["in_days"], "14:00")
    inquiry.step, inquiry.verdict, inquiry.reserves = (
        Step.REPORTED,
        Verdict(values["verdict"]),
        values["reserves"],
    )
    inquiry.reported_at, inquiry.reported_by_id = at, script.ids[AGENT]
    themes[0].answer, themes[0].answered_at, themes[0].answered_by_id = (
        values["answer"],
        at - timedelta(days=5),
        script.ids[AGENT],
    )
    for rank, part in enumerate((Part.REPORT, Part.CONCLUSIONS, Part.REPLY), start=10):
        _add_document(script, inquiry, part, REPORT_TITLES[part], rank, at)
