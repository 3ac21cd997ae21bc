"""The rules of inquiries, without a database."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from civic.inquiries import rules
from civic.inquiries.checking import command as check_register
from civic.inquiries.errors import (
    DatesRefused,
    PassageNotFound,
    ProlongationRefused,
    ReceivedOutside,
    RegisterClosed,
    RegisterNotOpen,
    WrongInquiryState,
)
from civic.inquiries.rules import REFUSED_ACTS, TRANSITIONS, Act, InquiryState, Regime, Step
from civic.kernel.clock import from_town_time
from tests.inquiries.making import PLAN


def town(*parts: int) -> datetime:
    return from_town_time(datetime(*parts))  # type: ignore[arg-type]


def state(step: Step, at: datetime, reported_at: datetime | None = None) -> InquiryState:
    return rules.state_of(
        step, opens_at=PLAN.opens_at, closes_at=PLAN.closes_at, reported_at=reported_at, at=at
    )


def test_it_opens_and_closes_to_the_minute_by_its_dates_alone() -> None:
    second = timedelta(seconds=1)

    assert state(Step.ANNOUNCED, PLAN.opens_at - second) is InquiryState.ANNOUNCED
    assert state(Step.ANNOUNCED, PLAN.opens_at) is InquiryState.OPEN
    assert state(Step.ANNOUNCED, PLAN.closes_at - second) is InquiryState.OPEN
    assert state(Step.ANNOUNCED, PLAN.closes_at) is InquiryState.CLOSED
    assert state(Step.DRAFT, PLAN.opens_at) is InquiryState.DRAFT


def test_a_report_is_read_a_year_then_archived() -> None:
    reported = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)

    assert state(Step.REPORTED, datetime(2029, 2, 28, 11, 59, tzinfo=UTC), reported) is InquiryState.REPORTED
    assert state(Step.REPORTED, datetime(2029, 2, 28, 12, 0, tzinfo=UTC), reported) is InquiryState.ARCHIVED


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("now", list(InquiryState))
def test_each_arrow_is_a_line_of_the_table_and_the_others_say_why_not(now: InquiryState, act: Act) -> None:
    if (now, act) in TRANSITIONS:
        assert rules.next_step(now, act) is TRANSITIONS[now, act]
        return
    with pytest.raises((WrongInquiryState, RegisterNotOpen, RegisterClosed)) as refused:
        rules.next_step(now, act)
    assert str(refused.value) in (REFUSED_ACTS[act], RegisterNotOpen.message)


def test_thirty_days_are_counted_on_the_calendar_whatever_the_clocks_do() -> None:
    """Clocks go forward on 28 March 2027, and back on 31 October: thirty days of the calendar are an hour less, or more."""
    spring, autumn = (
        (town(2027, 3, 8, 9), town(2027, 4, 6, 12)),
        (town(2027, 10, 11, 9), town(2027, 11, 9, 12)),
    )

    assert rules.days_between(*spring) == rules.days_between(*autumn) == 30
    for opens_at, closes_at in (spring, autumn):
        rules.ensure_dates(replace(PLAN, regime=Regime.ASSESSED, opens_at=opens_at, closes_at=closes_at))
        with pytest.raises(DatesRefused):
            short = closes_at - timedelta(days=1)
            rules.ensure_dates(replace(PLAN, regime=Regime.ASSESSED, opens_at=opens_at, closes_at=short))
    assert (
        rules.days_between(town(2027, 3, 1), town(2027, 3, 31)) == 30
    )  # it closes with the 30th, at midnight


def test_fifteen_days_are_enough_without_an_assessment_and_the_order_decides_elsewhere() -> None:
    opens = town(2027, 5, 3, 9)

    rules.ensure_dates(
        replace(PLAN, regime=Regime.UNASSESSED, opens_at=opens, closes_at=town(2027, 5, 17, 12))
    )
    with pytest.raises(DatesRefused):
        rules.ensure_dates(
            replace(PLAN, regime=Regime.UNASSESSED, opens_at=opens, closes_at=town(2027, 5, 16, 12))
        )
    rules.ensure_dates(replace(PLAN, regime=Regime.OTHER, opens_at=opens, closes_at=town(2027, 5, 4, 12)))
    with pytest.raises(DatesRefused):
        rules.ensure_dates(replace(PLAN, opens_at=opens, closes_at=opens))


def test_it_is_prolonged_once_and_by_fifteen_days_at_most() -> None:
    closes = town(2027, 3, 20, 17)

    rules.ensure_prolongation(closes, town(2027, 4, 4, 17), first_closes_at=None)
    with pytest.raises(ProlongationRefused):
        rules.ensure_prolongation(closes, town(2027, 4, 5, 9), first_closes_at=None)
    with pytest.raises(ProlongationRefused):
        rules.ensure_prolongation(closes, closes, first_closes_at=None)
    with pytest.raises(WrongInquiryState):
        rules.ensure_prolongation(closes, town(2027, 3, 25), first_closes_at=town(2027, 3, 10))


def test_what_was_received_outside_the_hours_does_not_enter() -> None:
    inside = {"opens_at": PLAN.opens_at, "closes_at": PLAN.closes_at}
    later = PLAN.closes_at + timedelta(days=2)

    rules.ensure_received_inside(PLAN.opens_at, at=later, **inside)
    rules.ensure_received_inside(PLAN.closes_at - timedelta(minutes=1), at=later, **inside)
    for received in (PLAN.opens_at - timedelta(minutes=1), PLAN.closes_at, later + timedelta(minutes=1)):
        with pytest.raises(ReceivedOutside):
            rules.ensure_received_inside(received, at=later, **inside)


def test_contacts_are_erased_a_year_after_the_report_or_two_after_the_closing() -> None:
    reported = PLAN.closes_at + timedelta(days=30)

    assert rules.forgets_at(PLAN.closes_at, reported) == rules.years_after(reported, 1)
    assert rules.forgets_at(PLAN.closes_at, None) == rules.years_after(PLAN.closes_at, 2)


def test_a_passage_is_masked_wherever_it_stands_and_must_be_there() -> None:
    assert rules.masked("un sot, oui, un sot", "un sot") == "[…], oui, […]"
    with pytest.raises(PassageNotFound):
        rules.masked("rien", "un sot")


def made_register(count: int = 4) -> dict[str, object]:
    inquiry = {"id": 7, "order_number": "2027-12", "order_on": "2026-10-01", "title": "Haies"}
    previous, lines = check_register.first_link(inquiry), []
    for number in range(1, count + 1):
        content = {"name": "", "text": f"Observation {number}", "files": [], "nonce": f"{number:032}"}
        line: dict[str, object] = {
            "number": number,
            "deposited_at": "2027-03-02T10:00:00Z",
            "received_at": "2027-03-02T10:00:00Z",
            "channel": "web",
            "fingerprint": check_register.content_fingerprint(content),
            "content": content,
        }
        line["line"] = previous = check_register.line_fingerprint(previous, line)
        lines.append(line)
    return {"format": check_register.FORMAT, "inquiry": inquiry, "head": previous, "lines": lines}


def test_the_program_that_anybody_runs_finds_each_way_to_change_a_register() -> None:
    def spoiled(change: object) -> list[str]:
        register = json.loads(json.dumps(made_register()))
        change(register)  # type: ignore[operator]
        return check_register.problems_of(register)

    def swap(register: dict[str, list[object]]) -> None:
        lines = register["lines"]
        lines[1], lines[2] = lines[2], lines[1]

    assert spoiled(lambda register: None) == []
    assert spoiled(lambda r: r["lines"][1].update(content=None)) == []  # masked: its fingerprint stays
    assert spoiled(lambda r: r["lines"][1]["content"].update(text="Autre"))
    assert spoiled(lambda r: r["lines"][1].update(deposited_at="2027-03-03T10:00:00Z"))
    assert spoiled(lambda r: r["lines"][1].update(channel="letter"))
    assert spoiled(lambda r: r["lines"].pop(1))
    assert spoiled(lambda r: r["lines"].pop())
    assert spoiled(swap)
    assert spoiled(lambda r: r["inquiry"].update(order_number="2027-13"))
    assert spoiled(lambda r: r.update(format="other"))


def test_the_program_runs_alone_from_its_file(tmp_path: object) -> None:
    import subprocess
    import sys
    from pathlib import Path

    folder = Path(str(tmp_path))
    script = folder / "verifier_registre.py"
    script.write_text(Path(check_register.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    register = folder / "registre.json"

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(script), str(register)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)

    register.write_text(json.dumps(made_register()), encoding="utf-8")
    good = run()
    assert (good.returncode, "intact" in good.stdout) == (0, True)
    broken = made_register()
    broken["lines"].pop()  # type: ignore[attr-defined]
    register.write_text(json.dumps(broken), encoding="utf-8")
    assert run().returncode == 1
    register.write_text('{"inquiry": {}}', encoding="utf-8")
    assert "incomplet" in run().stdout
