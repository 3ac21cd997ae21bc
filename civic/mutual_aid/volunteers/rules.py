"""When and how often a volunteer may be disturbed, and what she can do: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from civic.kernel.errors import N_
from civic.safeguarding.rules import Standing

USUAL_CEILING, LARGEST_CEILING = 5, 50
LAST_HOUR = 23


@dataclass(frozen=True)
class QuietHours:
    """Hours of the town hall's clock at which nobody is disturbed, half open; they may go over midnight. Equal: none."""

    from_hour: int = 21
    to_hour: int = 8

    def hold(self, local: datetime) -> bool:
        """Tell whether they hold at a moment of the town hall's clock."""
        if self.from_hour <= self.to_hour:
            return self.from_hour <= local.hour < self.to_hour
        return local.hour >= self.from_hour or local.hour < self.to_hour

    def end_after(self, local: datetime) -> datetime:
        """Return the first moment, from this one on, at which they do not hold."""
        if not self.hold(local):
            return local
        end = local.replace(hour=self.to_hour, minute=0, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """What a volunteer chose. Without a word of hers, the usual.

    Attributes:
        by_mail, by_sms: how she is reached besides this site.
        weekly_ceiling: how many invitations she receives in seven days, at most.
    """

    by_mail: bool = True
    by_sms: bool = False
    quiet: QuietHours = QuietHours()
    weekly_ceiling: int = USUAL_CEILING

    def allow_another(self, *, sent_in_seven_days: int) -> bool:
        return sent_in_seven_days < self.weekly_ceiling


@dataclass(frozen=True)
class Skill:
    """Something of the town's list. ``expires``: whether it holds until a day that the volunteer gives."""

    key: str
    name: str
    expires: bool = False


@dataclass(frozen=True)
class HeldSkill:
    """A skill that a volunteer says she has. ``expires_on`` is its last day."""

    key: str
    expires_on: date | None = None

    def holds(self, on: date) -> bool:
        return self.expires_on is None or self.expires_on >= on


USUAL_SKILLS = (
    Skill("driving_licence", N_("Permis B et voiture")),
    Skill("first_aid", N_("Premiers secours (PSC1)"), expires=True),
    Skill("care_assistant", N_("Aide-soignant ou auxiliaire de vie")),
    Skill("nurse", N_("Infirmier")),
    Skill("childcare", N_("BAFA ou CAP petite enfance")),
    Skill("sign_language", N_("Langue des signes")),
    Skill("public_writer", N_("Écrivain public")),
    Skill("electricity", N_("Électricité (habilitation)"), expires=True),
)
"""The list until the town makes its own."""


@dataclass(frozen=True)
class Volunteer:
    """All that decides, of a volunteer, whether she may be asked now: plain values, for the search.

    Attributes:
        skills: the keys of those that hold on the day that was asked about.
    """

    standing: Standing
    limits: Limits = Limits()
    skills: frozenset[str] = frozenset()


def skills_that_hold(held: Iterable[HeldSkill], *, on: date) -> frozenset[str]:
    return frozenset(skill.key for skill in held if skill.holds(on))
