"""What a sealed poll still lacks before it can be frozen, and what freezing it adds. Asked by the command that opens any poll."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.errors import N_, Sentence, Sentences
from civic.kernel.outbox import owe
from civic.territories import queries as territories
from civic.voting.booth import queries
from civic.voting.booth.errors import SealingIncomplete
from civic.voting.booth.grades import grade_words
from civic.voting.booth.models import SealedCode, SealedPoll
from civic.voting.booth.questions import SEALABLE, sealed_questions
from civic.voting.rules import PollPlan
from civic.voting.sealed.archive import EventKind, next_event, setup_texts
from civic.voting.sealed.credentials import BASE58, read_roll
from civic.voting.sealed.election import write_sealed_election
from civic.voting.sealed.parsing import sha256_base64
from civic.voting.sealed.trustees import read_trustees, write_trustees

UUID_LENGTH = 14
FEWEST_TRUSTEES = 2
CLOSE_BOX = "voting.close_sealed_box"
ROWS_AT_ONCE = 1_000


def draw_uuid() -> str:
    return "".join(secrets.choice(BASE58) for _ in range(UUID_LENGTH))


def lacks_of(sealed: SealedPoll, plan: PollPlan, *, roll_size: int) -> list[Sentence]:
    """Return what is still to be done before a sealed poll can be opened, each as a clause."""
    lacks: list[Sentence] = []
    for number, question in enumerate(plan.questions, start=1):
        if question.method not in SEALABLE:
            what = N_("changez la façon de répondre à la question %(number)s, qui ne peut pas être scellée")
            lacks.append(Sentence(what, {"number": number}))
    if not plan.shows_turnout:
        lacks.append(Sentence(N_("montrez la participation : l’urne d’un vote scellé est publique")))
    if not sealed.authority:
        lacks.append(Sentence(N_("nommez le tiers qui fabrique les codes")))
    if not sealed.codes:
        lacks.append(Sentence(N_("reprenez la liste de codes que ce tiers a fabriquée")))
    elif sealed.code_count != roll_size:
        what = N_(
            "la liste a %(codes)s codes, et la liste électorale %(voters)s personnes : il en faut autant"
        )
        lacks.append(Sentence(what, {"codes": sealed.code_count, "voters": roll_size}))
    if len(sealed.trustees) < FEWEST_TRUSTEES:
        lacks.append(Sentence(N_("il faut au moins deux dépositaires de la clé")))
    return lacks


def ensure_ready(poll_id: int, plan: PollPlan, *, roll_size: int) -> None:
    """Refuse to freeze a sealed poll that lacks something. Raises SealingIncomplete."""
    sealed = queries.find_sealed(poll_id)
    if sealed is not None and (lacks := lacks_of(sealed, plan, roll_size=roll_size)):
        raise SealingIncomplete(lacks=Sentences(lacks))


def trustees_text(sealed: SealedPoll) -> str:
    """Return the trustees as they are published."""
    return sealed.group_file or write_trustees(trustee.public_key for trustee in sealed.trustees)


def election_text(sealed: SealedPoll, plan: PollPlan) -> str:
    """Return the text that every ballot will repeat the fingerprint of. The same rows give the same text, whenever it is asked."""
    town = territories.find_town()
    return write_sealed_election(
        uuid=sealed.uuid,
        name=plan.question,
        description=plan.description,
        public_key=read_trustees(trustees_text(sealed)).public_key,
        questions=[
            asked
            for question in plan.questions
            for asked in sealed_questions(question, grade_words(question.terms.grades))
        ],
        administrator=town.name if town else None,
        credential_authority=sealed.authority,
    )


def frozen_part(poll_id: int, plan: PollPlan) -> dict[str, Any] | None:
    """Return what the frozen text of a poll says of its sealing: None where it is not sealed, or not ready to be."""
    sealed = queries.find_sealed(poll_id)
    if sealed is None or not sealed.codes or not sealed.trustees:
        return None
    election = sealed.election or election_text(sealed, plan)
    return {
        "election": sha256_base64(election),
        "trustees": sha256_base64(trustees_text(sealed)),
        "codes": sha256_base64(sealed.codes),
    }


def freeze(poll_id: int, plan: PollPlan, *, closes_at: datetime, now: datetime) -> None:
    """Write the beginning of the archive, and owe what follows the closing. In the transaction that freezes the poll."""
    sealed = queries.find_sealed(poll_id)
    if sealed is None:
        return
    election = election_text(sealed, plan)
    entries, head = next_event(
        None, EventKind.SETUP, setup_texts(election, trustees_text(sealed), sealed.codes)
    )
    sealed.election, sealed.fingerprint = election, sha256_base64(election)
    sealed.opened_at, sealed.height, sealed.head = int(now.timestamp()), head.height, head.hash
    queries.append_entries(sealed, EventKind.SETUP, entries, head)
    rows = [{"poll_id": poll_id, "digest": queries.digest_of(code)} for code in read_roll(sealed.codes)]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(sa.insert(SealedCode), rows[start : start + ROWS_AT_ONCE])
    owe(CLOSE_BOX, {"poll_id": poll_id}, now=now, due_at=closes_at, key=f"{CLOSE_BOX}:{poll_id}")
