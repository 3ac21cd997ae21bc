"""Sheets to fill in by hand: each is printed with a number of its own, and what is written on it is typed once."""

import secrets

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.numbering import DIGITS, NUMBER_LENGTH, number_from, tidy_number
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk import queries
from civic.mutual_aid.desk.errors import SheetTyped, SheetUnknown
from civic.mutual_aid.desk.events import SheetsPrinted
from civic.mutual_aid.desk.models import RequestSheet
from civic.mutual_aid.rules import Channel, ConsentMode, RequestDetails
from civic.mutual_aid.service.requests import ask_for_another


def print_sheets(actor: Actor, *, territory_id: int, count: int) -> list[int]:
    """Draw the numbers of some sheets to print.

    Returns:
        The sheets' ids, in the order of printing.

    Raises:
        NotAllowed: the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.ASK_FOR_ANOTHER, territory_id)
        sheets = [
            RequestSheet(
                territory_id=territory_id,
                number=number_from([secrets.randbelow(len(DIGITS)) for _ in range(NUMBER_LENGTH)]),
                printed_at=now,
                printed_by_id=actor.id,
            )
            for _ in range(count)
        ]
        db.session.add_all(sheets)
        db.session.flush()
        publish(SheetsPrinted(occurred_at=now, territory_id=territory_id, actor_id=actor.id, sheets=count))
        return [sheet.id for sheet in sheets]


def ask_from_sheet(
    actor: Actor, *, details: RequestDetails, consent: ConsentMode | None, number: str = ""
) -> int:
    """Send a request for another person, as ``ask_for_another`` does; with a sheet's number, it came on paper and is typed once.

    Returns:
        The request's id.

    Raises:
        SheetUnknown, SheetTyped, and what ``ask_for_another`` raises.
    """
    channel = Channel.PAPER if number else Channel.TELEPHONE
    with transaction():
        request_id = ask_for_another(actor, details=details, consent=consent, channel=channel)
        if number:
            type_sheet(number=number, request_id=request_id)
        return request_id


def type_sheet(*, number: str, request_id: int) -> None:
    """Write that a sheet became a request, in the transaction of the command that wrote it.

    Raises:
        SheetUnknown: no sheet printed here has this number.
        SheetTyped: somebody typed it already.
    """
    now = utc_now()
    with transaction():
        sheet = queries.find_sheet(tidy_number(number))
        if sheet is None:
            raise SheetUnknown(fields={"sheet_number": [SheetUnknown.message]})
        if sheet.typed_at is not None:
            raise SheetTyped(fields={"sheet_number": [SheetTyped.message]})
        sheet.typed_at, sheet.request_id = now, request_id
