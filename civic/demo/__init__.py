"""The demonstration commune: a plausible town, believable to a councillor, alive whenever it is loaded."""

import random
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from civic.demo import moderating, participation, people, solidarity, votes
from civic.demo.script import Script
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Conflict
from civic.kernel.transaction import transaction
from civic.pages.service import keep_town_hall, reindex_everything
from civic.territories.queries import find_territory_by_code

COUNTED = (
    "territory", "address_point", "person", "organisation", "consultation", "proposal", "argument", "support", "answer",
    "statement", "reaction", "poll", "ballot", "council", "offer", "help_request", "match", "match_message", "flag",
)  # fmt: skip

ROLES = {
    "resident": ("Habitant, quartier déclaré", "proposer, soutenir, demander de l’aide"),
    "resident_verified": ("Habitante, quartier vérifié", "voter, suivre sa proposition"),
    "volunteer": ("Bénévole", "répondre à une sollicitation qui attend"),
    "association": ("Association", "publier une offre d’aide au nom de La Roue libre"),
    "councillor": ("Élue", "publier une consultation, répondre aux propositions"),
    "agent": ("Agente de la mairie", "ouvrir un vote, demander de l’aide pour quelqu’un au téléphone"),
    "moderator": ("Modérateur", "traiter les signalements"),
    "admin": ("Administratrice", "donner les rôles, lire le journal"),
}


class AlreadyLoaded(Conflict):
    code = "demo_already_loaded"
    message = "The demonstration commune is there already; nothing was changed."


@dataclass(frozen=True)
class DemoAccount:
    key: str
    label: str
    use: str
    name: str
    email: str
    password: str


def load(seed: int = 1) -> dict[str, Any]:
    """Build the commune, all or nothing.

    Args:
        seed: the same one, at the same moment, builds the same town (ballots and receipts apart, which secrecy wants random).

    Returns:
        What it holds, counted.

    Raises:
        AlreadyLoaded: it is there; nothing was changed.
    """
    with transaction():
        script = Script(now=utc_now(), rng=random.Random(seed))
        if find_territory_by_code(script.read("town.json")["code"]) is not None:
            raise AlreadyLoaded
        people.build_territories(script)
        people.build_people(script)
        people.build_associations(script)
        participation.build_consultations(script)
        votes.build_polls(script)
        votes.build_council(script)
        solidarity.build_offers(script)
        solidarity.build_requests(script)
        moderating.build_moderation(script)
        moderating.build_inboxes(script)
        db.session.flush()
        build_town_hall(script)
        reindex_everything()
        tables = db.metadata.tables
        return {
            name: db.session.scalar(sa.select(sa.func.count()).select_from(tables[name])) for name in COUNTED
        }


def build_town_hall(script: Script) -> None:
    """How to reach the town hall, as the home page and the help say."""
    hall = script.read("town.json")["mairie"]
    shown = ("name", "street", "postcode", "city", "phone", "email", "opening_hours")
    keep_town_hall(territory_id=script.town_id, values={name: hall[name] for name in shown})


def demo_accounts() -> list[DemoAccount]:
    """Return the accounts to try, one for each role, in the order of ``ROLES``."""
    content = Script(now=utc_now(), rng=random.Random(0)).read("people.json")["people"]
    by_key = {who["demo_account"]: who for who in content if who["demo_account"]}
    return [
        DemoAccount(
            key=key,
            label=label,
            use=use,
            name=f"{by_key[key]['first_name']} {by_key[key]['last_name']}",
            email=by_key[key]["email"],
            password=people.PASSWORD,
        )
        for key, (label, use) in ROLES.items()
    ]


def describe_accounts() -> str:
    """Return the accounts as a table to print."""
    accounts = demo_accounts()
    role_width = max(len(account.label) for account in accounts)
    email_width = max(len(account.email) for account in accounts)
    lines = [f"  {a.label:<{role_width}}  {a.email:<{email_width}}  {a.use}" for a in accounts]
    title = f"\n  Comptes de démonstration / demonstration accounts (mot de passe / password: {people.PASSWORD})\n"
    return "\n".join([title, *lines, ""])
