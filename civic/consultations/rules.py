"""When a consultation is open, what its phases permit, and what may be published or changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from civic.consultations.errors import (
    HiddenStaysHidden,
    NotPublishable,
    PastDatesAreKept,
    PhaseClosed,
    PhaseEndsBeforeItBegins,
    PhaseIsOver,
)
from civic.kernel.errors import N_


class Activity(StrEnum):
    """What a phase permits."""

    READ = "read"
    PROPOSE = "propose"
    AMEND = "amend"
    ARGUE = "argue"
    SUPPORT = "support"
    REACT = "react"
    ANSWER = "answer"
    VOTE = "vote"


class ConsultationState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class Status(StrEnum):
    """Where a consultation stands at an instant: computed from its state and dates, never stored."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    FINISHED = "finished"


class PhaseTime(StrEnum):
    PAST = "past"
    CURRENT = "current"
    FUTURE = "future"


class Window(Protocol):
    """Half open: from ``opens_at``, included, to ``closes_at``, excluded."""

    @property
    def opens_at(self) -> datetime: ...

    @property
    def closes_at(self) -> datetime: ...


class Dated(Window, Protocol):
    """A phase, as the rules see it."""

    @property
    def activities(self) -> Collection[str]: ...


class Hiding(Window, Protocol):
    """A phase that may keep to itself, until it closes, what people react, answer and support."""

    @property
    def hides_reactions(self) -> bool: ...


@dataclass(frozen=True)
class PhasePlan:
    """A phase as somebody wants it. ``id`` is that of the phase it replaces, None for a new one."""

    name: str
    opens_at: datetime
    closes_at: datetime
    activities: tuple[Activity, ...] = (Activity.READ,)
    description: str = ""
    id: int | None = None
    hides_reactions: bool = False

    @property
    def last_second(self) -> datetime:
        """The last second inside: its date is the last day, as people say it (a phase that closes at midnight ends the day before)."""
        return self.closes_at - timedelta(seconds=1)


@dataclass(frozen=True)
class ConsultationPlan:
    """A consultation as somebody wrote it. No neighbourhood means the whole commune. ``body`` is Markdown, ``plain_text`` is not.

    ``topics``: under which of them a proposal is put; none when there is no list. ``most_supports``: how many of its
    proposals one person may support; None: as many as she likes.
    """

    title: str
    summary: str = ""
    body: str = ""
    neighbourhood_ids: frozenset[int] = frozenset()
    phases: tuple[PhasePlan, ...] = ()
    plain_text: str = ""
    allows_anonymous: bool = False
    topics: tuple[str, ...] = ()
    most_supports: int | None = None


def is_open(window: Window, *, at: datetime) -> bool:
    return window.opens_at <= at < window.closes_at


def time_of(window: Window, *, at: datetime) -> PhaseTime:
    if is_open(window, at=at):
        return PhaseTime.CURRENT
    return PhaseTime.FUTURE if at < window.opens_at else PhaseTime.PAST


def permits(phases: Iterable[Dated], activity: Activity, *, at: datetime) -> bool:
    """Tell whether a phase that is open permits the activity."""
    return any(activity in phase.activities and is_open(phase, at=at) for phase in phases)


TOTALLED = {Activity.REACT, Activity.ANSWER, Activity.SUPPORT}
"""What gives totals that a phase may hide."""


def hidden_until(phases: Iterable[Hiding], *, at: datetime) -> datetime | None:
    """Return until when no outlet tells what people react, nor how many support; None when nothing is hidden. No role sees more than another.

    A phase that hides does so from the publication of the consultation to its own end, also before it opens: what was given in an
    earlier phase would tell half of the result.
    """
    ends = [phase.closes_at for phase in phases if phase.hides_reactions and at < phase.closes_at]
    return max(ends, default=None)


@dataclass(frozen=True)
class Call:
    """What residents are called to do first, and between which dates."""

    activity: Activity
    opens_at: datetime
    closes_at: datetime
    is_open: bool

    @property
    def last_second(self) -> datetime:
        return self.closes_at - timedelta(seconds=1)


CALLED_FIRST = (
    Activity.PROPOSE,
    Activity.VOTE,
    Activity.ANSWER,
    Activity.REACT,
    Activity.SUPPORT,
    Activity.ARGUE,
    Activity.AMEND,
)
"""What to say first of what is open at once. To read is no call."""


def call_for(activity: Activity, phases: Iterable[Dated], *, at: datetime) -> Call | None:
    """Return the open phase that permits an activity, the last to close, else the next one; None when it is over or never was."""
    windows = [phase for phase in phases if activity in phase.activities and at < phase.closes_at]
    now = [phase for phase in windows if phase.opens_at <= at]
    if now:
        last = max(now, key=lambda phase: phase.closes_at)
        return Call(activity, last.opens_at, last.closes_at, is_open=True)
    if windows:
        first = min(windows, key=lambda phase: phase.opens_at)
        return Call(activity, first.opens_at, first.closes_at, is_open=False)
    return None


def call_of(phases: Collection[Dated], *, at: datetime) -> Call | None:
    """Return what lists, cards and posters say: what is open, else what opens next; None when there is only to read."""
    calls = [call for each in CALLED_FIRST if (call := call_for(each, phases, at=at))]
    return min(
        calls, key=lambda call: (not call.is_open, at if call.is_open else call.opens_at), default=None
    )


def ensure_permits(phases: Sequence[Dated], activity: Activity, *, at: datetime) -> None:
    """Refuse what no open phase permits.

    Raises:
        PhaseClosed: says when the next phase that permits it opens, else when the last one closed.
    """
    if permits(phases, activity, at=at):
        return
    windows = [phase for phase in phases if activity in phase.activities]
    coming = [phase.opens_at for phase in windows if phase.opens_at > at]
    if coming:
        raise PhaseClosed(PhaseClosed.not_yet, opens_at=min(coming))
    if windows:
        raise PhaseClosed(PhaseClosed.over, closes_at=max(phase.closes_at for phase in windows))
    raise PhaseClosed


