"""The account of who calls, over JSON."""

from typing import Any

from civic.accounts import queries
from civic.accounts.schemas import ChangeMeSchema, MeSchema, OwnDataSchema
from civic.accounts.service.own_account import change_account
from civic.accounts.service.own_data import get_own_data
from civic.territories import queries as territories
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("accounts_api", __name__)


@blueprint.operation("GET", "/me", summary="Read the account of who calls", answer=MeSchema)
def get_me() -> dict[str, Any]:
    person = queries.get_person(current_actor().id)
    home = person.residencies[0] if person.residencies else None
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "born_on": person.born_on,
        "roles": queries.list_roles_of({person.id}).get(person.id, []),
        "residency": home
        and {
            "territory_id": home.territory_id,
            "territory": territories.get_territory(home.territory_id).name,
            "status": home.status,
        },
        "organisations": queries.list_organisations_of(person.id),
    }


@blueprint.operation(
    "PATCH", "/me", summary="Change the account of who calls", body=ChangeMeSchema, answer=MeSchema
)
def change_me(body: dict[str, Any]) -> dict[str, Any]:
    change_account(current_actor(), changes=body)
    return get_me()


@blueprint.operation(
    "GET", "/me/data", summary="Take a copy of everything held about who calls", answer=OwnDataSchema
)
def get_my_data() -> dict[str, Any]:
    return {"data": get_own_data(current_actor())}
