"""Every forgery is refused by our verifier, and for the right reason; beside it, what belenios-tool 2.0 says of it."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from civic.voting.sealed.archive import Head, read_archive
from civic.voting.sealed.verify import verify_archive, verify_growth, verify_head
from civic.voting.verification.report import Report
from tests.voting.sealed.forgeries import FORGERIES, Forgery
from tests.voting.sealed.stages import Event, Stages, forge


@pytest.mark.parametrize("forgery", FORGERIES, ids=[forgery.name for forgery in FORGERIES])
def test_a_forgery_is_refused(stages: Stages, forgery: Forgery) -> None:
    archive = forgery.forger(stages)
    report = verify_archive(archive)
    last = report.checks[-1]

    assert (report.is_valid, last.code, report.facts) == (False, forgery.check, {}), report.lines()
    assert all(check.is_passed for check in report.checks[:-1])
    assert last.problem is not None
    assert forgery.says in last.problem
    assert stages.belenios.accepts(archive) is not forgery.is_seen_by_belenios


def drop(stages: Stages) -> bytes:
    """Leave out a ballot while the vote goes on: alone, the archive looks right."""
    return forge(stages.archives["voted again"], lambda events: events.pop(2))


def reorder(stages: Stages) -> bytes:
    def swap(events: list[Event]) -> None:
        events[1], events[2] = events[2], events[1]

    return forge(stages.archives["voted again"], swap)


@pytest.mark.parametrize("forger", [drop, reorder])
def test_a_ballot_that_is_dropped_or_moved_during_the_vote_is_seen_by_who_kept_a_copy(
    stages: Stages, forger
) -> None:
    forged, kept = forger(stages), stages.archives["voting"]
    report = verify_archive(forged)
    assert report.is_valid
    assert stages.belenios.accepts(forged)

    verify_growth(report, kept, forged)

    assert (report.is_valid, report.checks[-1].code) == (False, "growth")
    assert not stages.belenios.accepts_growth(kept, forged)


@pytest.mark.parametrize("forger", [drop, reorder])
def test_a_ballot_that_is_dropped_or_moved_is_seen_by_who_kept_a_receipt(
    stages: Stages, forger: Callable[[Stages], bytes]
) -> None:
    report = Report()
    verify_head(report, stages.read("voted again").head, forger(stages))

    assert (report.is_valid, report.checks[-1].code) == (False, "head")


def test_an_archive_that_grew_continues_each_earlier_copy(stages: Stages) -> None:
    copies = list(stages.archives.values())
    for earlier, later in pairwise(copies):
        report = Report()
        verify_growth(report, earlier, later)
        assert report.is_valid
        shrunk = Report()
        verify_growth(shrunk, later, earlier)
        assert not shrunk.is_valid
    assert stages.belenios.accepts_growth(copies[0], copies[-1])
    assert not stages.belenios.accepts_growth(copies[-1], copies[0])


def test_an_archive_cut_anywhere_never_passes(stages: Stages) -> None:
    """Cut just after an event it is what it was at that moment, which the head that was published tells."""
    whole = stages.archives["result"]
    archive = read_archive(whole)
    lengths = {512 * number for number in range(1, len(whole) // 512)} | {1, 511, 513, len(whole) - 1}
    remaining = []
    for length in sorted(lengths):
        report = Report()
        verify_head(report, archive.head, whole[:length])
        assert not report.is_valid, length
        if "coupée" not in str(report.checks[-1].problem):
            remaining.append(length)

    assert len(remaining) == len(archive.events) - 1
    assert not any(
        verify_archive(whole[:length]).is_valid for length in (1, 511, 512, 1024, len(whole) - 512)
    )


def test_a_copy_that_is_damaged_is_told_apart_from_a_forged_archive(stages: Stages) -> None:
    report = Report()
    verify_growth(report, stages.archives["voting"][:-1], stages.archives["result"])

    assert (report.is_valid, report.checks[-1].code) == (False, "earlier-copy")


def test_a_single_changed_byte_is_seen_wherever_it_is(stages: Stages) -> None:
    whole = stages.archives["open"]
    for place in range(0, len(whole), 97):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        assert not verify_archive(changed).is_valid, place


def test_a_code_that_a_corrupt_authority_added_is_seen_by_its_number_alone(stages: Stages) -> None:
    """Neither program can tell: the roll is longer than the list of the persons who were sent a letter. The report tells its length."""
    report = verify_archive(stages.archives["voting"])

    assert report.facts["roll"] == len(stages.codes)
    assert any("Codes de vote sur la liste : 4" in line for line in report.lines())


def test_what_was_noted_at_any_moment_is_found_again(stages: Stages) -> None:
    for event in stages.read("voting").events:
        report = Report()
        verify_head(report, event.head, stages.archives["result"])
        assert report.is_valid
    report = Report()
    verify_head(report, Head(3, "0" * 64), stages.archives["result"])
    assert not report.is_valid
