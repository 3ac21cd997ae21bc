from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class CouncilsAction(Action):
    EDIT_COUNCIL = "councils.edit_council"
    CAST_VOICE = "councils.cast_voice"
    WRITE_CALL = "councils.write_call"
    APPLY = "councils.apply"
    DRAW_LOTS = "councils.draw_lots"
    ANSWER_DRAW = "councils.answer_draw"


@predicate(N_("siéger à ce conseil, ou tenir cette procuration"))
def casts_this_voice(actor: Actor, thing: Any) -> bool:
    return actor.person_id is not None and actor.person_id in thing.elector_ids
