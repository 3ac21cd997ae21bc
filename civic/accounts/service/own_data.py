"""A copy of what is held of a person: given at once, or made beside the requests when it is long."""

import json
from typing import Any

from civic.accounts.errors import CopyGivenAtOnce, CopyNotReady
from civic.accounts.personal_data import (
    collect_personal_data,
    count_personal_data,
    export_part,
    parts_of_personal_data,
)
from civic.kernel import work
from civic.kernel.access import Actor
from civic.kernel.transaction import transaction
from civic.kernel.work import LongWork, WorkState, works

COPY_OWN_DATA = "accounts.copy_own_data"
MOST_ROWS_AT_ONCE = 2_000


def is_long_to_copy(actor: Actor) -> bool:
    """Tell whether a copy of the actor's data is better made beside the requests. Raises NotSignedIn."""
    return count_personal_data(actor.id) > MOST_ROWS_AT_ONCE


def get_own_data(actor: Actor) -> dict[str, Any]:
    """Return everything that the platform holds of the actor, as plain JSON values. Raises NotSignedIn."""
    return collect_personal_data(actor.id)


def start_copy(actor: Actor) -> int:
    """Have a copy of the actor's data made, in the place of the one that was made before.

    Returns:
        The id of the long work: the one under way, if there is one.

    Raises:
        NotSignedIn.
        CopyGivenAtOnce: there is little, so that it is given without waiting.
    """
    if not is_long_to_copy(actor):
        raise CopyGivenAtOnce
    names = parts_of_personal_data()
    with transaction():
        work.forget_ended(owner_id=actor.id, kind=COPY_OWN_DATA)
        return work.start_work(
            COPY_OWN_DATA,
            owner_id=actor.id,
            total=len(names),
            place={"names": names},
            key=f"{COPY_OWN_DATA}:{actor.id}",
        )


@works(COPY_OWN_DATA, is_personal=True)
def copy_part(running: LongWork) -> bool:
    """Add what the next feature holds. The copy is sealed as long as it is kept."""
    owner_id = running.owner_id
    if owner_id is None:
        return True  # her account was deleted meanwhile, and this with it
    copied = json.loads(running.product or "{}")
    name = running.place["names"][running.done]
    copied[name] = export_part(name, owner_id)
    running.product = as_text(copied)
    running.done += 1
    return running.done == running.total


def get_copy(actor: Actor, *, work_id: int) -> str:
    """Return the copy that was made for the actor, as JSON.

    Raises:
        NotSignedIn.
        WorkNotFound: there is none, it was somebody else's, or it is forgotten.
        CopyNotReady: it is being made.
    """
    made = work.get_own_work(actor, work_id)
    if made.kind != COPY_OWN_DATA or made.state is not WorkState.DONE or made.product is None:
        raise CopyNotReady
    return made.product


def as_text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
