"""Phases open and close by their dates alone, to the instant, on the nights when the clocks change too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from civic.consultations import rules
from civic.consultations.errors import HiddenStaysHidden, NotPublishable, PastDatesAreKept, PhaseClosed
from civic.consultations.rules import Activity, ConsultationPlan, ConsultationState, PhasePlan, Status
from civic.web.schemas import Instant, ValidationError

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def phase(opens: int, closes: int, *activities: Activity, id: int | None = None) -> PhasePlan:
    """A phase between two days from now."""
    return PhasePlan("Phase", NOW + timedelta(days=opens), NOW + timedelta(days=closes), activities, id=id)


def test_a_phase_is_open_from_its_first_instant_and_closed_at_its_last() -> None:
    idea = phase(0, 1, Activity.PROPOSE)

    assert not rules.is_open(idea, at=idea.opens_at - MICROSECOND)
    assert rules.is_open(idea, at=idea.opens_at)
    assert rules.is_open(idea, at=idea.closes_at - MICROSECOND)
    assert not rules.is_open(idea, at=idea.closes_at)


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        ("2026-10-25T01:00", "2026-10-25T04:00", 4),  # 02:00 to 03:00 happens twice
        ("2027-03-28T01:00", "2027-03-28T04:00", 2),  # 02:00 to 03:00 does not exist
        ("2027-03-29T00:00", "2027-03-30T00:00", 24),
    ],
)
def test_a_night_lasts_what_the_town_halls_clock_says(opens: str, closes: str, hours: int) -> None:
    opens_at, closes_at = Instant().deserialize(opens), Instant().deserialize(closes)
    night = PhasePlan("Nuit", opens_at, closes_at)

    assert closes_at - opens_at == timedelta(hours=hours)
    assert rules.is_open(night, at=closes_at - MICROSECOND)
    assert not rules.is_open(night, at=closes_at)


def test_a_phase_cannot_open_at_a_time_that_does_not_exist() -> None:
    with pytest.raises(ValidationError, match="n’existe pas"):
        Instant().deserialize("2027-03-28T02:30")


@pytest.mark.parametrize("typed", ["9999-12-31T23:30:00Z", "0001-01-01T00:00:00+01:00", "2201-01-01T08:00"])
def test_no_date_is_taken_that_no_page_could_show(typed: str) -> None:
    with pytest.raises(ValidationError):
        Instant().deserialize(typed)


def test_who_comes_too_early_is_told_when_it_opens_and_too_late_when_it_closed() -> None:
    phases = [phase(-10, -5, Activity.PROPOSE), phase(-5, 5, Activity.ARGUE), phase(5, 9, Activity.VOTE)]

    rules.ensure_permits(phases, Activity.ARGUE, at=NOW)
    with pytest.raises(PhaseClosed) as late:
        rules.ensure_permits(phases, Activity.PROPOSE, at=NOW)
    with pytest.raises(PhaseClosed) as early:
        rules.ensure_permits(phases, Activity.VOTE, at=NOW)
    with pytest.raises(PhaseClosed) as never:
        rules.ensure_permits(phases, Activity.REACT, at=NOW)
    assert late.value.values == {"closes_at": NOW - timedelta(days=5)}
    assert early.value.values == {"opens_at": NOW + timedelta(days=5)}
    assert never.value.values == {}


def test_a_consultation_is_open_between_its_first_and_last_dates_pauses_included() -> None:
    phases = [phase(-5, -3), phase(3, 5)]

    def status_at(at: datetime) -> Status:
        return rules.status_of(ConsultationState.PUBLISHED, phases, at=at)

    assert status_at(NOW - timedelta(days=5) - MICROSECOND) is Status.COMING
    assert status_at(NOW - timedelta(days=5)) is Status.OPEN
    assert status_at(NOW) is Status.OPEN
    assert status_at(NOW + timedelta(days=5)) is Status.FINISHED
    assert rules.status_of(ConsultationState.DRAFT, phases, at=NOW) is Status.DRAFT


def test_residents_are_called_to_what_is_open_and_never_to_the_day_of_the_answers() -> None:
    ideas, talk, answers = (
        phase(-5, 5, Activity.PROPOSE),
        phase(5, 9, Activity.SUPPORT, Activity.ARGUE),
        phase(9, 40, Activity.READ),
    )
    phases = (ideas, talk, answers)

    def said(days: int) -> tuple[Activity, bool, datetime] | None:
        call = rules.call_of(phases, at=NOW + timedelta(days=days))
        return call and (call.activity, call.is_open, call.closes_at)

    assert said(-6) == (Activity.PROPOSE, False, ideas.closes_at)
    assert said(0) == (Activity.PROPOSE, True, ideas.closes_at)
    assert said(5) == (Activity.SUPPORT, True, talk.closes_at)
    assert said(9) is None
    assert rules.call_for(Activity.PROPOSE, phases, at=ideas.closes_at) is None
    assert rules.call_of((answers,), at=NOW) is None


@pytest.mark.parametrize(
    ("plan", "reasons"),
    [
        (ConsultationPlan("Titre"), 2),  # the summary is written from the text: one asks for the text alone
        (ConsultationPlan("Titre", "", "Texte"), 2),
        (ConsultationPlan("Titre", "Résumé", "Texte"), 1),
        (ConsultationPlan("Titre", "Résumé", "Texte", phases=(phase(-9, -1),)), 1),
    ],
)
def test_publication_is_refused_with_every_reason(plan: ConsultationPlan, reasons: int) -> None:
    with pytest.raises(NotPublishable) as refusal:
        rules.ensure_publishable(plan, at=NOW)
    assert len(refusal.value.fields["_form"]) == reasons


def test_phases_may_overlap() -> None:
    phases = (phase(-1, 5), phase(2, 9))

    rules.ensure_windows(phases)
    rules.ensure_publishable(ConsultationPlan("Titre", "Résumé", "Texte", phases=phases), at=NOW)


OLD = {1: phase(-9, -3, Activity.PROPOSE, id=1), 2: phase(-3, 5, id=2), 3: phase(5, 9, id=3)}


@pytest.mark.parametrize(
    "changed",
    [
        {1: phase(-9, 4, Activity.PROPOSE, id=1)},  # a phase that is over is not reopened
        {1: phase(-9, -3, Activity.VOTE, id=1)},
        {2: phase(-4, 5, id=2)},
        {2: phase(-3, -1, id=2)},
        {3: phase(-1, 9, id=3)},
        {4: phase(-2, 6)},
    ],
)
def test_what_residents_lived_is_not_rewritten(changed: dict[int, PhasePlan]) -> None:
    with pytest.raises(PastDatesAreKept):
        rules.ensure_past_is_kept(OLD, list({**OLD, **changed}.values()), at=NOW)


def test_a_phase_that_began_is_not_removed() -> None:
    with pytest.raises(PastDatesAreKept):
        rules.ensure_past_is_kept(OLD, [OLD[1], OLD[3]], at=NOW)


@pytest.mark.parametrize(
    "changed", [{2: phase(-3, 8, id=2)}, {3: phase(8, 12, id=3)}, {3: phase(1, 2, id=3)}, {4: phase(9, 12)}]
)
def test_a_phase_may_be_prolonged_moved_or_added_in_the_future(changed: dict[int, PhasePlan]) -> None:
    rules.ensure_past_is_kept(OLD, list({**OLD, **changed}.values()), at=NOW)


def test_what_a_phase_hides_is_hidden_from_the_publication_to_its_end_and_no_longer() -> None:
    shown, hiding = phase(-5, -1), replace(phase(1, 5), hides_reactions=True)

    assert rules.hidden_until([shown], at=NOW) is None
    assert rules.hidden_until([shown, hiding], at=NOW) == hiding.closes_at
    last = hiding.closes_at - timedelta(microseconds=1)
    assert rules.hidden_until([shown, hiding], at=last) == hiding.closes_at
    assert rules.hidden_until([shown, hiding], at=hiding.closes_at) is None


def test_what_began_hidden_is_neither_shown_nor_ended_sooner() -> None:
    before = replace(phase(-1, 5, id=7), hides_reactions=True)
    shown, sooner = replace(before, hides_reactions=False), replace(before, closes_at=NOW + timedelta(days=2))

    for change, field in ((shown, "phases-0-hides_reactions"), (sooner, "phases-0-closes_at")):
        with pytest.raises(HiddenStaysHidden) as refused:
            rules.ensure_hiding_is_kept({7: before}, [change], at=NOW)
        assert list(refused.value.fields) == [field]
    later = replace(before, closes_at=NOW + timedelta(days=9))
    rules.ensure_hiding_is_kept({7: before}, [later], at=NOW)
    rules.ensure_hiding_is_kept(
        {7: replace(phase(1, 5, id=7), hides_reactions=True)}, [phase(1, 5, id=7)], at=NOW
    )


def test_a_phase_to_come_stays_hidden_once_people_reacted_knowing_that_it_hides() -> None:
    reacting = replace(phase(-3, 1, id=6), activities=(Activity.READ, Activity.REACT))
    hiding = replace(phase(1, 5, id=7), hides_reactions=True)
    shown, sooner = replace(hiding, hides_reactions=False), replace(hiding, closes_at=NOW + timedelta(days=2))
    later = replace(hiding, closes_at=NOW + timedelta(days=9))

    for changed, field in (
        ([reacting, shown], "phases-1-hides_reactions"),
        ([reacting, sooner], "phases-1-closes_at"),
        ([reacting], "phases"),
    ):
        with pytest.raises(HiddenStaysHidden) as refused:
            rules.ensure_hiding_is_kept({6: reacting, 7: hiding}, changed, at=NOW)
        assert list(refused.value.fields) == [field]
    rules.ensure_hiding_is_kept({6: reacting, 7: hiding}, [reacting, later], at=NOW)
