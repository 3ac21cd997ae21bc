"""The demonstration commune: a plausible town, believable to a councillor, alive whenever it is loaded."""

import random
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from civic.demo import (
    answering,
    asking,
    checkins,
    dossiers,
    gatherings,
    inboxes,
    inquiries,
    journal,
    lots,
    moderating,
    papers,
    participation,
    people,
    petitions,
    questions,
    safety,
    signing,
    solidarity,
    surveys,
    votes,
)
from civic.demo.script import Script, read_content
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_, Conflict
from civic.kernel.transaction import transaction
from civic.matching.service.places import rebuild_places
from civic.pages.service import keep_town_hall, reindex_everything
from civic.proposals.likeness.service import learn_everything
from civic.territories.queries import find_territory_by_code

COUNTED = (
    "territory", "address_point", "person", "organisation", "consultation", "proposal", "argument", "support", "answer",
    "statement", "reaction", "petition", "petition_signature", "inquiry", "inquiry_observation", "poll", "ballot", "council", "offer", "help_request", "invitation", "match",
    "match_message", "flag", "notification", "audit_entry",
)  # fmt: skip

ROLES = {
    "resident": (
        N_("Habitant, quartier déclaré"),
        N_("Proposer, soutenir, confirmer une aide reçue"),
        "Resident, declared",
        "Propose, support, confirm some help received",
    ),
    "resident_verified": (
        N_("Habitante, quartier vérifié"),
        N_("Voter, suivre sa proposition"),
        "Resident, verified",
        "Vote, follow her proposal",
    ),
    "volunteer": (
        N_("Bénévole"),
        N_("Répondre à une sollicitation qui attend"),
        "Volunteer",
        "Answer an invitation that waits",
    ),
    "association": (
        N_("Association"),
        N_("Publier une offre d’aide au nom de La Roue libre, répondre à une sollicitation qui attend"),
        "Association",
        "Post an offer of help for La Roue libre, answer an invitation that waits",
    ),
    "councillor": (
        N_("Élue"),
        N_("Publier une consultation, répondre aux propositions"),
        "Councillor",
        "Publish a consultation, answer proposals",
    ),
    "agent": (
        N_("Agente de la mairie"),
        N_("Ouvrir un vote, demander de l’aide pour quelqu’un au téléphone, suivre les appels de veille"),
        "Agent of the town hall",
        "Open a poll, ask for help for a caller, follow the calls to frail people",
    ),
    "moderator": (
        N_("Modérateur"),
        N_("Traiter les signalements"),
        "Moderator",
        "Decide on flagged content",
    ),
    "safeguarding": (
        N_("Référent protection des personnes"),
        N_("Lire une alerte et dire ce qui a été fait"),
        "Safeguarding officer",
        "Read a concern and write down what was done",
    ),
    "admin": (
        N_("Administratrice"),
        N_("Donner les rôles, lire le journal"),
        "Administrator",
        "Give roles, read the journal",
    ),
}
"""Of each account to try: who it is and what to try, in French for the pages, then in English for who starts the platform."""


class AlreadyLoaded(Conflict):
    code = "demo_already_loaded"
    message = "The demonstration commune is there already; nothing was changed."


@dataclass(frozen=True)
class DemoAccount:
    """An account to try. ``label`` and ``use`` are French sources; ``role_in_english`` and ``use_in_english`` are for a terminal."""

    key: str
    label: str
    use: str
    role_in_english: str
    use_in_english: str
    name: str
    email: str
    password: str


def load(seed: int = 1, *, with_passwords: bool = True) -> dict[str, Any]:
    """Build the commune, all or nothing. Nobody is written to, and nothing is sent live: it all happened before.

    The same seed draws the same town: who lives there, supports, reacts and votes; the instants follow the moment of loading.
    Left to chance, because secrets rest on them: the keys and order of the ballots, the sealed ballots, the receipts, the salts of the
    rolls and the seeds of ties and what is computed from them, the nonces of sealed columns, and the salt of the password.

    Args:
        with_passwords: whether the accounts to try get their password, which everybody may read. Never outside a demonstration.

    Returns:
        What it holds, counted, by table.

    Raises:
        AlreadyLoaded: it is there; nothing was changed.
    """
    with transaction():
        script = Script(now=utc_now(), rng=random.Random(seed))
        if find_territory_by_code(script.read("town.json")["code"]) is not None:
            raise AlreadyLoaded
        people.build_territories(script)
        people.build_people(script, with_passwords=with_passwords)
        people.build_associations(script)
        participation.build_consultations(script)
        signing.build_signing(script)
        dossiers.build_dossiers(script)
        papers.build_population(script)
        papers.build_sheets(script)
        answering.build_answers(script)
        petitions.build_petitions(script)
        inquiries.build_inquiries(script)
        votes.build_polls(script)
        questions.build_polls_by_method(script)
        votes.build_council(script)
        solidarity.build_offers(script)
        solidarity.build_requests(script)
        asking.build_calls(script)
        asking.build_guides(script)
        asking.build_series(script)
        safety.build_vetting(script)
        safety.build_concerns(script)
        checkins.build_register(script)
        checkins.build_campaigns(script)
        gatherings.build_gatherings(script)
        surveys.build_surveys(script)
        lots.build_lots(script)
        rebuild_places()
        moderating.build_moderation(script)
        db.session.flush()
        inboxes.build_inboxes(script)
        inboxes.forget_news()
        journal.build_journal(script)
        build_town_hall(script)
        reindex_everything()
        learn_everything()
        papers.build_syntheses(script)
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
    by_key = {
        who["demo_account"]: who for who in read_content("people.json")["people"] if who["demo_account"]
    }
    return [
        DemoAccount(
            key,
            *words,
            name=f"{by_key[key]['first_name']} {by_key[key]['last_name']}",
            email=by_key[key]["email"],
            password=people.PASSWORD,
        )
        for key, words in ROLES.items()
    ]


def describe_accounts() -> str:
    """Return the accounts as a table to print, in French and in English. For a demonstration alone: it shows their password."""
    accounts = demo_accounts()
    lines = [("Compte · Account", "Adresse · E-mail", "Mot de passe · Password")]
    lines += [(f"{a.label} · {a.role_in_english}", a.email, a.password) for a in accounts]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [
        "   ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in lines
    ]
    uses = ["", *(f"\n      {a.use} · {a.use_in_english}" for a in accounts)]
    table = [f"  {row.rstrip()}{use}" for row, use in zip(rows, uses, strict=True)]
    return "\n".join(["", "  Démonstration · Demonstration", "", *table, ""])
