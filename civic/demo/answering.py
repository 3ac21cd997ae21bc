"""What consultations promise to answer, the answers that are being written, and what the town hall committed itself to, in every state."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.demo.script import Script
from civic.kernel import outbox
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.proposals.answers import expecting, rules
from civic.proposals.answers.models import AnswerCharge, AnswerPromise, AnswerReading, ExpectedAnswer
from civic.proposals.answers.rules import Promise, Verdict
from civic.proposals.commitments.models import Commitment, CommitmentNews, Milestone
from civic.proposals.models import Answer, Proposal, Support
from civic.proposals.rules import AnswerState, Decision

Values = dict[str, Any]


def build_answers(script: Script) -> None:
    """After the consultations: supports and published answers are there."""
    content = script.read("answers.json")
    for values in content["promises"]:
        _build_promise(script, values)
    for values in content["drafts"]:
        _build_draft(script, values)
    for values in content["commitments"]:
        _build_commitment(script, values)


def _build_promise(script: Script, values: Values) -> None:
    consultation = db.session.get_one(Consultation, script.ids[values["consultation"]])
    promise = Promise(values["threshold"], values["days"], values["remind_days"], values["needs_reading"])
    db.session.add(
        AnswerPromise(
            consultation_id=consultation.id,
            threshold=promise.threshold,
            days=promise.days,
            remind_days=promise.remind_days,
            needs_reading=promise.needs_reading,
            changed_at=consultation.published_at or consultation.created_at,
        )
    )
    db.session.add_all(
        [
            AnswerCharge(consultation_id=consultation.id, rank=rank, person_id=script.ids[key])
            for rank, key in enumerate(values["in_charge"])
        ]
    )
    db.session.flush()
    proposals = sa.select(Proposal).filter_by(consultation_id=consultation.id).order_by(Proposal.id)
    for proposal in db.session.scalars(proposals).all():
        _expect(script, proposal, promise)


def _expect(script: Script, proposal: Proposal, promise: Promise) -> None:
    """Have the answer be due from the support that reached the threshold, then lived through as it was."""
    reached = sa.select(Support.created_at).filter_by(proposal_id=proposal.id).order_by(Support.created_at)
    since = db.session.scalar(reached.offset(promise.threshold - 1).limit(1))
    if since is None:
        return
    db.session.add(
        ExpectedAnswer(
            proposal_id=proposal.id,
            consultation_id=proposal.consultation_id,
            since=since,
            due_at=rules.due_at(since, promise.days),
            step=0,
        )
    )
    db.session.flush()
    published = sa.select(Answer).filter_by(proposal_id=proposal.id, state=AnswerState.PUBLISHED)
    for answer in db.session.scalars(published.order_by(Answer.published_at)).all():
        expecting.note_answer(proposal.id, answer.decision, now=answer.published_at or script.now)
    _plan_reminder(script, db.session.get_one(ExpectedAnswer, proposal.id), promise)


def _plan_reminder(script: Script, row: ExpectedAnswer, promise: Promise) -> None:
    """Nothing that happened before is told again: what is late was told to all who are in charge."""
    row.remind_at = None
    if row.answered_at is None and row.due_at > script.now:
        row.remind_at = rules.reminder_at(0, row.due_at, promise.remind_days, after=script.now)
        owed = {"proposal_id": row.proposal_id}
        outbox.owe(expecting.REMIND, owed, now=script.now, due_at=row.remind_at)


def _build_draft(script: Script, values: Values) -> None:
    written = script.days(values["in_days"])
    answer = Answer(
        proposal_id=script.ids[values["proposal"]],
        author_id=script.ids[values["author"]],
        decision=Decision(values["decision"]),
        body_source=values["text"],
        body_html=markdown_to_html(values["text"]),
        plain_text=values["plain_text"],
        version=1,
        state=AnswerState.DRAFT,
        created_at=written,
    )
    db.session.add(answer)
    db.session.flush()
    verdict = Verdict(values["verdict"]) if values["verdict"] else None
    db.session.add(
        AnswerReading(
            answer_id=answer.id,
            asked_by_id=script.ids[values["author"]],
            reader_id=script.ids[values["reader"]],
            asked_at=written,
            asked_version=1,
            verdict=verdict,
            note=values["note"],
            read_at=min(written + timedelta(hours=5), script.now) if verdict else None,
            read_version=1 if verdict else None,
        )
    )


def _build_commitment(script: Script, values: Values) -> None:
    made = script.days(values["in_days"]) if values["in_days"] is not None else None
    commitment = Commitment(
        proposal_id=script.ids[values["proposal"]],
        author_id=script.ids[values["author"]],
        title=values["title"],
        details=values["details"],
        in_charge=values["in_charge"],
        budget_cents=values["budget_cents"],
        created_at=(made or script.now) - timedelta(days=2),
        published_at=made,
    )
    if "dropped" in values:
        in_days, reason = values["dropped"]
        commitment.dropped_at, commitment.dropped_reason = script.days(in_days), reason
    commitment.milestones = [_milestone(script, step) for step in values["steps"]]
    db.session.add(commitment)
    db.session.flush()
    news: list[tuple[datetime, str, int | None]]
    news = [(milestone.done_at, "", milestone.id) for milestone in commitment.milestones if milestone.done_at]
    news += [(script.days(in_days), body, None) for in_days, body in values["news"]]
    if commitment.dropped_at:
        news.append((commitment.dropped_at, commitment.dropped_reason, None))
    db.session.add_all(_news(commitment, *each) for each in news)


def _milestone(script: Script, step: list[Any]) -> Milestone:
    title, due_in_days, done_in_days = step
    due_on = script.on(due_in_days).astimezone(TOWN_TIME).date()
    if done_in_days is None:
        return Milestone(title=title, due_on=due_on)
    done = script.on(done_in_days, "17:00")
    return Milestone(title=title, due_on=due_on, done_on=done.astimezone(TOWN_TIME).date(), done_at=done)


def _news(commitment: Commitment, at: datetime, body: str, milestone_id: int | None) -> CommitmentNews:
    return CommitmentNews(
        commitment_id=commitment.id,
        milestone_id=milestone_id,
        author_id=commitment.author_id,
        body=body,
        created_at=at,
        told_at=at,
    )
