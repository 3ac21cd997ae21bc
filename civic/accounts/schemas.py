from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import validates_schema

from civic.accounts.models import MemberRight, ResidencyProof, ResidencyStatus, Role
from civic.web.languages import LANGUAGES
from civic.web.schemas import (
    BaseSchema,
    Email,
    Id,
    Line,
    Lines,
    OneOf,
    PageFilter,
    Phone,
    Secret,
    Seen,
    ValidationError,
    fields,
    validate,
)

LONGEST_NAME = 80


class SignInSchema(BaseSchema):
    email = Email(required=True)
    password = Secret(required=True)
    next = fields.String(load_default="/")


class ResidencySchema(BaseSchema):
    """The address typed only serves to find the neighbourhood; ``step`` says which button was pressed."""

    address = Line(least=0, load_default=None)
    address_point_id = Id(load_default=None)
    territory_id = Id(load_default=None)
    step = fields.String(load_default=None)


class SignUpSchema(ResidencySchema):
    name = Line(least=2, most=LONGEST_NAME, required=True)
    email = Email(required=True)
    password = Secret(required=True)
    born_on = fields.Date(load_default=None)
    next = fields.String(load_default="/")


class ForgottenPasswordSchema(BaseSchema):
    email = Email(required=True)


class NewPasswordSchema(BaseSchema):
    password = Secret(required=True)


class PresentPasswordSchema(BaseSchema):
    present_password = Secret(required=True)


class ChangePasswordSchema(PresentPasswordSchema, NewPasswordSchema):
    pass


class ChangeEmailSchema(PresentPasswordSchema):
    email = Email(required=True)


class ProfileSchema(BaseSchema):
    name = Line(least=2, most=LONGEST_NAME, required=True)
    language = fields.String(required=True, validate=validate.OneOf(list(LANGUAGES)))
    born_on = fields.Date(load_default=None)


class ApiTokenSchema(BaseSchema):
    label = Line(most=60, required=True)


class PeopleQuery(PageFilter):
    q = Line(least=0, most=100, load_default="")
    residency = OneOf(ResidencyStatus, load_default=None)


class RoleSchema(BaseSchema):
    role = OneOf(Role, required=True)
    territory_id = Id(required=True)


class ProofSchema(BaseSchema):
    proof = OneOf(ResidencyProof, required=True)


class IdentitySchema(BaseSchema):
    family_name = Line(most=LONGEST_NAME, required=True)
    first_names = Line(most=LONGEST_NAME, required=True)
    born_on = fields.Date(required=True)
    birth_place = Line(most=LONGEST_NAME, required=True)


class RegisterPersonSchema(IdentitySchema):
    name = Line(least=2, most=LONGEST_NAME, required=True)
    phone = Phone(load_default=None)
    territory_id = Id(load_default=None)


class DescribeOrganisationSchema(BaseSchema):
    name = Line(least=2, most=120, required=True)
    description = Lines(least=20, most=2000, required=True)


class ChangeOrganisationSchema(DescribeOrganisationSchema):
    seen = Seen()


class RequestOrganisationSchema(DescribeOrganisationSchema):
    registration_number = Line(least=3, most=20, load_default=None)


class InviteMemberSchema(BaseSchema):
    email = Email(required=True)


class HeldRoleSchema(BaseSchema):
    role = OneOf(Role, required=True)
    territory_id = fields.Integer(required=True)


class HomeSchema(BaseSchema):
    territory_id = fields.Integer(required=True)
    territory = fields.String(required=True)
    status = OneOf(ResidencyStatus, required=True)


class NamedSchema(BaseSchema):
    id = fields.Integer(required=True)
    name = fields.String(required=True)


class MeSchema(BaseSchema):
    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    born_on = fields.Date(required=True, allow_none=True)
    roles = fields.List(fields.Nested(HeldRoleSchema), required=True)
    residency = fields.Nested(HomeSchema, required=True, allow_none=True)
    organisations = fields.List(fields.Nested(NamedSchema), required=True)


class ChangeMeSchema(BaseSchema):
    """What is left out stays. ``territory_id`` null: no longer lives in the commune."""

    name = Line(least=2, most=LONGEST_NAME)
    language = fields.String(validate=validate.OneOf(list(LANGUAGES)))
    born_on = fields.Date(allow_none=True)
    territory_id = Id(allow_none=True, strict=True)

    @validates_schema
    def ensure_something(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data:
            raise ValidationError(str(_l("Rien à changer.")))


class OwnDataSchema(BaseSchema):
    data = fields.Dict(required=True)


class MemberRightSchema(BaseSchema):
    right = OneOf(MemberRight, required=True)
