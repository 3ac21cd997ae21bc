from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_
from civic.proposals.authors.queries import is_coauthor


class ProposalsAction(Action):
    SUBMIT_PROPOSAL = "proposals.submit_proposal"
    WRITE_DRAFT = "proposals.write_draft"
    SEE_ANONYMOUS_AUTHOR = "proposals.see_anonymous_author"
    SUPPORT_PROPOSAL = "proposals.support_proposal"
    ARGUE = "proposals.argue"
    MARK_ARGUMENT = "proposals.mark_argument"
    AMEND = "proposals.amend"
    DECIDE_AMENDMENT = "proposals.decide_amendment"
    WITHDRAW_AMENDMENT = "proposals.withdraw_amendment"
    WITHDRAW_ARGUMENT = "proposals.withdraw_argument"
    EDIT_PROPOSAL = "proposals.edit_proposal"
    WITHDRAW_PROPOSAL = "proposals.withdraw_proposal"
    CHOOSE_COAUTHORS = "proposals.choose_coauthors"
    SEE_WITHHELD_PROPOSAL = "proposals.see_withheld_proposal"
    DRAFT_ANSWER = "proposals.draft_answer"
    READ_ANSWER = "proposals.read_answer"
    PUBLISH_ANSWER = "proposals.publish_answer"
    SET_ANSWER_PROMISE = "proposals.set_answer_promise"
    SET_TOWN_PROMISE = "proposals.set_town_promise"
    WRITE_COMMITMENT = "proposals.write_commitment"


@predicate(N_("en être l’auteur"))
def is_author(actor: Actor, thing: Any) -> bool:
    """The thing is a proposal or an argument. One whose author deleted the account has none."""
    return actor.person_id is not None and thing.author_id == actor.person_id


@predicate(N_("signer cette proposition"))
def signs_it(actor: Actor, thing: Any) -> bool:
    """The thing is a proposal: by its author, or by a coauthor."""
    return is_author(actor, thing) or is_coauthor(thing.id, actor.person_id)


@predicate(N_("ne pas avoir rédigé vous-même cette réponse : la relecture se fait à deux"))
def is_not_its_writer(actor: Actor, thing: Any) -> bool:
    """The thing is a draft of an answer."""
    return actor.is_signed_in and getattr(thing, "author_id", None) != actor.person_id
