"""What was flagged, and what moderators decided of it."""

from typing import Any

from civic.demo.script import Script
from civic.kernel.database import db
from civic.moderation import contents
from civic.moderation.models import Decision, Flag, FlaggedContent
from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind

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
