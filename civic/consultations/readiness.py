"""What other features lack before a consultation is published: they depend on consultations, so they say it themselves."""

from collections.abc import Callable

from civic.consultations.models import Consultation

Check = Callable[[Consultation], list[str]]

_checks: dict[str, Check] = {}


def publication_check(check: Check) -> Check:
    """Ask a function what is still lacking, in French sentences; none where its feature has nothing against it."""
    _checks[f"{check.__module__}.{check.__name__}"] = check
    return check


def other_reasons(consultation: Consultation) -> list[str]:
    """Return what other features lack."""
    return [reason for check in _checks.values() for reason in check(consultation)]
