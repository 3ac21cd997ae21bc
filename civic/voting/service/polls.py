"""Prepare a poll, then open it, which freezes it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.voting import queries, rules
from civic.voting.access import VotingAction
from civic.voting.asking import ChoicePlan, QuestionPlan, write_terms
from civic.voting.booth import setting_up
from civic.voting.errors import PollChanged
from civic.voting.events import DraftPollDeleted, PollChangedInDraft, PollOpened, PollPrepared
from civic.voting.given_roll.service import forget_given_roll
from civic.voting.models import Choice, Poll, Question, RollEntry
from civic.voting.register.writing import writes_refusals
from civic.voting.rules import PollPlan, PollState
from civic.voting.service.reading import get_visible_poll

SALT_BYTES = 32
MIX_BOX = "voting.mix_box"
ROWS_AT_ONCE = 1_000


def prepare_poll(actor: Actor, *, plan: PollPlan) -> int:
    """Write the draft of a poll.

    Returns:
        Its id.

    Raises:
        NotAllowed: the actor is neither an agent nor a councillor of the territory.
        WindowReversed, BadQuestions, BadChoices, BadTerms, UnknownMethod.
    """
    now = utc_now()
    with transaction():
        require(actor, VotingAction.PREPARE_POLL, plan.territory_id)
        poll = add_draft(plan, author_id=actor.id, now=now)
        publish(
            PollPrepared(occurred_at=now, poll_id=poll.id, territory_id=plan.territory_id, actor_id=actor.id)
        )
    return poll.id


def add_draft(plan: PollPlan, *, author_id: int | None, now: datetime) -> Poll:
    """Write a draft without asking who acts: for ``prepare_poll``, which has asked, and for what makes demonstrations.

    Raises:
        WindowReversed, BadQuestions, BadChoices, BadTerms, UnknownMethod.
    """
    rules.ensure_plan(plan)
    with transaction():
        poll = Poll(
            **_columns(plan),
            author_id=author_id,
            created_at=now,
            roll_salt=secrets.token_hex(SALT_BYTES),
            tie_seed=rules.draw_seed(),
        )
        poll.questions = _questions(plan.questions)
        db.session.add(poll)
        db.session.flush()
    return poll


@writes_refusals("change")
def change_poll(actor: Actor, *, poll_id: int, plan: PollPlan, seen: str | None = None) -> None:
    """Replace what a draft says.

    Args:
        seen: what was stored when it was read (``Poll.seen``).

    Raises:
        PollNotFound: there is no such poll, or the actor may not see it.
        NotAllowed: the actor may not prepare polls there, or on the territory to which it would be moved.
        PollFrozen: it is open; nothing of it changes.
        ChangedMeanwhile: somebody else changed it since.
        WindowReversed, BadQuestions, BadChoices, BadTerms, UnknownMethod.
    """
    now = utc_now()
    with transaction():
        poll = get_visible_poll(actor, poll_id)
        require(actor, VotingAction.PREPARE_POLL, poll)
        require(actor, VotingAction.PREPARE_POLL, plan.territory_id)
        rules.ensure_draft(poll)
        rules.ensure_plan(plan)
        queries.update_draft(poll.id, {"state": PollState.DRAFT})  # holds the row, and reads it again
        with poll.written_over(seen):
            queries.update_draft(poll.id, _columns(plan))
            if queries.plan_of(poll).questions != plan.questions:
                _replace_questions(poll, plan.questions)
        publish(
            PollChangedInDraft(
                occurred_at=now, poll_id=poll_id, territory_id=plan.territory_id, actor_id=actor.id
            )
        )


@writes_refusals("delete")
def delete_draft(actor: Actor, *, poll_id: int) -> None:
    """Throw a draft away.

    Raises:
        PollNotFound, NotAllowed.
        PollFrozen: it is open; an open poll runs to its end.
    """
    now = utc_now()
    with transaction():
        poll = get_visible_poll(actor, poll_id)
        require(actor, VotingAction.PREPARE_POLL, poll)
        rules.ensure_draft(poll)
        queries.update_draft(
            poll.id, {"state": PollState.DRAFT}
        )  # holds the row: nobody freezes it meanwhile
        territory_id = poll.territory_id
        forget_given_roll(poll.id, now)
        db.session.delete(poll)
        publish(
            DraftPollDeleted(occurred_at=now, poll_id=poll_id, territory_id=territory_id, actor_id=actor.id)
        )


@writes_refusals("open")
def open_poll(actor: Actor, *, poll_id: int, expected_hash: str | None = None) -> str:
    """Freeze a poll: its roll is made, and with its rules and choices hashed and published. Nothing of it changes any more.

    Args:
        expected_hash: the fingerprint that the agent read before confirming; not compared when None.

    Returns:
        The fingerprint.

    Raises:
        PollNotFound: there is no such poll, or the actor may not see it.
        NotAllowed: the actor is not an agent of the territory.
        PollFrozen: it is open already.
        PollChanged: what would be frozen is not what the agent read.
        OpeningTooLate, RollEmpty.
    """
    now = utc_now()
    with transaction():
        poll = get_visible_poll(actor, poll_id)
        require(actor, VotingAction.OPEN_POLL, poll)
        return freeze_poll(poll, now=now, actor_id=actor.id, expected_hash=expected_hash)


def freeze_poll(
    poll: Poll,
    *,
    now: datetime,
    actor_id: int | None,
    expected_hash: str | None = None,
    proxies: Mapping[int, int] | None = None,
) -> str:
    """Freeze a poll without asking who acts: for the commands which have asked, and for what makes demonstrations.

    Args:
        proxies: at a sitting, written before: by person, who gives her voice and who carries it, both on the roll.

    Returns:
        The fingerprint.

    Raises:
        PollFrozen, PollChanged, OpeningTooLate, RollEmpty, SealingIncomplete.
    """
    with transaction():
        rules.ensure_draft(poll)
        queries.update_draft(poll.id, {"frozen_at": now})  # from here on, no other writer has this poll
        voters = queries.list_eligible(poll)
        rules.ensure_can_freeze(poll, roll_size=len(voters), at=now)
        setting_up.ensure_ready(poll.id, queries.plan_of(poll), roll_size=len(voters))
        rules_hash = rules.fingerprint(queries.rules_document(poll, voters, proxies))
        if expected_hash is not None and expected_hash != rules_hash:
            raise PollChanged
        digests = _write_roll(poll, voters)
        if proxies:
            queries.add_proxies(poll.id, proxies)
        frozen = {
            "state": PollState.FROZEN,
            "roll_size": len(voters),
            "roll_digest": rules.roll_digest(digests),
            "rules_hash": rules_hash,
        }
        queries.update_draft(poll.id, frozen)
        setting_up.freeze(poll.id, queries.plan_of(poll), closes_at=poll.closes_at, now=now)
        owe(MIX_BOX, {"poll_id": poll.id}, now=now, due_at=poll.closes_at, key=f"{MIX_BOX}:{poll.id}")
        publish(_opened(poll, rules_hash, len(voters), now, actor_id))
    return rules_hash


def _write_roll(poll: Poll, voters: list[queries.Voter]) -> list[str]:
    rows = [
        {
            "poll_id": poll.id,
            "person_id": voter.person_id,
            "territory_id": voter.territory_id,
            "digest": rules.entry_digest(poll.roll_salt, voter.person_id),
            "has_voted": False,
        }
        for voter in voters
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(sa.insert(RollEntry), rows[start : start + ROWS_AT_ONCE])
    return [str(row["digest"]) for row in rows]


def _opened(poll: Poll, rules_hash: str, roll_size: int, now: datetime, actor_id: int | None) -> PollOpened:
    return PollOpened(
        occurred_at=now,
        poll_id=poll.id,
        territory_id=poll.territory_id,
        question=poll.question,
        opens_at_iso=poll.opens_at.isoformat(),
        closes_at_iso=poll.closes_at.isoformat(),
        roll_size=roll_size,
        rules_hash=rules_hash,
        actor_id=actor_id,
    )


def _columns(plan: PollPlan) -> dict[str, Any]:
    return {
        "territory_id": plan.territory_id,
        "question": plan.question,
        "description_source": plan.description,
        "description_html": markdown_to_html(plan.description),
        "plain_text": plan.plain_text,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "minimum_age": plan.minimum_age,
        "needs_verified_residency": plan.needs_verified_residency,
        "quorum_percent": plan.quorum_percent,
        "shows_turnout": plan.shows_turnout,
        "subject_kind": plan.subject_kind,
        "subject_id": plan.subject_id,
    }


def _questions(plans: tuple[QuestionPlan, ...]) -> list[Question]:
    return [
        Question(
            position=position,
            text=plan.text,
            method=plan.method,
            ballot_kind=plan.kind,
            terms=write_terms(plan.terms),
            is_shuffled=plan.is_shuffled,
            choices=_choices(plan.choices),
        )
        for position, plan in enumerate(plans, start=1)
    ]


def _choices(plans: tuple[ChoicePlan, ...]) -> list[Choice]:
    return [Choice(position=position, **vars(plan)) for position, plan in enumerate(plans, start=1)]


def _replace_questions(poll: Poll, plans: tuple[QuestionPlan, ...]) -> None:
    poll.questions = []
    db.session.flush()  # positions are unique: the old ones leave first
    poll.questions = _questions(plans)
