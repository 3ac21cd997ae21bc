"""What the pages of the register read."""

from civic.checkins.register.lines import LONGEST_LINE, LONGEST_NAME, Column
from civic.checkins.register.rules import AskedBy, Ground, Leaving, Way
from civic.mutual_aid.importing.rules import MOST_COLUMNS
from civic.web.schemas import BaseSchema, Email, Id, Line, OneOf, PageQuery, Phone, Seen, Whole, fields


class EntrySchema(BaseSchema):
    family_name = Line(1, LONGEST_NAME, required=True)
    first_names = Line(1, LONGEST_NAME, required=True)
    born_on = fields.Date(required=True)
    ground = OneOf(Ground, required=True)
    address = Line(3, LONGEST_LINE, required=True)
    territory_id = Id(required=True)
    phone = Phone(required=True)
    asked_by = OneOf(AskedBy, required=True)
    asker = Line(0, LONGEST_LINE, load_default="")
    asked_on = fields.Date(required=True)
    way = OneOf(Way, required=True)
    relative_name = Line(0, LONGEST_LINE, load_default="")
    relative_phone = Phone(load_default="")
    home_service = Line(0, LONGEST_LINE, load_default="")
    email = Email(load_default=None, allow_none=True)


class ChangeEntrySchema(EntrySchema):
    seen = Seen()


class RegisterQuery(PageQuery):
    q = Line(0, 80, load_default="")
    state = Line(0, 20, load_default="all")


class RemoveEntrySchema(BaseSchema):
    reason = OneOf(Leaving, required=True)


class ExportSchema(BaseSchema):
    request = Line(0, LONGEST_LINE, load_default="")


class ImportRegisterSchema(BaseSchema):
    is_certified = fields.Boolean(load_default=False)
    skips_errors = fields.Boolean(load_default=False)


RegisterColumnsSchema = BaseSchema.from_dict(
    {column.value: Whole(1, MOST_COLUMNS, load_default=None, allow_none=True) for column in Column},
    name="RegisterColumnsSchema",
)
