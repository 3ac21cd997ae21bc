"""What was flagged, what moderators decided of it, and what waits in a few inboxes."""

from typing import Any

import sqlalchemy as sa

from civic.demo.script import Script
from civic.kernel.database import db
from civic.matching.models import Invitation
from civic.moderation import contents
from civic.moderation.models import Decision, Flag, FlaggedContent
from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind
from civic.mutual_aid.models import HelpRequest
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.proposals.models import Argument, Proposal
from civic.territories.models import Territory

REASONS = {
    "insult": Reason.INSULTING,
    "discrimination": Reason.DISCRIMINATING,
    "commercial": Reason.ADVERTISING,
}
OUTCOMES = {"hide": Outcome.HIDE, "keep": Outcome.DISMISS}


def build_moderation(script: Script) -> None:
    for values in script.read("moderation.json")["cases"]:
        kind, subject_id = SubjectKind(values["subject"]["kind"]), script.ids[values["subject"]["key"]]
        content = _flagged_content(script, values, kind, subject_id)
        decision = _decision(script, values["decision"], content.id) if values["decision"] else None
        for flag in values["flags"]:
            db.session.add(
                Flag(
                    content_id=content.id,
                    flagged_by_id=script.ids[flag["flagged_by"]],
                    reason=REASONS.get(flag["reason"]) or Reason(flag["reason"]),
                    text=flag["comment"],
                    created_at=script.hours(flag["in_hours"]),
                    decision_id=decision.id if decision else None,
                )
            )
        if decision and decision.outcome is Outcome.HIDE:
            contents.set_hidden(kind, subject_id, is_hidden=True, now=decision.created_at)
            _tell_author(content, decision)


def _flagged_content(
    script: Script, values: dict[str, Any], kind: SubjectKind, subject_id: int
) -> FlaggedContent:
    found = contents.find_content(kind, subject_id)
    if found is None:
        raise LookupError(f"{kind} {subject_id} is not there")
    content = FlaggedContent(
        subject_kind=kind,
        subject_id=subject_id,
        territory_id=found.territory_id,
        author_id=found.author_id,
        text=found.text,
        path=found.path,
        created_at=script.hours(values["flags"][0]["in_hours"]),
    )
    db.session.add(content)
    db.session.flush()
    return content


def _decision(script: Script, values: dict[str, Any], content_id: int) -> Decision:
    outcome = OUTCOMES[values["action"]]
    number = int(values["rule"].split()[1])
    decision = Decision(
        content_id=content_id,
        moderator_id=script.ids[values["moderator"]],
        outcome=outcome,
        rule=list(Rule)[number - 1] if outcome is Outcome.HIDE else None,
        text=values["text"],
        created_at=script.hours(values["in_hours"]),
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _tell_author(content: FlaggedContent, decision: Decision) -> None:
    if content.author_id is not None:
        db.session.add(
            Notification(
                person_id=content.author_id,
                kind=Kind.CONTENT_HIDDEN,
                key=f"decision:{decision.id}",
                params={},
                path=f"/signalements/decisions/{decision.id}",
                created_at=decision.created_at,
            )
        )


def build_inboxes(script: Script) -> None:
    """A few unread notifications, for the accounts that visitors of a demonstration sign in to."""
    _tell_of_arguments(script, "ecoles-rue-simone-veil")
    for invitation in db.session.scalars(sa.select(Invitation).filter_by(state="sent")):
        place = db.session.get_one(Territory, _territory_of(invitation.request_id)).name
        db.session.add(
            Notification(
                person_id=invitation.volunteer_id,
                kind=Kind.INVITATION_SENT,
                key=f"invitation:{invitation.id}",
                params={"place": place},
                path=f"/entraide/sollicitations/{invitation.id}",
                created_at=invitation.sent_at,
            )
        )


def _territory_of(request_id: int) -> int:
    return db.session.get_one(HelpRequest, request_id).territory_id


def _tell_of_arguments(script: Script, key: str) -> None:
    proposal = db.session.get_one(Proposal, script.ids[key])
    recent = (
        sa.select(Argument).filter_by(proposal_id=proposal.id).order_by(Argument.created_at.desc()).limit(2)
    )
    for argument in db.session.scalars(recent):
        if proposal.author_id is not None:
            db.session.add(
                Notification(
                    person_id=proposal.author_id,
                    kind=Kind.ARGUMENT_PUBLISHED,
                    key=f"argument:{argument.id}",
                    params={"title": proposal.title},
                    path=f"/propositions/{proposal.id}",
                    created_at=argument.created_at,
                )
            )
