from enum import StrEnum

from civic.web.schemas import BaseSchema, OneOf, fields, validate


class RollMode(StrEnum):
    REPLACE = "replace"
    ADD = "add"


class SendRollSchema(BaseSchema):
    """The file travels beside the form."""

    mode = OneOf(RollMode, load_default=RollMode.REPLACE)


class ConfirmRollSchema(BaseSchema):
    """The digest of what the agent read; nothing is confirmed if another waits."""

    digest = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z"))
