from civic.territories.models import TerritoryKind
from civic.web.schemas import BaseSchema, Line, OneOf, PageQuery, fields, page_schema, validate


class TerritorySchema(BaseSchema):
    id = fields.Integer(required=True)
    kind = OneOf(TerritoryKind, required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    latitude = fields.Float(required=True, allow_none=True)
    population = fields.Integer(required=True, allow_none=True)
    households = fields.Integer(required=True, allow_none=True)


class TerritoryWithOutlineSchema(TerritorySchema):
    """``boundary`` is a GeoJSON geometry in WGS84."""

    boundary = fields.Dict(required=True, allow_none=True)


TerritoryPageSchema = page_schema(TerritorySchema)


class PositionQuery(BaseSchema):
    longitude = fields.Float(required=True, allow_nan=False, validate=validate.Range(-180, 180))
    latitude = fields.Float(required=True, allow_nan=False, validate=validate.Range(-90, 90))


class AddressQuery(BaseSchema):
    q = Line(least=3, most=200, required=True)


class AddressSchema(BaseSchema):
    id = fields.Integer(required=True)
    label = fields.String(required=True)
    longitude = fields.Float(required=True)
    latitude = fields.Float(required=True)
    neighbourhood_id = fields.Integer(required=True, allow_none=True)
    neighbourhood = fields.String(required=True, allow_none=True)


class AddressesSchema(BaseSchema):
    items = fields.List(fields.Nested(AddressSchema), required=True)


__all__ = [
    "AddressQuery", "AddressSchema", "AddressesSchema", "PageQuery", "PositionQuery", "TerritoryPageSchema",
    "TerritorySchema", "TerritoryWithOutlineSchema",
]  # fmt: skip
