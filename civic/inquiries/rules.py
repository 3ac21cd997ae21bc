"""What an inquiry may become, when its register is open, and how long each thing takes: no database, no clock.

Each arrow of decision 41 is a line of ``TRANSITIONS``, or of ``state_of`` for those that time draws.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from civic.inquiries.errors import (
    ChangedMeanwhile,
    DatesRefused,
    NotReady,
    PassageNotFound,
    ProlongationRefused,
    ReceivedOutside,
    RegisterClosed,
    RegisterNotOpen,
    ReportTooEarly,
    SessionRefused,
    WrongInquiryState,
)
from civic.kernel.clock import TOWN_TIME
from civic.kernel.errors import N_

NOTICE_DAYS = 15
"""The notice is published at least so long before the opening (L. 123-10)."""
MOST_PROLONGED_DAYS = 15
REPORT_DAYS = 30
TYPING_DAYS = 8
"""How long after the closing what was received in time is still typed."""
LONGEST_DAYS = 366
KEPT_WITHOUT_REPORT_YEARS = 2
MOST_FILES = 3
MASK = "[…]"
"""What is read in the place of a masked passage."""


class Step(StrEnum):
    """What is stored of where an inquiry stands: what somebody decided."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    REPORTED = "reported"


class InquiryState(StrEnum):
    """What is read: what was decided, and the time."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    REPORTED = "reported"
    ARCHIVED = "archived"


class Act(StrEnum):
    """What somebody does."""

    REVISE = "revise"
    ANNOUNCE = "announce"
    TAKE_BACK = "take_back"
    REMOVE_DOCUMENT = "remove_document"
    ADD_DOCUMENT = "add_document"
    PLAN_SESSION = "plan_session"
    COUNT_VISITORS = "count_visitors"
    NAME_COMMISSIONERS = "name_commissioners"
    DEPOSIT = "deposit"
    TYPE_OBSERVATION = "type_observation"
    MASK = "mask"
    PROLONG = "prolong"
    STUDY = "study"
    ANSWER = "answer"
    REPORT = "report"


class Regime(StrEnum):
    """Which law sets how long it lasts."""

    ASSESSED = "assessed"
    UNASSESSED = "unassessed"
    OTHER = "other"


class Channel(StrEnum):
    """By which way an observation came. All have the same weight."""

    WEB = "web"
    EMAIL = "email"
    LETTER = "letter"
    REGISTER = "register"
    ORAL = "oral"


class Part(StrEnum):
    """What a document is."""

    ORDER = "order"
    DOSSIER = "dossier"
    REPORT = "report"
    CONCLUSIONS = "conclusions"
    REPLY = "reply"


class Verdict(StrEnum):
    """What the commissioner concludes."""

    FAVOURABLE = "favourable"
    WITH_RESERVES = "with_reserves"
    UNFAVOURABLE = "unfavourable"


class MaskReason(StrEnum):
    """Why a passage is not read."""

    INSULT = "insult"
    PERSONAL = "personal"
    UNLAWFUL = "unlawful"


LEAST_DAYS: Mapping[Regime, int] = {Regime.ASSESSED: 30, Regime.UNASSESSED: 15, Regime.OTHER: 1}
TYPED_CHANNELS = tuple(channel for channel in Channel if channel is not Channel.WEB)
REPORT_PARTS = (Part.REPORT, Part.CONCLUSIONS, Part.REPLY)

_LIVE = (InquiryState.DRAFT, InquiryState.ANNOUNCED, InquiryState.OPEN)
_AFTER = (InquiryState.OPEN, InquiryState.CLOSED)

TRANSITIONS: Mapping[tuple[InquiryState, Act], Step] = {
    (InquiryState.DRAFT, Act.REVISE): Step.DRAFT,
    (InquiryState.DRAFT, Act.REMOVE_DOCUMENT): Step.DRAFT,
    (InquiryState.DRAFT, Act.ANNOUNCE): Step.ANNOUNCED,
    (InquiryState.ANNOUNCED, Act.TAKE_BACK): Step.DRAFT,
    (InquiryState.DRAFT, Act.NAME_COMMISSIONERS): Step.DRAFT,
    **{(state, Act.NAME_COMMISSIONERS): Step.ANNOUNCED for state in (InquiryState.ANNOUNCED, *_AFTER)},
    **{
        (state, act): Step.DRAFT if state is InquiryState.DRAFT else Step.ANNOUNCED
        for state in _LIVE
        for act in (Act.ADD_DOCUMENT, Act.PLAN_SESSION)
    },
    (InquiryState.OPEN, Act.DEPOSIT): Step.ANNOUNCED,
    (InquiryState.OPEN, Act.PROLONG): Step.ANNOUNCED,
    **{
        (state, act): Step.ANNOUNCED
        for state in _AFTER
        for act in (Act.TYPE_OBSERVATION, Act.COUNT_VISITORS, Act.STUDY, Act.ANSWER)
    },
    (InquiryState.CLOSED, Act.REPORT): Step.REPORTED,
    **{(state, Act.MASK): Step.ANNOUNCED for state in _AFTER},
    (InquiryState.REPORTED, Act.MASK): Step.REPORTED,
    (InquiryState.ARCHIVED, Act.MASK): Step.REPORTED,
}
"""Where each act leads from each state; what no line says is refused."""

REFUSED_ACTS = {
    Act.REVISE: N_(
        "L’enquête est annoncée : son avis ne change plus. Avant l’ouverture, vous pouvez la reprendre, corriger, puis l’annoncer de nouveau."
    ),
    Act.ANNOUNCE: N_("Cette enquête est déjà annoncée."),
    Act.TAKE_BACK: N_("Le registre est ouvert, ou l’enquête n’est pas annoncée : on ne la reprend plus."),
    Act.REMOVE_DOCUMENT: N_(
        "Le dossier est public : on n’en retire rien. Vous pouvez y ajouter un document, qui portera sa date."
    ),
    Act.ADD_DOCUMENT: N_("L’enquête est close : le dossier ne change plus."),
    Act.PLAN_SESSION: N_("L’enquête est close : il n’y a plus de permanence."),
    Act.COUNT_VISITORS: N_("Les personnes reçues se comptent après la permanence, jusqu’au rapport."),
    Act.NAME_COMMISSIONERS: N_("Le rapport est publié : les commissaires ne changent plus."),
    Act.DEPOSIT: RegisterClosed.message,
    Act.TYPE_OBSERVATION: N_("On ne saisit plus rien dans ce registre, ou pas encore."),
    Act.MASK: N_("Il n’y a encore rien à masquer."),
    Act.PROLONG: N_("Une enquête se prolonge une fois, pendant qu’elle est ouverte."),
    Act.STUDY: N_("Les observations se classent pendant l’enquête et jusqu’au rapport."),
    Act.ANSWER: N_("Les réponses s’écrivent pendant l’enquête et jusqu’au rapport."),
    Act.REPORT: N_("Le rapport se publie une fois, quand l’enquête est close."),
}


@dataclass(frozen=True)
class InquiryPlan:
    """An inquiry as the town hall writes it. ``subject`` is Markdown; ``seat``: where the dossier and the paper register are, and when.

    Attributes:
        owner: whose project it is. authority: who opens and organises the inquiry.
        email: where observations are received by mail; empty where they are not.
    """

    title: str
    subject: str
    regime: Regime
    owner: str
    authority: str
    order_number: str
    order_on: date
    seat: str
    email: str
    opens_at: datetime
    closes_at: datetime
    neighbourhood_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Named:
    """A commissioner. ``email``: of the account with which she studies this inquiry; empty where she has none."""

    name: str
    email: str = ""


@dataclass(frozen=True)
class Written:
    """What somebody deposits. ``contact``: an e-mail, or an address; never published. ``is_anonymous``: her name is not either."""

    text: str
    name: str = ""
    contact: str = ""
    is_anonymous: bool = False


def state_of(
    step: Step, *, opens_at: datetime, closes_at: datetime, reported_at: datetime | None, at: datetime
) -> InquiryState:
    """Return where an inquiry stands at an instant. Nothing has to run for it to open, to close or to be archived."""
    if step is Step.REPORTED and reported_at is not None:
        return InquiryState.ARCHIVED if at >= years_after(reported_at, 1) else InquiryState.REPORTED
    if step is Step.DRAFT:
        return InquiryState.DRAFT
    if at < opens_at:
        return InquiryState.ANNOUNCED
    return InquiryState.OPEN if at < closes_at else InquiryState.CLOSED


def permits(state: InquiryState, act: Act) -> bool:
    return (state, act) in TRANSITIONS


def next_step(state: InquiryState, act: Act) -> Step:
    """Return what an act leads to. Raises WrongInquiryState (RegisterNotOpen, RegisterClosed for a deposit)."""
    step = TRANSITIONS.get((state, act))
    if step is not None:
        return step
    if act is Act.DEPOSIT:
        raise RegisterNotOpen if state in (InquiryState.DRAFT, InquiryState.ANNOUNCED) else RegisterClosed
    raise WrongInquiryState(REFUSED_ACTS[act])


# Dates: days are those of the town hall's clock, instants are UTC


def day_of(instant: datetime) -> date:
    return instant.astimezone(TOWN_TIME).date()


def days_between(opens_at: datetime, closes_at: datetime) -> int:
    """Return how many days of the calendar an inquiry is open, the first and the last included, whatever the clocks did."""
    return (day_of(closes_at - timedelta(seconds=1)) - day_of(opens_at)).days + 1


def years_after(instant: datetime, years: int) -> datetime:
    """Return the same day of a later year, on the town hall's clock; of 29 February, the 28th."""
    local = instant.astimezone(TOWN_TIME)
    try:
        moved = local.replace(year=local.year + years)
    except ValueError:
        moved = local.replace(year=local.year + years, day=28)
    return moved.astimezone(instant.tzinfo)


