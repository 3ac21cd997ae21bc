"""What time brings to inquiries, and what they hold of a person who leaves.

What somebody deposits is not kept with her account: nothing of it is copied with her data, nor erased with it (decision 41). What somebody
of the town hall did stays done, without her.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data
from civic.inquiries.models import (
    Inquiry,
    InquiryCommissioner,
    InquiryDocument,
    InquiryObservation,
    InquiryTheme,
)
from civic.inquiries.service import conducting, preparing
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import delivers


@delivers(preparing.FORGET)
def forget(owed: dict[str, Any]) -> None:
    conducting.forget_contacts(owed["inquiry_id"], now=utc_now())


@erases_personal_data("inquiries")
def unsign(person_id: int, now: datetime) -> None:
    for column in (
        Inquiry.written_by_id,
        Inquiry.prolonged_by_id,
        Inquiry.reported_by_id,
        InquiryCommissioner.person_id,
        InquiryDocument.added_by_id,
        InquiryObservation.typed_by_id,
        InquiryObservation.masked_by_id,
        InquiryTheme.answered_by_id,
    ):
        emptied = sa.update(column.class_).where(column == person_id)
        db.session.execute(emptied.values({column.key: None}).execution_options(synchronize_session=False))
