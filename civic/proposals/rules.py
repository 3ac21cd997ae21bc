"""What a proposal may be, which arguments and answers it gets, and until when those who sign it may change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from civic.kernel.errors import N_
from civic.proposals.errors import (
    NothingToAnswer,
    ProposalAnswered,
    ProposalHasReplies,
    ProposalWithheld,
    UnknownTopic,
)


class Category(StrEnum):
    """What a proposal is about, in the words of a town."""

    MOBILITY = "mobility"
    PUBLIC_SPACES = "public_spaces"
    NATURE = "nature"
    BUILDINGS = "buildings"
    LEISURE = "leisure"
    YOUTH = "youth"
    SOLIDARITY = "solidarity"
    OTHER = "other"


CATEGORY_NAMES = {
    Category.MOBILITY: N_("Circuler et stationner"),
    Category.PUBLIC_SPACES: N_("Rues et places"),
    Category.NATURE: N_("Nature et eau"),
    Category.BUILDINGS: N_("Bâtiments et énergie"),
    Category.LEISURE: N_("Sport, culture et loisirs"),
    Category.YOUTH: N_("Enfance et jeunesse"),
    Category.SOLIDARITY: N_("Solidarité et santé"),
    Category.OTHER: N_("Autre sujet"),
}


@dataclass(frozen=True)
class Point:
    """Where a proposal is about, in degrees. ``label``: the address that was chosen, if it was one."""

    longitude: float
    latitude: float
    label: str = ""


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Decision(StrEnum):
    """What the town hall answers to a proposal."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REFUSED = "refused"
    STUDYING = "studying"
    DONE = "done"


DECISION_NAMES = {
    Decision.ACCEPTED: N_("Retenue"),
    Decision.PARTLY_ACCEPTED: N_("Retenue en partie"),
    Decision.REFUSED: N_("Non retenue"),
    Decision.STUDYING: N_("À l’étude"),
    Decision.DONE: N_("Réalisée"),
}


class AnswerState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class Sort(StrEnum):
    """How a list of proposals is ordered."""

    NEWEST = "newest"
    MOST_SUPPORTED = "most_supported"
    MOST_ARGUED = "most_argued"


def ensure_topic(topic: str, topics: Sequence[str], *, kept: str = "") -> str:
    """Return the topic of a proposal: one of its consultation's where it has some, or the one that it had; none elsewhere.

    Raises:
        UnknownTopic.
    """
    if topics and topic not in (*topics, kept or topics[0]):
        raise UnknownTopic(fields={"topic": [UnknownTopic.message]})
    return topic if topics else kept


def ensure_editable(*, has_supports: bool, has_arguments: bool) -> None:
    """Refuse to change a text that somebody already supported or discussed. Raises ProposalHasReplies."""
    if has_supports or has_arguments:
        raise ProposalHasReplies


def ensure_withdrawable(*, is_answered: bool) -> None:
    """Refuse to withdraw what the town hall answered. Raises ProposalAnswered."""
    if is_answered:
        raise ProposalAnswered


def ensure_shown(*, is_hidden: bool, is_withdrawn: bool) -> None:
    """Refuse to take part in a proposal that others no longer see. Raises ProposalWithheld."""
    if is_hidden or is_withdrawn:
        raise ProposalWithheld


def ensure_something_to_publish(drafts: int | bool) -> None:
    """Raises NothingToAnswer."""
    if not drafts:
        raise NothingToAnswer
