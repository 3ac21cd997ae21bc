from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class ProposalsAction(Action):
    SUBMIT_PROPOSAL = "proposals.submit_proposal"
    SUPPORT_PROPOSAL = "proposals.support_proposal"
    ARGUE = "proposals.argue"
    EDIT_PROPOSAL = "proposals.edit_proposal"
    SEE_WITHHELD_PROPOSAL = "proposals.see_withheld_proposal"
    DRAFT_ANSWER = "proposals.draft_answer"
    PUBLISH_ANSWER = "proposals.publish_answer"


@predicate(N_("en être l’auteur"))
def is_author(actor: Actor, thing: Any) -> bool:
    """The thing is a proposal or an argument. One whose author deleted the account has none."""
    return actor.person_id is not None and thing.author_id == actor.person_id
