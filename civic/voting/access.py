from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_
from civic.voting import queries
from civic.voting.models import Poll
from civic.voting.rules import PollState


class VotingAction(Action):
    READ_POLL = "voting.read_poll"
    PREPARE_POLL = "voting.prepare_poll"
    OPEN_POLL = "voting.open_poll"
    SEE_ROLL = "voting.see_roll"
    CAST_BALLOT = "voting.cast_ballot"
    CAST_CARRIED = "voting.cast_carried"
    REGISTER_BALLOT = "voting.register_ballot"
    FOLLOW_REGISTER = "voting.follow_register"


@predicate(N_("que le scrutin soit public"))
def is_public_poll(actor: Actor, thing: Any) -> bool:
    poll: Poll = thing
    return poll.state == PollState.FROZEN


@predicate(N_("figurer sur la liste électorale de ce scrutin, établie à son ouverture"))
def is_on_roll(actor: Actor, thing: Any) -> bool:
    poll: Poll = thing
    return actor.person_id is not None and queries.find_roll_entry(poll.id, actor.person_id) is not None


@predicate(N_("tenir la procuration de cette personne pour ce vote"))
def carries_this_proxy(actor: Actor, thing: Any) -> bool:
    return (
        isinstance(thing, queries.Proxy)
        and actor.person_id is not None
        and actor.person_id == thing.holder_person_id
    )
