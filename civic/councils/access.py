from typing import Any

from civic.councils import queries
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class CouncilsAction(Action):
    EDIT_COUNCIL = "councils.edit_council"
    HOLD_SITTING = "councils.hold_sitting"
    CAST_VOICE = "councils.cast_voice"
    PUBLISH_RECORD = "councils.publish_record"
    WRITE_CALL = "councils.write_call"
    APPLY = "councils.apply"
    DRAW_LOTS = "councils.draw_lots"
    ANSWER_DRAW = "councils.answer_draw"
    ANSWER_CALL = "councils.answer_call"
    ASK_QUESTION = "councils.ask_question"
    ATTEND = "councils.attend"


@predicate(N_("siéger à ce conseil, ou tenir cette procuration"))
def casts_this_voice(actor: Actor, thing: Any) -> bool:
    return actor.person_id is not None and actor.person_id in thing.elector_ids


@predicate(N_("présider ce conseil, ou en tenir le secrétariat"))
def presides_here(actor: Actor, thing: Any) -> bool:
    """The thing is the council."""
    return actor.person_id is not None and queries.presides(thing.id, actor.person_id)


@predicate(N_("siéger à ce conseil"))
def sits_here(actor: Actor, thing: Any) -> bool:
    """The thing is the council."""
    return actor.person_id is not None and queries.sits(thing.id, actor.person_id)


@predicate(N_("tenir ce siège"))
def holds_this_seat(actor: Actor, thing: Any) -> bool:
    """The thing is a seat."""
    return actor.person_id is not None and thing.person_id == actor.person_id