def typing_ends_at(closes_at: datetime) -> datetime:
    return closes_at + timedelta(days=TYPING_DAYS)


def ensure_typing_over(closes_at: datetime, *, at: datetime) -> None:
    """The report takes the whole register into account, hence what is still typed of what came in time. Raises ReportTooEarly."""
    if at < typing_ends_at(closes_at):
        raise ReportTooEarly(when=typing_ends_at(closes_at), days=TYPING_DAYS)


def report_due_on(closes_at: datetime) -> date:
    return day_of(closes_at) + timedelta(days=REPORT_DAYS)


def forgets_at(closes_at: datetime, reported_at: datetime | None) -> datetime:
    """Return when contacts are erased: a year after the report; without one, two years after the closing."""
    return years_after(reported_at, 1) if reported_at else years_after(closes_at, KEPT_WITHOUT_REPORT_YEARS)


def ensure_dates(plan: InquiryPlan) -> None:
    """Raises DatesRefused."""
    if plan.closes_at <= plan.opens_at:
        raise DatesRefused(DatesRefused.reversed_dates)
    days, least = days_between(plan.opens_at, plan.closes_at), LEAST_DAYS[plan.regime]
    if days < least:
        raise DatesRefused(DatesRefused.too_short, days=least)
    if days > LONGEST_DAYS:
        raise DatesRefused(DatesRefused.too_long)


