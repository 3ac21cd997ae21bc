"""A whole register as a file, whatever its length: made some lines at a time, so that nothing is left out and nothing fills the memory."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from civic.inquiries import lines
from civic.inquiries.checking import command as check_register
from civic.inquiries.lines import LineView
from civic.inquiries.models import Inquiry, InquiryObservation

Read = TypeVar("Read")


def register_as_json(inquiry: Inquiry) -> Iterator[str]:
    """Return a register as anybody checks it, a piece after the other: what is common to it, then its lines.

    It ends with the line whose fingerprint is ``head``, as the inquiry was read: one that enters meanwhile would not go with it.
    """
    identity = lines.identity_of(inquiry)
    told = {
        "format": check_register.FORMAT,
        "inquiry": identity | {"title": inquiry.title},
        "head": inquiry.head or check_register.first_link(identity),
        "count": inquiry.observation_count,
    }
    return _json_pieces(told, _steps(inquiry.id, inquiry.observation_count, lines.exported_lines))


def _json_pieces(told: dict[str, Any], steps: Iterator[list[dict[str, Any]]]) -> Iterator[str]:
    between = json.dumps(told, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "lines": [\n'
    for step in steps:
        yield between + ",\n".join(json.dumps(line, ensure_ascii=False) for line in step)
        between = ",\n"
    yield "\n]}\n" if between == ",\n" else between + "]}\n"


def studied_lines(inquiry: Inquiry, *, has_notes: bool) -> Iterator[list[LineView]]:
    """Return all the observations with their themes, some at a time. ``has_notes``: for the commissioner."""
    return _steps(
        inquiry.id,
        inquiry.observation_count,
        lambda rows: lines.view_lines(rows, is_studied=True, has_notes=has_notes),
    )


def _steps(
    inquiry_id: int, last: int, read: Callable[[list[InquiryObservation]], list[Read]]
) -> Iterator[list[Read]]:
    """Each step reads by itself, and keeps no row of the one before."""
    after = 0
    while rows := lines.read_on(inquiry_id, after=after, last=last):
        after = rows[-1].number
        yield read(rows)
