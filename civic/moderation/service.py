"""Commands of moderation. Nothing is ever deleted here: a content is hidden, or shown again."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.kernel.transaction import publish, transaction
from civic.moderation import contents, queries, rules
from civic.moderation.access import ModerationAction, Readership
from civic.moderation.errors import (
    AlreadyAppealed,
    AlreadyDecided,
    ContentNotFound,
    DecisionNotFound,
    NothingToAppeal,
    OwnContent,
)
from civic.moderation.events import (
    AppealDecided,
    AppealLodged,
    ContentFlagged,
    ContentHidden,
    DecisionUndone,
    FlagsDismissed,
)
from civic.moderation.models import Appeal, Decision, Flag, FlaggedContent
from civic.moderation.queries import JudgedContent, ToldDecision, WaitingContent
from civic.moderation.rules import AppealState, Outcome, Reason, Rule, SubjectKind


def territories_moderated_by(actor: Actor) -> set[int]:
    """Return the territories whose flags the actor may read; none for who moderates nowhere."""
    grants = {territory_id for _, territory_id in actor.grants}
    return {place for place in grants if can(actor, ModerationAction.SEE_QUEUE, place)}


def list_queue(actor: Actor, *, number: int = 1, size: int = PAGE_SIZE) -> Page[WaitingContent]:
    """Read a page of the contents whose flags wait, in three queries whatever their number.

    Raises:
        NotAllowed: the actor moderates nowhere.
    """
    places = territories_moderated_by(actor)
    require(actor, ModerationAction.SEE_QUEUE, min(places, default=None))
    page = queries.list_waiting_contents(places, number=number, size=size)
    flags = queries.list_flags_of([row[0].id for row in page.items], is_waiting=True)
    waiting = [
        WaitingContent(row[0], row[2], [flag for flag in flags if flag[0].content_id == row[0].id])
        for row in page.items
    ]
    return Page(waiting, page.number, page.size, page.total)


def list_appeals(actor: Actor, *, number: int = 1) -> Page[sa.Row[Appeal, Decision, FlaggedContent]]:
    """Read a page of the appeals that wait. Raises NotAllowed: the actor moderates nowhere."""
    places = territories_moderated_by(actor)
    require(actor, ModerationAction.SEE_QUEUE, min(places, default=None))
    return queries.list_pending_appeals(places, number=number)


def list_decisions(actor: Actor, *, number: int = 1) -> Page[sa.Row[Decision, FlaggedContent, str | None]]:
    """Read a page of the decisions taken. Raises NotAllowed: the actor moderates nowhere."""
    places = territories_moderated_by(actor)
    require(actor, ModerationAction.SEE_QUEUE, min(places, default=None))
    return queries.list_decisions(places, number=number)


def get_judged_content(actor: Actor, *, content_id: int) -> JudgedContent:
    """Read a flagged content as it was flagged and as it is now, with every flag on it.

    Raises:
        ContentNotFound: it was never flagged.
        NotAllowed: the actor does not moderate there.
    """
    content = queries.get_flagged_content(content_id)
    require(actor, ModerationAction.SEE_QUEUE, content)
    flags = queries.list_flags_of([content.id], is_waiting=False)
    return JudgedContent(content, contents.find_content(content.subject_kind, content.subject_id), flags)


def get_told_decision(actor: Actor, *, decision_id: int) -> ToldDecision:
    """Read a decision, for the moderators, for the author, and, where it dismissed their flags, for those who flagged.

    Raises:
        DecisionNotFound: there is no such decision, or the actor is none of them.
        NotSignedIn.
    """
    decision, content = _get_readable(actor, decision_id)
    return ToldDecision(decision, content, queries.find_appeal_of(decision.id))


def _get_readable(actor: Actor, decision_id: int) -> tuple[Decision, FlaggedContent]:
    """Return a decision, with what it is about, to who may read it. To others it does not exist: its number tells nothing."""
    decision = queries.get_decision(decision_id)
    content = queries.get_flagged_content(decision.content_id)
    told = set() if decision.outcome is Outcome.HIDE else queries.list_flagger_ids(decision.id)
    readership = Readership(content.territory_id, content.author_id, frozenset(told))
    if actor.is_signed_in and not can(actor, ModerationAction.SEE_DECISION, readership):
        raise DecisionNotFound
    require(actor, ModerationAction.SEE_DECISION, readership)
    return decision, content


def hides_author(content: FlaggedContent) -> bool:
    """Tell whether a content is published without the name of who wrote it."""
    found = contents.find_content(content.subject_kind, content.subject_id)
    return found is not None and found.hides_author


def flag_content(actor: Actor, *, kind: SubjectKind, subject_id: int, reason: Reason, text: str = "") -> int:
    """Tell the moderators of a content. Telling it twice changes nothing.

    Returns:
        The flag's id.

    Raises:
        NotSignedIn: nobody is signed in.
        ContentNotFound: there is no such content, it is hidden, or the actor may not read it.
        OwnContent: the actor wrote it.
    """
    now = utc_now()
    with transaction():
        require(actor, ModerationAction.FLAG_CONTENT)
        found = find_flaggable(actor, kind=kind, subject_id=subject_id)
        content = _keep_content(kind, found, now)
        known = queries.find_flag(content.id, actor.id)
        if known is not None:
            return known.id
        flag, is_new = _add_flag(content.id, actor.id, reason, text, now)
        if is_new:
            publish(
                ContentFlagged(
                    occurred_at=now, flag_id=flag.id, actor_id=actor.id, subject_kind=kind.value,
                    subject_id=subject_id, territory_id=content.territory_id, reason=reason.value,
                )
            )  # fmt: skip
    return flag.id


def find_flaggable(actor: Actor, *, kind: SubjectKind, subject_id: int) -> ModeratedContent:
    """Return a content that the actor may flag.

    Raises:
        ContentNotFound: there is no such content, it is hidden, or the actor may not read it.
        OwnContent: the actor wrote it.
    """
    found = contents.find_content(kind, subject_id)
    if found is None or found.is_hidden or not contents.is_visible_to(actor, kind, subject_id):
        raise ContentNotFound
    if found.author_id is not None and found.author_id == actor.person_id:
        raise OwnContent
    return found


def _keep_content(kind: SubjectKind, found: ModeratedContent, now: datetime) -> FlaggedContent:
    """Write down the content as it is now: what is judged is what was flagged."""
    content = queries.find_flagged_content(kind, found.id)
    if content is None:
        content = FlaggedContent(
            subject_kind=kind, subject_id=found.id, territory_id=found.territory_id,
            author_id=found.author_id, text=found.text, path=found.path, created_at=now,
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                db.session.add(content)
        except IntegrityError:  # somebody flagged it at the same moment
            kept = queries.find_flagged_content(kind, found.id)
            if kept is None:
                raise
            content = kept
    content.text, content.path = found.text, found.path
    return content


def _add_flag(content_id: int, person_id: int, reason: Reason, text: str, now: datetime) -> tuple[Flag, bool]:
    """Return the person's flag, and whether it is a new one."""
    flag = Flag(content_id=content_id, flagged_by_id=person_id, reason=reason, text=text, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(flag)
    except IntegrityError:  # sent twice at the same moment
        known = queries.find_flag(content_id, person_id)
        if known is None:
            raise
        return known, False
    return flag, True


def decide_on_flags(
    actor: Actor, *, content_id: int, outcome: Outcome, rule: Rule | None = None, text: str = ""
) -> int:
    """Hide a flagged content, or dismiss the flags that wait on it.

    Args:
        rule: the rule of the charter that it breaks, or that protects it.
        text: what is told to the author (hidden), or to those who flagged (dismissed).

    Returns:
        The decision's id.

    Raises:
        ContentNotFound: it was never flagged.
        NotAllowed: the actor does not moderate there, or wrote it.
        RuleMissing: hiding needs a rule and a text.
        AlreadyDecided: no flag waits on it.
    """
    now = utc_now()
    with transaction():
        content = queries.get_flagged_content(content_id)
        require(actor, ModerationAction.DECIDE, content)
        rules.ensure_names_a_rule(outcome, rule, text)
        decision = Decision(
            content_id=content.id, moderator_id=actor.id, outcome=outcome, rule=rule, text=text, created_at=now
        )  # fmt: skip
        db.session.add(decision)
        db.session.flush()
        flaggers = queries.claim_waiting_flags(content.id, decision.id)
        if not flaggers:
            raise AlreadyDecided
        _carry_out(actor, content, decision, tuple(sorted(person for person in flaggers if person)), now)
    return decision.id


def _carry_out(
    actor: Actor, content: FlaggedContent, decision: Decision, flagger_ids: tuple[int, ...], now: datetime
) -> None:
    subject = _subject_of(content)
    if decision.outcome is Outcome.DISMISS or decision.rule is None:
        publish(
            FlagsDismissed(
                occurred_at=now, decision_id=decision.id, actor_id=actor.id, flagger_ids=flagger_ids, **subject
            )
        )  # fmt: skip
        return
    contents.set_hidden(content.subject_kind, content.subject_id, is_hidden=True, now=now)
    publish(
        ContentHidden(
            occurred_at=now, decision_id=decision.id, actor_id=actor.id, author_id=content.author_id,
            rule=decision.rule.value, flagger_ids=flagger_ids, **subject,
        )
    )  # fmt: skip


def _subject_of(content: FlaggedContent) -> dict[str, Any]:
    return {
        "subject_kind": content.subject_kind.value,
        "subject_id": content.subject_id,
        "territory_id": content.territory_id,
    }


def undo_decision(actor: Actor, *, decision_id: int) -> None:
    """Show a hidden content again, of a moderator's own motion. A pending appeal is answered by it.

    Raises:
        DecisionNotFound: there is no such decision.
        NotAllowed: the actor does not moderate there, or wrote the content.
        NothingToAppeal: the decision hid nothing, or was undone already.
    """
    now = utc_now()
    with transaction():
        decision, content = _get_readable(actor, decision_id)
        require(actor, ModerationAction.DECIDE, content)
        _show_again(content, decision, now)
        appeal = queries.find_appeal_of(decision.id)
        if appeal is not None:
            queries.claim_appeal(appeal.id, state=AppealState.RESTORED, judge_id=actor.id, answer="", now=now)
        publish(
            DecisionUndone(
                occurred_at=now, decision_id=decision.id, actor_id=actor.id, author_id=content.author_id,
                **_subject_of(content),
            )
        )  # fmt: skip


def _show_again(content: FlaggedContent, decision: Decision, now: datetime) -> None:
    if not queries.claim_undoing(decision.id, now):
        raise NothingToAppeal
    contents.set_hidden(content.subject_kind, content.subject_id, is_hidden=False, now=now)


def appeal_decision(actor: Actor, *, decision_id: int, text: str) -> int:
    """Ask that another moderator look again at what was hidden.

    Returns:
        The appeal's id.

    Raises:
        DecisionNotFound: there is no such decision.
        NotAllowed: the actor did not write the content.
        NothingToAppeal: nothing is hidden by it.
        AppealTooLate: more than six months have passed.
        AlreadyAppealed: it was appealed before.
    """
    now = utc_now()
    try:
        with transaction():
            decision, content = _get_readable(actor, decision_id)
            require(actor, ModerationAction.APPEAL, content)
            if decision.outcome is not Outcome.HIDE or decision.undone_at is not None:
                raise NothingToAppeal
            rules.ensure_can_still_appeal(decision.created_at, at=now)
            appeal = Appeal(
                decision_id=decision.id, author_id=actor.id, text=text, state=AppealState.PENDING, created_at=now
            )  # fmt: skip
            db.session.add(appeal)
            db.session.flush()
            named = None if hides_author(content) else actor.id
            publish(
                AppealLodged(
                    occurred_at=now, appeal_id=appeal.id, decision_id=decision.id, actor_id=named,
                    territory_id=content.territory_id,
                )
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyAppealed from error
    return appeal.id


def decide_appeal(actor: Actor, *, appeal_id: int, is_restored: bool, answer: str) -> None:
    """Answer an appeal: the decision is upheld, or the content is shown again.

    Raises:
        AppealNotFound: there is no such appeal.
        NotAllowed: the actor does not moderate there, or wrote the content.
        DecidedByOneself: the actor took the decision, and another moderator could answer.
        AlreadyDecided: it was answered already.
    """
    now = utc_now()
    with transaction():
        appeal = queries.get_appeal(appeal_id)
        decision = queries.get_decision(appeal.decision_id)
        content = queries.get_flagged_content(decision.content_id)
        require(actor, ModerationAction.JUDGE_APPEAL, content)
        others = queries.moderator_ids_of(content.territory_id) - {content.author_id or 0}
        rules.ensure_another_moderator(decision.moderator_id, actor.id, others)
        state = AppealState.RESTORED if is_restored else AppealState.UPHELD
        if not queries.claim_appeal(appeal.id, state=state, judge_id=actor.id, answer=answer, now=now):
            raise AlreadyDecided
        if is_restored:
            _show_again(content, decision, now)
        if appeal.author_id is not None:
            publish(
                AppealDecided(
                    occurred_at=now, appeal_id=appeal.id, decision_id=decision.id, actor_id=actor.id,
                    author_id=appeal.author_id, is_restored=is_restored, **_subject_of(content),
                )
            )  # fmt: skip
