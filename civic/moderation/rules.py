"""The published charter, and what may be decided and appealed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from civic.kernel.errors import N_
from civic.moderation.errors import AppealTooLate, DecidedByOneself, RuleMissing

APPEAL_LASTS = timedelta(days=183)
"""How long an author may appeal: the six months of the European regulation on digital services (article 20)."""


class SubjectKind(StrEnum):
    PROPOSAL = "proposal"
    ARGUMENT = "argument"
    AMENDMENT = "amendment"
    AMENDMENT_ANSWER = "amendment_answer"
    STATEMENT = "statement"
    OFFER = "offer"
    REQUEST = "request"
    MESSAGE = "message"
    PETITION = "petition"
    SITTING_QUESTION = "sitting_question"


class Reason(StrEnum):
    """Why somebody flags a content."""

    INSULTING = "insulting"
    DISCRIMINATING = "discriminating"
    PERSONAL_DATA = "personal_data"
    OFF_TOPIC = "off_topic"
    ADVERTISING = "advertising"
    FALSE_OR_MISLEADING = "false_or_misleading"
    DANGEROUS = "dangerous"
    OTHER = "other"


class Rule(StrEnum):
    """A rule of the charter, in the order in which it is published."""

    WELCOME_EVERY_IDEA = "welcome_every_idea"
    RESPECT_PERSONS = "respect_persons"
    PROTECT_PRIVACY = "protect_privacy"
    STAY_ON_TOPIC = "stay_on_topic"
    NO_ADVERTISING = "no_advertising"
    BE_TRUTHFUL = "be_truthful"
    WITHIN_THE_LAW = "within_the_law"

    @property
    def number(self) -> int:
        """Its number in the charter, from 1."""
        return list(Rule).index(self) + 1


CHARTER = {
    Rule.WELCOME_EVERY_IDEA: (
        N_("Toute idée sincère a sa place, même minoritaire."),
        N_(
            "Un avis qui dérange, une idée maladroite ou une faute d’orthographe ne sont jamais des motifs de retrait."
        ),
    ),
    Rule.RESPECT_PERSONS: (
        N_("On discute des idées et des lieux, pas des personnes."),
        N_("Pas d’insulte, de menace, ni de propos qui rabaissent quelqu’un pour ce qu’il est."),
    ),
    Rule.PROTECT_PRIVACY: (
        N_("On ne publie rien de la vie privée des autres."),
        N_(
            "Pas de nom, d’adresse, de téléphone ni de plaque de voiture, et rien sur la santé de quelqu’un qui n’est pas d’accord."
        ),
    ),
    Rule.STAY_ON_TOPIC: (
        N_("On reste dans le sujet."),
        N_(
            "Une contribution répond à la consultation où elle est publiée, une offre ou une demande relève de l’entraide."
        ),
    ),
    Rule.NO_ADVERTISING: (
        N_("Pas de publicité ni de vente."),
        N_(
            "L’entraide est gratuite ; les commerces et les partis ont d’autres lieux pour se faire connaître."
        ),
    ),
    Rule.BE_TRUTHFUL: (
        N_("On ne trompe pas ses voisins."),
        N_("Pas de fausse identité, pas d’information que l’on sait fausse, pas de contributions en série."),
    ),
    Rule.WITHIN_THE_LAW: (
        N_("Rien d’illégal, rien qui mette quelqu’un en danger."),
        N_(
            "La loi s’applique ici comme ailleurs ; ce qui est grave est transmis à la police ou à la justice."
        ),
    ),
}
"""The published charter: for each rule, its sentence and what it means. A decision quotes the sentence."""

HIDING_RULES = tuple(rule for rule in Rule if rule is not Rule.WELCOME_EVERY_IDEA)
"""The rules that a content can break; the first one protects contents, and breaks none."""


class Outcome(StrEnum):
    HIDE = "hide"
    DISMISS = "dismiss"


class AppealState(StrEnum):
    PENDING = "pending"
    UPHELD = "upheld"
    RESTORED = "restored"


def ensure_names_a_rule(outcome: Outcome, rule: Rule | None, text: str) -> None:
    """Nothing is hidden without the rule that it breaks, and words for its author. Raises RuleMissing."""
    if outcome is Outcome.HIDE and (rule not in HIDING_RULES or not text):
        raise RuleMissing


def ensure_can_still_appeal(decided_at: datetime, *, at: datetime) -> None:
    """Raises AppealTooLate."""
    if at >= decided_at + APPEAL_LASTS:
        raise AppealTooLate


def ensure_another_moderator(moderator_id: int | None, judge_id: int, moderator_ids: Collection[int]) -> None:
    """An appeal is judged by somebody else than who decided, unless nobody else can. Raises DecidedByOneself."""
    if judge_id == moderator_id and set(moderator_ids) - {judge_id}:
        raise DecidedByOneself
