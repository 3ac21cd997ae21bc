"""A certificate, taken by a volunteer and checked by whoever holds the sheet."""

import hmac
import secrets

from civic.accounts import queries as accounts
from civic.kernel.access import Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction
from civic.matching.certificates import queries, rules
from civic.matching.certificates.errors import CertificateUnknown, NothingToCertify
from civic.matching.certificates.events import CertificateChecked, CertificateIssued
from civic.matching.certificates.models import HoursCertificate
from civic.matching.certificates.queries import Certified
from civic.matching.certificates.rules import CODE_LENGTH, DIGITS, NUMBER_LENGTH, Period, in_groups

PURPOSE = "hours_certificate.code"


def issue_certificate(actor: Actor, *, period: Period) -> tuple[Certified, str]:
    """Write what was confirmed of the actor's help in a period, under a number of its own.

    Returns:
        What it says, and the code with which it is checked, which is nowhere else.

    Raises:
        NotSignedIn.
        PeriodRefused: the days are backwards, ahead, or too far apart.
        NothingToCertify: nothing was confirmed then.
    """
    now = utc_now()
    with transaction():
        person = accounts.get_person(actor.id)
        rules.ensure_period(period, today=town_today())
        helped = queries.list_confirmed(actor.id, period)
        if not helped:
            raise NothingToCertify
        number, code = _draw(NUMBER_LENGTH), _draw(CODE_LENGTH)
        certificate = HoursCertificate(
            number=number,
            code_digest=_digest(number, code),
            person_id=person.id,
            name=person.name,
            since_on=period.since,
            until_on=period.until,
            helped={
                each.category: {"times": each.times, "minutes": each.minutes, "untimed": each.untimed}
                for each in helped
            },
            issued_at=now,
        )
        db.session.add(certificate)
        db.session.flush()
        publish(CertificateIssued(occurred_at=now, certificate_id=certificate.id, actor_id=actor.id))
        return queries.present_certificate(certificate), code


def check_certificate(actor: Actor, *, number: str, code: str) -> Certified:
    """Show what a certificate says to whoever holds it, and write down that it was read.

    Raises:
        CertificateUnknown: there is none with this number and this code.
    """
    now = utc_now()
    number = in_groups(number)
    with transaction():
        certificate = queries.find_certificate(number)
        digest = _digest(number, in_groups(code))
        if certificate is None or not hmac.compare_digest(certificate.code_digest, digest):
            raise CertificateUnknown
        publish(
            CertificateChecked(
                occurred_at=now,
                certificate_id=certificate.id,
                subject_person_id=certificate.person_id,
                actor_id=actor.person_id,
            )
        )
        return queries.present_certificate(certificate)


def _draw(length: int) -> str:
    return in_groups("".join(secrets.choice(DIGITS) for _ in range(length)))


def _digest(number: str, code: str) -> str:
    return keyed_digest(PURPOSE, f"{number} {code}")