@dataclass(frozen=True)
class Prepared:
    """What there is of an inquiry before it is announced."""

    opens_at: datetime
    regime: Regime
    commissioners: int
    order_documents: int
    dossier_documents: int
    sessions: Sequence[tuple[datetime, datetime]]
    closes_at: datetime


LACKS_COMMISSIONER = N_("Le nom du commissaire enquêteur")
LACKS_ORDER = N_("L’arrêté d’ouverture, en PDF")
LACKS_DOSSIER = N_("Le dossier : au moins un document")
LACKS_SESSION = N_("Une permanence du commissaire enquêteur, au moins")
STRAY_SESSION = N_("Des permanences pendant l’enquête : l’une d’elles est en dehors de ses dates")
ANNOUNCED_LATE = N_("Une ouverture dans 15 jours au moins : l’avis se publie 15 jours avant")
OPENS_BEFORE_NOW = N_("Une date d’ouverture qui n’est pas passée")


def lacking(prepared: Prepared, *, at: datetime) -> list[str]:
    """Return what must still be done before an inquiry is announced; nothing when it is ready."""
    days_left = (day_of(prepared.opens_at) - day_of(at)).days
    is_late = prepared.regime is not Regime.OTHER and days_left < NOTICE_DAYS
    stray = [
        each for each in prepared.sessions if not prepared.opens_at <= each[0] < each[1] <= prepared.closes_at
    ]
    asked = [
        (prepared.commissioners == 0, LACKS_COMMISSIONER),
        (prepared.order_documents == 0, LACKS_ORDER),
        (prepared.dossier_documents == 0, LACKS_DOSSIER),
        (not prepared.sessions, LACKS_SESSION),
        (bool(stray), STRAY_SESSION),
        (is_late, ANNOUNCED_LATE),
        (not is_late and prepared.opens_at <= at, OPENS_BEFORE_NOW),
    ]
    return [sentence for is_lacking, sentence in asked if is_lacking]


