"""What keeps a volunteer from being asked is never weighed against anything; who may be asked comes in an order that can be told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp

import pytest

from civic.kernel.clock import TOWN_TIME
from civic.matching.choosing import (
    NOTHING_KNOWN,
    Candidate,
    Limits,
    Need,
    asked_at,
    choose,
    is_eligible,
    why_not,
)
from civic.matching.likelihood import Record, Silence, answered_within, likelihood_of_yes, probability_away
from civic.matching.pace import DispatchPace, is_underserved
from civic.mutual_aid.rules import DayPart, Slot, Urgency, Window
from civic.mutual_aid.volunteers.rules import QuietHours

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday, noon in Paris
HERE, ELSEWHERE = 1, 2


def need(hours: float = 4, *, starts_in: float = 0, **changes: object) -> Need:
    window = Window(NOON + timedelta(hours=starts_in), NOON + timedelta(hours=starts_in + hours))
    local = Window(window.starts_at.astimezone(TOWN_TIME), window.ends_at.astimezone(TOWN_TIME))
    return Need(HERE, window, local, **changes)  # type: ignore[arg-type]


def volunteer(number: int = 1, **changes: object) -> Candidate:
    return replace(Candidate(number, 10 + number, 0), **changes)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("blocked", {"limits": Limits(is_blocked=True)}),
        ("vetting", {"limits": Limits(is_cleared=False)}),
        ("place", {"served_ids": frozenset({ELSEWHERE})}),
        ("place", {"max_distance_metres": 800, "area_metres": 801}),
        ("place", {"max_distance_metres": 800, "area_metres": None}),
        ("ceiling", {"invited_in_week": 30}),
        ("ceiling", {"limits": Limits(weekly_ceiling=3), "invited_in_week": 3}),
        ("engaged", {"engagements": (Window(NOON + timedelta(hours=3), NOON + timedelta(hours=5)),)}),
        ("engaged", {"engagements": (Window(NOON - timedelta(hours=2), NOON),), "area_metres": 3_000}),
        ("hours", {"slots": (Slot(1, DayPart.EVENING),)}),
        ("hours", {"slots": (Slot(2, DayPart.AFTERNOON),)}),
        ("quiet", {"limits": Limits(quiet_hours=QuietHours(11, 17))}),
    ],
)
def test_what_keeps_somebody_from_being_asked_is_not_outweighed_by_the_best_record(
    reason: str, changes: dict[str, object]
) -> None:
    best = volunteer(record=Record(yes=50, expected=1), has_helped=True, **changes)

    assert why_not(best, need(), now=NOON, volunteer_week=30) == reason
    assert is_eligible(volunteer(), need(), now=NOON, volunteer_week=30)


def test_a_skill_that_is_asked_for_must_be_held() -> None:
    nurse = volunteer(limits=Limits(skills=frozenset({"nurse"})))

    asks = need(skills=frozenset({"nurse"}))

    assert why_not(volunteer(), asks, now=NOON, volunteer_week=30) == "skill"
    assert is_eligible(nurse, asks, now=NOON, volunteer_week=30)


def test_a_slot_must_leave_the_time_to_come() -> None:
    """The morning ends at noon: of a window from 11:30 to 14:00, half an hour is left to who is free in the morning."""
    morning = (Slot(1, DayPart.MORNING),)
    asks = need(2.5, starts_in=-0.5)
    before = NOON - timedelta(hours=1)

    assert is_eligible(volunteer(slots=morning), asks, now=before, volunteer_week=30)
    far = volunteer(slots=morning, area_metres=3_000)
    assert why_not(far, asks, now=before, volunteer_week=30) == "hours"


def test_a_long_window_is_no_appointment_and_holds_nobody() -> None:
    weekend = Window(NOON, NOON + timedelta(hours=48))
    busy = volunteer(engagements=(weekend,))

    assert is_eligible(busy, need(), now=NOON, volunteer_week=30)
    assert is_eligible(volunteer(engagements=(need().window,)), need(48), now=NOON, volunteer_week=30)


def test_quiet_hours_put_off_what_can_wait_and_keep_from_what_cannot() -> None:
    sleeping = Limits(quiet_hours=QuietHours(11, 17))  # noon is its night

    assert asked_at(sleeping, need(8), now=NOON) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert asked_at(sleeping, need(4), now=NOON) is None
    assert asked_at(sleeping, need(8, urgency=Urgency.URGENT), now=NOON) is None
    assert asked_at(Limits(), need(), now=NOON) == NOON


def test_who_is_near_answers_and_was_left_in_peace_comes_first() -> None:
    near, far = volunteer(1), volunteer(2, area_metres=3_000)
    tired = volunteer(3, invited_in_week=8)
    away = volunteer(4, silences=(Silence(NOON - timedelta(days=1)),))
    faithful = volunteer(5, area_metres=400, has_helped=True)
    willing = volunteer(6, area_metres=400, record=Record(yes=4, expected=2.0))

    order = [
        choice.candidate.volunteer_id
        for choice in choose([far, tired, away, near, faithful, willing], 6, need=need(), now=NOON)
    ]

    assert order[0] == 5
    assert order.index(6) < order.index(1) < order.index(3)
    assert order.index(1) < order.index(4)
    assert order.index(1) < order.index(2)


def test_a_scarce_skill_is_kept_for_who_needs_it() -> None:
    nurse = volunteer(1, limits=Limits(skills=frozenset({"nurse"})))

    def first(asked: Need) -> int:
        return choose([nurse, volunteer(2)], 1, need=asked, now=NOON)[0].candidate.volunteer_id

    assert first(need()) == 2
    assert first(need(skills=frozenset({"nurse"}))) == 1


def test_each_person_is_asked_once_whatever_the_number_of_her_offers() -> None:
    twice = [volunteer(1), replace(volunteer(1), offer_id=99)]

    (choice,) = choose(twice, 5, need=need(), now=NOON)

    assert choice.candidate.offer_id == 11
    assert set(choice.reasons.stored()) == {
        "score",
        "likelihood",
        "invited_in_week",
        "has_helped",
        "wasted_skills",
    }


def test_only_answers_teach_what_somebody_says_and_silence_passes() -> None:
    silent = (Silence(NOON - timedelta(hours=6)),)

    def likely(record: Record = NOTHING_KNOWN, silences: tuple[Silence, ...] = (), days: int = 0) -> float:
        return likelihood_of_yes(record, silences, area_metres=0, now=NOON + timedelta(days=days))

    assert likely(Record(0, 2.0)) < likely() < likely(Record(4, 2.0))
    assert likely(silences=silent) < likely()
    assert likely(silences=silent) < likely(silences=silent, days=4) < likely()
    assert likely(silences=silent, days=60) == pytest.approx(likely(), rel=0.01)


def test_several_silences_say_more_than_one_and_none_says_nothing() -> None:
    def away(*silences: Silence) -> float:
        return probability_away(silences, now=NOON)

    soon_over = Silence(NOON - timedelta(hours=20), until=NOON - timedelta(hours=20) + timedelta(minutes=2))
    all_day = Silence(NOON - timedelta(hours=20))

    assert away() == 0
    assert 0 < away(soon_over) < away(all_day) < away(all_day, all_day)
    assert away(*[all_day] * 50) <= 1


def test_answers_come_as_they_came_in_the_campaign() -> None:
    assert answered_within(timedelta(0)) == 0
    assert answered_within(timedelta(minutes=40)) == pytest.approx(
        1 - 1.498 * exp(-0.28 - 0.435 * 40 ** (1 / 3))
    )


def test_the_pace_widens_and_a_town_hall_is_called_the_sooner_the_more_urgent() -> None:
    pace = DispatchPace()
    end = NOON + timedelta(hours=10)

    assert [pace.live(urgency, 1) for urgency in (Urgency.URGENT, Urgency.TODAY, Urgency.FLEXIBLE)] == [
        6,
        3,
        2,
    ]
    assert pace.live(Urgency.TODAY, 3) == 5
    assert pace.live(Urgency.TODAY, 1, share_elapsed=0.75) > pace.live(Urgency.TODAY, 1, share_elapsed=0.74)
    assert [
        pace.escalates_at(urgency, started_at=NOON, window_ends_at=end)
        for urgency in (Urgency.URGENT, Urgency.TODAY, Urgency.FLEXIBLE)
    ] == [NOON + timedelta(hours=hours) for hours in (5, 6.5, 7.5)]


def test_a_neighbourhood_less_well_served_gets_more_invitations_and_no_better_rank() -> None:
    pace = DispatchPace(request_budget=40, underserved_percent=50)

    assert is_underserved(asked_here=20, filled_here=10, asked=100, filled=80)
    assert not is_underserved(asked_here=20, filled_here=15, asked=100, filled=80)
    assert not is_underserved(asked_here=19, filled_here=0, asked=100, filled=80)  # too few to tell
    assert pace.budget(1, is_underserved=True) == 60
    assert pace.budget(2, is_underserved=False) == 80
