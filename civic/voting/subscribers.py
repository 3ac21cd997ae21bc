"""What each step of a poll writes in its register; and what the polls hold of a person: that she may vote, and whether she has.

What she put in the box is linked to nobody.
"""

import json
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.voting import queries
from civic.voting.booth.events import (
    BoxAddedUp,
    BoxEnded,
    BoxOpened,
    BoxPartlyOpened,
    PaperCountAgreed,
    PaperMarkErased,
)
from civic.voting.booth.queries import find_sealed, get_sealed
from civic.voting.events import BoxMixed, PollOpened, QuestionCounted
from civic.voting.models import Poll, RollEntry, RollProxy
from civic.voting.register import following as _following  # noqa: F401  says what following a register keeps
from civic.voting.register import writing
from civic.voting.register.chain import PaperAct, sha256
from civic.voting.register.results import published_digests


@within_transaction(PollOpened)
def begin_register(fact: PollOpened) -> None:
    writing.begin(queries.get_poll_alone(fact.poll_id), at=fact.occurred_at)


@within_transaction(BoxMixed)
def write_mixing(fact: BoxMixed) -> None:
    writing.note_mixed(poll_id=fact.poll_id, ballots=fact.ballots, at=fact.occurred_at)


@within_transaction(QuestionCounted)
def write_count(fact: QuestionCounted) -> None:
    if writing.is_count_to_note(fact.poll_id) and (results := published_digests(fact.poll_id)) is not None:
        writing.note_counted(poll_id=fact.poll_id, results=results, at=fact.occurred_at)


# Sealed polls: each step of the box, in the step's own transaction


@within_transaction(PollOpened)
def write_sealing(fact: PollOpened) -> None:
    if (sealed := find_sealed(fact.poll_id)) is not None:
        content = {
            "election": sealed.fingerprint,
            "codes": sealed.code_count,
            "trustees": len(sealed.trustees),
            "head": sealed.head,
        }
        writing.note_box(poll_id=fact.poll_id, step="sealed", content=content, at=fact.occurred_at)


@within_transaction(BoxEnded)
def write_box_end(fact: BoxEnded) -> None:
    writing.close_register(poll_id=fact.poll_id)
    _write_step(fact, "ended", ballots=fact.ballots)


@within_transaction(BoxAddedUp)
def write_sums(fact: BoxAddedUp) -> None:
    _write_step(fact, "added_up", ballots=fact.ballots)


@within_transaction(BoxPartlyOpened)
def write_trustee(fact: BoxPartlyOpened) -> None:
    _write_step(fact, "trustee", trustee=fact.trustee)


@within_transaction(BoxOpened)
def write_box_opening(fact: BoxOpened) -> None:
    _write_step(fact, "opened")


def _write_step(fact: BoxEnded | BoxAddedUp | BoxPartlyOpened | BoxOpened, step: str, **content: int) -> None:
    head = get_sealed(fact.poll_id).head
    writing.note_box(poll_id=fact.poll_id, step=step, content={**content, "head": head}, at=fact.occurred_at)


@within_transaction(PaperMarkErased)
def write_erasure(fact: PaperMarkErased) -> None:
    writing.note_paper(poll_id=fact.poll_id, act=PaperAct.ERASED, content={}, at=fact.occurred_at)


@within_transaction(PaperCountAgreed)
def write_paper_count(fact: PaperCountAgreed) -> None:
    """The numbers are public from here on, before the sealed sums are known to anybody; what explains a gap may be forgotten, its digest not."""
    writing.close_register(poll_id=fact.poll_id)
    told = json.loads(fact.content)
    told["explanation_sha256"] = sha256(told.pop("explanation"))
    writing.note_paper(poll_id=fact.poll_id, act=PaperAct.COUNTED, content=told, at=fact.occurred_at)


@exports_personal_data("voting")
def export(person_id: int) -> dict[str, Any]:
    gave = sa.exists().where(RollProxy.giver_id == RollEntry.id)
    held = sa.select(sa.func.count()).where(RollProxy.holder_id == RollEntry.id).scalar_subquery()
    entries = (
        sa.select(Poll.question, RollEntry.has_voted, RollEntry.channel, gave, held)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(RollEntry.person_id == person_id)
        .order_by(Poll.id)
    )
    return {
        "rolls": [
            {
                "poll": question,
                "has_voted": has_voted,
                "channel": channel.value if channel else None,
                "gave_proxy": gave_proxy,
                "proxies_held": proxies_held,
            }
            for question, has_voted, channel, gave_proxy, proxies_held in db.session.execute(entries)
        ]
    }
