"""Days are those of the town hall's calendar, and nobody's promise is reduced."""

from datetime import UTC, date, datetime, timedelta

import pytest

from civic.proposals.answers import rules
from civic.proposals.answers.errors import PromiseIsKept
from civic.proposals.answers.rules import Lack, Promise, Reading, Verdict, Wait
from civic.proposals.rules import Decision

EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""Half past midnight, on the second of March, on the town hall's clock."""


def test_the_last_day_is_in_time_until_its_midnight_across_the_change_of_clocks() -> None:
    due = rules.due_at(EVENING, 60)

    assert rules.last_day(due) == date(2026, 5, 1)
    assert due == datetime(2026, 5, 1, 22, tzinfo=UTC)
    assert rules.wait_of(due, None, at=due - timedelta(seconds=1)) is Wait.AWAITED
    assert rules.wait_of(due, None, at=due) is Wait.LATE
    assert rules.wait_of(due, due - timedelta(seconds=1), at=due) is Wait.IN_TIME
    assert rules.wait_of(due, due, at=due) is Wait.ANSWERED_LATE


def test_days_are_counted_from_midnight_to_midnight_of_the_town() -> None:
    assert rules.days_waited(EVENING, at=EVENING + timedelta(hours=23)) == 0
    assert rules.days_waited(EVENING, at=EVENING + timedelta(hours=23, minutes=30)) == 1
    due = rules.due_at(EVENING, 60)
    assert [rules.days_late(due, at=due + timedelta(days=days)) for days in (-3, -1, 0, 11)] == [0, 0, 1, 12]


def test_reminders_leave_in_the_morning_before_the_date_on_it_then_for_the_next_in_charge() -> None:
    due = rules.due_at(EVENING, 60)
    mornings = [rules.reminder_at(step, due, 7, after=EVENING) for step in range(4)]

    assert [(each.day, each.month, each.hour) for each in mornings] == [
        (24, 4, 6), (1, 5, 6), (8, 5, 6), (15, 5, 6),
    ]  # fmt: skip
    assert [rules.rank_of(step) for step in range(4)] == [0, 0, 1, 2]
    assert rules.reminder_at(0, due, 90, after=EVENING) == datetime(2026, 3, 2, 7, tzinfo=UTC)
    late = due + timedelta(days=30, hours=12)
    assert rules.reminder_at(1, due, 7, after=late) == datetime(2026, 6, 2, 6, tzinfo=UTC)


def test_to_study_puts_the_date_off_once_and_only_in_time() -> None:
    due = rules.due_at(EVENING, 60)
    soon = due - timedelta(days=10)

    assert rules.extended_due_at(due, 60, at=soon, is_extended=False) == rules.due_at(soon, 60)
    assert rules.extended_due_at(due, 60, at=soon, is_extended=True) is None
    assert rules.extended_due_at(due, 60, at=due, is_extended=False) is None
    assert not rules.settles(Decision.STUDYING)
    assert all(rules.settles(each) for each in Decision if each is not Decision.STUDYING)


def test_a_promise_is_made_stronger_never_weaker() -> None:
    rules.ensure_kept(Promise(10, 60), Promise(5, 30, remind_days=1, needs_reading=True))

    for weaker, name in ((Promise(11, 60), "threshold"), (Promise(10, 61), "days")):
        with pytest.raises(PromiseIsKept) as refusal:
            rules.ensure_kept(Promise(10, 60), weaker)
        assert list(refusal.value.fields) == [name]


@pytest.mark.parametrize(
    ("reading", "needs_reading", "lack"),
    [
        (None, False, None),
        (None, True, Lack.UNREAD),
        (Reading(2), False, Lack.AWAITS_READING),
        (Reading(2, Verdict.AGREED, 2), True, None),
        (Reading(1, Verdict.AGREED, 1), True, Lack.UNREAD),
        (Reading(1, Verdict.AGREED, 1), False, None),
        (Reading(2, Verdict.TO_CHANGE, 2), False, Lack.TO_CHANGE),
        (Reading(1, Verdict.TO_CHANGE, 1), False, None),
        (Reading(1, Verdict.TO_CHANGE, 1), True, Lack.UNREAD),
    ],
)
def test_a_reading_holds_for_the_text_that_was_read(
    reading: Reading | None, needs_reading: bool, lack: Lack | None
) -> None:
    assert rules.lack_of(reading, 2, needs_reading=needs_reading) is lack
