from dataclasses import dataclass
from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class ModerationAction(Action):
    FLAG_CONTENT = "moderation.flag_content"
    SEE_QUEUE = "moderation.see_queue"
    DECIDE = "moderation.decide"
    JUDGE_APPEAL = "moderation.judge_appeal"
    SEE_DECISION = "moderation.see_decision"
    APPEAL = "moderation.appeal"


@dataclass(frozen=True)
class Readership:
    """Who may read a decision: the moderators of the territory, the author, and those whose flags it dismissed."""

    territory_id: int
    author_id: int | None
    flagger_ids: frozenset[int]


@predicate(N_("avoir signalé ce contenu"))
def has_flagged_it(actor: Actor, thing: Readership) -> bool:
    return actor.person_id in thing.flagger_ids


@predicate(N_("ne pas être l’auteur de ce contenu"))
def is_not_its_author(actor: Actor, thing: Any) -> bool:
    return thing.author_id is None or bool(thing.author_id != actor.person_id)


@predicate(N_("être l’auteur de ce contenu"))
def is_its_author(actor: Actor, thing: Any) -> bool:
    return actor.is_signed_in and bool(thing.author_id == actor.person_id)