def status_of(state: ConsultationState, phases: Sequence[Window], *, at: datetime) -> Status:
    """Return where a consultation stands: it is open from its first phase to the end of its last, pauses included."""
    if state == ConsultationState.DRAFT:
        return Status.DRAFT
    if not phases or at >= max(phase.closes_at for phase in phases):
        return Status.FINISHED
    return Status.COMING if at < min(phase.opens_at for phase in phases) else Status.OPEN


def ensure_windows(phases: Sequence[Window]) -> None:
    """Raises PhaseEndsBeforeItBegins, on the closing date of each phase that does."""
    wrong = [index for index, phase in enumerate(phases) if phase.closes_at <= phase.opens_at]
    if wrong:
        message = [PhaseEndsBeforeItBegins.message]
        raise PhaseEndsBeforeItBegins(fields={f"phases-{index}-closes_at": message for index in wrong})


def ensure_not_over(phases: Sequence[Window], *, at: datetime) -> None:
    """Raises PhaseIsOver, on the closing date of each phase of a draft that nobody could take part in."""
    over = [index for index, phase in enumerate(phases) if phase.closes_at <= at]
    if over:
        raise PhaseIsOver(fields={f"phases-{index}-closes_at": [PhaseIsOver.message] for index in over})


def reasons_against_publication(plan: ConsultationPlan, *, at: datetime) -> list[str]:
    """Return what is still lacking before residents may see a consultation, in French sentences; none when it is ready."""
    reasons = _lacking(plan)
    if plan.phases and at >= max(phase.closes_at for phase in plan.phases):
        reasons.append(N_("Toutes les phases sont déjà terminées : changez leurs dates."))
    return reasons


def ensure_publishable(plan: ConsultationPlan, *, at: datetime) -> None:
    """Raises NotPublishable, with every reason."""
    reasons = reasons_against_publication(plan, at=at)
    if reasons:
        raise NotPublishable(fields={"_form": reasons})


def ensure_still_publishable(plan: ConsultationPlan) -> None:
    """Refuse to take from a published consultation what it could not have been published without. Raises NotPublishable."""
    if reasons := _lacking(plan):
        raise NotPublishable(fields={"_form": reasons})


def _lacking(plan: ConsultationPlan) -> list[str]:
    reasons = []
    if plan.body and not plan.summary:  # written from the text, where there is one
        reasons.append(N_("Il manque le résumé, que les habitants lisent en premier."))
    if not plan.body:
        reasons.append(N_("Il manque le texte de présentation."))
    if not plan.phases:
        reasons.append(N_("Il faut au moins une phase, avec ses dates."))
    return reasons


def ensure_past_is_kept(old: dict[int, PhasePlan], new: Sequence[PhasePlan], *, at: datetime) -> None:
    """Refuse to rewrite what residents have already lived, once a consultation is published.

    A date in the past stays as it is, a date moved or added is in the future, a phase that began is not removed, and a phase
    that is over keeps what it permitted.

    Raises:
        PastDatesAreKept: one of these is not so; told on the phases concerned.
    """
    kept = {plan.id for plan in new}
    missing = [phase for key, phase in old.items() if phase.opens_at <= at and key not in kept]
    wrong = [
        name for index, plan in enumerate(new) for name in _rewritten(old.get(plan.id or 0), plan, index, at)
    ]
    if missing:
        wrong.append("phases")
    if wrong:
        raise PastDatesAreKept(fields={name: [PastDatesAreKept.message] for name in wrong})


def ensure_hiding_is_kept(old: dict[int, PhasePlan], new: Sequence[PhasePlan], *, at: datetime) -> None:
    """Refuse to show, before its end, what people were told would be hidden: a phase that began hidden stays so, to the date it had.

    So does one to come, once people could react in another: what they reacted was to be hidden until its end.

    Raises:
        HiddenStaysHidden: told on the phases concerned.
    """
    until = hidden_until(old.values(), at=at)
    has_begun = any(phase.opens_at <= at and TOTALLED & set(phase.activities) for phase in old.values())
    is_sooner = until is not None and has_begun and (hidden_until(new, at=at) or at) < until
    hiding = {
        key: phase
        for key, phase in old.items()
        if phase.hides_reactions and at < phase.closes_at and (is_sooner or phase.opens_at <= at)
    }
    wrong = [name for index, plan in enumerate(new) for name in _shown(hiding.get(plan.id or 0), plan, index)]
    if is_sooner and not wrong:
        wrong.append("phases")
    if wrong:
        raise HiddenStaysHidden(fields={name: [HiddenStaysHidden.message] for name in wrong})


def _shown(before: PhasePlan | None, plan: PhasePlan, index: int) -> list[str]:
    if before is None:
        return []
    if not plan.hides_reactions:
        return [f"phases-{index}-hides_reactions"]
    return [f"phases-{index}-closes_at"] if plan.closes_at < before.closes_at else []


def _rewritten(before: PhasePlan | None, plan: PhasePlan, index: int, at: datetime) -> list[str]:
    wrong = []
    for name in ("opens_at", "closes_at"):
        old_date, new_date = getattr(before, name, None), getattr(plan, name)
        if new_date != old_date and (new_date < at or (old_date is not None and old_date <= at)):
            wrong.append(f"phases-{index}-{name}")
    if before and before.closes_at <= at and set(before.activities) != set(plan.activities):
        wrong.append(f"phases-{index}-activities")
    return wrong
