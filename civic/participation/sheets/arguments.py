"""What a sheet says for or against proposals: each argument is published as what others wrote here, and names nobody."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.database import db
from civic.participation.sheets import queries, rules
from civic.participation.sheets.errors import ProposalUnknown
from civic.participation.sheets.models import ContributionSheet, SheetArgument
from civic.participation.sheets.rules import ReadArgument, TypedArgument
from civic.proposals.arguing.recording import record_argument, take_back_argument


def read_arguments(sheet: ContributionSheet, typed: Sequence[TypedArgument]) -> list[ReadArgument]:
    """Return the arguments of a sheet, each on a proposal of its consultation that everybody sees. What is wholly blank is none.

    Raises:
        ArgumentIncomplete, WrongLetters, ProposalUnknown.
    """
    read = [
        (row, one, rules.read_argument(one, sheet.asked.get("proposals", []), row=row))
        for row, one in enumerate(typed)
        if not one.is_blank
    ]
    shown = queries.shown_proposals(sheet.consultation_id, [found.proposal_id for _, _, found in read])
    for row, one, found in read:
        if found.proposal_id not in shown:
            name = f"arguments-{row}-proposal"
            raise ProposalUnknown(fields={name: [ProposalUnknown.message]}, text=one.proposal)
    return [found for _, _, found in read]


def publish_arguments(sheet: ContributionSheet, read: Sequence[ReadArgument], now: datetime) -> None:
    """Publish the arguments of a sheet that was described."""
    assert sheet.channel is not None
    for one in read:
        argument_id = record_argument(
            one.proposal_id, side=one.side, body=one.body, channel=sheet.channel, now=now
        )
        db.session.add(SheetArgument(argument_id=argument_id, sheet_id=sheet.id))


def take_back_arguments(sheet_id: int, *, actor_id: int, now: datetime) -> None:
    for argument_id in queries.arguments_of(sheet_id):
        db.session.execute(sa.delete(SheetArgument).where(SheetArgument.argument_id == argument_id))
        take_back_argument(argument_id, actor_id=actor_id, now=now)
