"""What other features lack before a consultation is published: they depend on consultations, so they say it themselves."""

from collections.abc import Callable
from dataclasses import dataclass

from civic.consultations.models import Consultation

Check = Callable[[Consultation], list[str]]

_checks: dict[str, Check] = {}


def publication_check(check: Check) -> Check:
    """Ask a function what is still lacking, in French sentences; none where its feature has nothing against it."""
    _checks[f"{check.__module__}.{check.__name__}"] = check
    return check


@dataclass(frozen=True)
class Part:
    """What another feature has written for a consultation, on the page that publishes it.

    Attributes:
        sentence: what it is, or what is lacking (``is_missing``): one may publish all the same, and write it later.
        label, url: of the button that leads to its writing.
    """

    title: str
    sentence: str
    label: str
    url: str
    is_missing: bool = False


PartBuilder = Callable[[Consultation], Part | None]

_parts: dict[str, PartBuilder] = {}


def publication_part(builder: PartBuilder) -> PartBuilder:
    """Show on that page what a function returns; None where its feature is not asked for."""
    _parts[f"{builder.__module__}.{builder.__name__}"] = builder
    return builder


def other_parts(consultation: Consultation) -> list[Part]:
    found = [build(consultation) for build in _parts.values()]
    return [part for part in found if part is not None]


def other_reasons(consultation: Consultation) -> list[str]:
    """Return what other features lack."""
    return [reason for check in _checks.values() for reason in check(consultation)]
