"""What the pages of the import of offers read."""

from civic.mutual_aid.importing.rules import MOST_COLUMNS, Column
from civic.safeguarding.rules import AgeBand
from civic.web.schemas import BaseSchema, OneOf, Whole, fields


class ImportOffersSchema(BaseSchema):
    skips_errors = fields.Boolean(load_default=False)
    keeps_doubtful = fields.Boolean(load_default=False)


class ConfirmOfferSchema(BaseSchema):
    accepts_charter = fields.Boolean(load_default=False)
    age = OneOf(AgeBand, load_default=AgeBand.ADULT)


ColumnsSchema = type(
    "ColumnsSchema",
    (BaseSchema,),
    {column.value: Whole(1, MOST_COLUMNS, load_default=None, allow_none=True) for column in Column},
)
"""For each thing that an offer holds, the number of the column that says it, from 1."""