def ensure_ready(prepared: Prepared, *, at: datetime) -> None:
    """Raises NotReady."""
    if sentences := lacking(prepared, at=at):
        raise NotReady(sentences)


def ensure_session(
    starts_at: datetime, ends_at: datetime, *, opens_at: datetime, closes_at: datetime
) -> None:
    """Raises SessionRefused."""
    if ends_at <= starts_at:
        raise SessionRefused("ends_at")
    if ends_at - starts_at > timedelta(hours=14):
        raise SessionRefused("ends_at", SessionRefused.too_long)
    if starts_at < opens_at or ends_at > closes_at:
        raise SessionRefused("starts_at", SessionRefused.outside)


def ensure_prolongation(closes_at: datetime, until: datetime, *, first_closes_at: datetime | None) -> None:
    """Raises ProlongationRefused, WrongInquiryState: it was prolonged already."""
    if first_closes_at is not None:
        raise WrongInquiryState(REFUSED_ACTS[Act.PROLONG])
    if until <= closes_at:
        raise ProlongationRefused
    last = closes_at - timedelta(seconds=1)
    if (day_of(until - timedelta(seconds=1)) - day_of(last)).days > MOST_PROLONGED_DAYS:
        raise ProlongationRefused(ProlongationRefused.too_long)


def ensure_received_inside(
    received_at: datetime, *, opens_at: datetime, closes_at: datetime, at: datetime
) -> None:
    """Refuse what was not received between the opening and the closing, to the minute. Raises ReceivedOutside."""
    if received_at > at:
        raise ReceivedOutside(ReceivedOutside.to_come)
    if not opens_at <= received_at < closes_at:
        raise ReceivedOutside


def seen_of(*texts: object) -> str:
    """Return what a form carries of what was stored when it was shown, to know whether somebody wrote meanwhile."""
    return hashlib.sha256("\x00".join(map(str, texts)).encode()).hexdigest()[:16]


def ensure_unchanged(seen: str | None, *texts: object) -> None:
    """Raises ChangedMeanwhile. A program that says nothing of what it saw overwrites."""
    if seen is not None and seen != seen_of(*texts):
        raise ChangedMeanwhile


def masked(text: str, passage: str) -> str:
    """Return a text without a passage, wherever it stands in it. Raises PassageNotFound."""
    if passage not in text:
        raise PassageNotFound
    return text.replace(passage, MASK)
