"""JSON API of registers and signed receipts."""

from typing import Any

from civic.voting.register import checking
from civic.voting.register.checking import ReceiptChecked, RegisterView
from civic.voting.register.schemas import (
    CheckedSignedReceiptSchema,
    RegisterQuery,
    RegisterSchema,
    SignedReceiptSchema,
)
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("voting_register_api", __name__)


@blueprint.operation(
    "GET",
    "/polls/<int:poll_id>/register",
    summary="Read the register of a poll: what was done to it, chained by hashes, the last line first",
    query=RegisterQuery,
    answer=RegisterSchema,
)
def show_register(poll_id: int, query: dict[str, Any]) -> RegisterView:
    return checking.show_register(
        current_actor(),
        poll_id=poll_id,
        acts_only=query["acts"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "POST",
    "/receipts/check-signed",
    summary="Check a signed receipt: its signature, the box, the register and the published list",
    body=SignedReceiptSchema,
    answer=CheckedSignedReceiptSchema,
    is_kept=False,
)
def check_signed_receipt(body: dict[str, Any]) -> ReceiptChecked:
    return checking.check_signed_receipt(text=body["receipt"])
