"""A certificate as a PDF file: always in French, for who reads it is an employer, a school or an administration of here."""

from dataclasses import dataclass
from datetime import date, datetime

import segno
from flask_babel import force_locale, gettext, ngettext

from civic.kernel.pdf import PdfSheet, is_writable
from civic.matching.certificates.queries import Certified
from civic.matching.hours.words import duration_in_words
from civic.mutual_aid.rules import Category
from civic.mutual_aid.words import category_in_words
from civic.web.languages import short_day

COLUMNS = (0, 280, 370)


@dataclass(frozen=True)
class Printed:
    """What the sheet says beside the help: which commune, and where anybody checks it (``link`` is photographed, ``address`` typed)."""

    town: str
    link: str
    address: str


def may_be_drawn(certified: Certified, printed: Printed) -> bool:
    """Tell whether the typeface of the file holds each letter of the names."""
    return is_writable(certified.name) and is_writable(printed.town)


def draw(certified: Certified, code: str, printed: Printed) -> bytes:
    with force_locale("fr"):
        sheet = PdfSheet(
            gettext("Attestation d’entraide n° %(number)s", number=certified.number),
            language="fr-FR",
            made_at=certified.issued_at,
        )
        _write_head(sheet, certified, printed)
        _write_help(sheet, certified)
        _write_check(sheet, certified, code, printed)
        return sheet.file()


def _write_head(sheet: PdfSheet, certified: Certified, printed: Printed) -> None:
    sheet.write(printed.town, size=13, is_bold=True, after=36)
    sheet.write(gettext("Attestation d’entraide"), role="H1", size=24, is_bold=True, after=20)
    sheet.write(
        gettext(
            "%(name)s a aidé bénévolement des habitants de la commune du %(since)s au %(until)s.",
            name=certified.name,
            since=_day(certified.period.since),
            until=_day(certified.period.until),
        ),
        size=12,
    )
    if certified.minutes:
        sheet.write(
            gettext("Durée totale : %(length)s.", length=duration_in_words(certified.minutes)),
            size=12,
            is_bold=True,
        )
    sheet.write(
        gettext(
            "Ne figure ici que ce que la personne aidée, ou la mairie pour elle, a confirmé. Les personnes aidées ne sont pas nommées."
        ),
        after=14,
    )


def _write_help(sheet: PdfSheet, certified: Certified) -> None:
    sheet.table(
        [gettext("Aide apportée"), gettext("Fois"), gettext("Durée confirmée")],
        [
            (category_in_words(Category(each.category)), str(each.times), length_in_words(each.minutes))
            for each in certified.helped
        ],
        columns=COLUMNS,
    )
    untimed = sum(each.untimed for each in certified.helped)
    if untimed:
        sheet.write(untimed_in_words(untimed), size=10)


def _day(day: date | datetime) -> str:
    """A date that is not cut at the end of a line."""
    return short_day(day).replace(" ", "\u00a0")


def length_in_words(minutes: int) -> str:
    return duration_in_words(minutes) if minutes else gettext("non notée")


def untimed_in_words(times: int) -> str:
    return str(
        ngettext(
            "Pour %(num)s de ces aides, la durée n’a pas été notée : elle n’est pas comptée.",
            "Pour %(num)s de ces aides, la durée n’a pas été notée : elle n’est pas comptée.",
            times,
        )
    )


def _write_check(sheet: PdfSheet, certified: Certified, code: str, printed: Printed) -> None:
    sheet.write(gettext("Fait le %(day)s", day=_day(certified.issued_at)), after=22)
    sheet.write(gettext("Vérifier cette attestation"), role="H2", size=14, is_bold=True)
    sheet.write(gettext("Chacun peut le faire à cette adresse, avec le numéro et le code :"), after=2)
    sheet.write(printed.address, is_bold=True)
    sheet.write(gettext("Numéro : %(number)s", number=certified.number), size=13, is_bold=True, after=2)
    sheet.write(gettext("Code : %(code)s", code=code), size=13, is_bold=True, after=16)
    rows = segno.make(printed.link, error="m", micro=False).matrix
    sheet.code(rows, says=gettext("Code à photographier. Il mène à %(address)s", address=printed.address))
