from typing import Any

from civic.kernel.access import Actor, predicate
from civic.kernel.errors import N_


@predicate(N_("avoir été tiré au sort"))
def was_drawn(actor: Actor, thing: Any) -> bool:
    return actor.person_id is not None and actor.person_id == getattr(thing, "person_id", None)
