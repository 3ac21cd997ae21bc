"""EVERY permission, on one page: an action is permitted when all the predicates of one of its clauses hold.

What no line names is refused to everybody. *Who* is here; *when* (phases, windows, states) is in each feature's ``rules.py``.
"""

from civic.accounts.access import (
    AccountsAction,
    is_admin_here,
    is_agent_here,
    is_member_of_organisation,
)
from civic.kernel.access import Action, Clauses
from civic.territories.access import TerritoriesAction

POLICY: dict[Action, Clauses] = {
    # territories
    TerritoriesAction.IMPORT_BOUNDARIES: ((is_agent_here,), (is_admin_here,)),
    # accounts
    AccountsAction.SEE_PEOPLE: ((is_agent_here,), (is_admin_here,)),
    AccountsAction.REGISTER_PERSON: ((is_agent_here,), (is_admin_here,)),
    AccountsAction.VERIFY_RESIDENCY: ((is_agent_here,), (is_admin_here,)),
    AccountsAction.MANAGE_ROLES: ((is_admin_here,),),
    AccountsAction.SPEAK_FOR_ORGANISATION: ((is_member_of_organisation,),),
    AccountsAction.VERIFY_ORGANISATION: ((is_agent_here,), (is_admin_here,)),
}

PUBLIC_ENDPOINTS = frozenset(
    {
        # the edge
        "static",
        "web.show_health",
        "web.show_readiness",
        "web.show_metrics",
        "web.choose_language",
        "web.show_openapi",
        "web.read_api",
        # accounts
        "accounts.show_sign_in",
        "accounts.sign_in",
        "accounts.show_sign_up",
        "accounts.sign_up",
        "accounts.show_confirmation",
        "accounts.confirm_email",
        "accounts.show_forgotten_password",
        "accounts.request_password_reset",
        "accounts.show_password_reset",
        "accounts.reset_password",
        # territories
        "territories_api.list_territories",
        "territories_api.get_territory",
        "territories_api.locate",
        # pages
        "pages.show_home",
    }
)
"""Endpoints open to who is not signed in. Every other one asks for a sign-in before anything else."""
