"""Base of the marshmallow schemas: the only readers of untrusted input, on all three doors."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from civic.kernel.clock import from_town_time, is_existing_local_time
from civic.kernel.pagination import LARGEST_PAGE, LAST_PAGE, PAGE_SIZE
from civic.kernel.telephone import read_number
from civic.kernel.text import clean_line, clean_lines

LARGEST_ID = 2**31 - 1

_MESSAGES = {
    "required": _l("Ce champ est requis."),
    "null": _l("Ce champ est requis."),
    "validator_failed": _l("Cette valeur ne convient pas."),
    "invalid": _l("Cette valeur ne convient pas."),
    "too_large": _l("Ce nombre est trop grand."),
    "invalid_utf8": _l("Ce texte n’est pas lisible."),
    "invalid_uuid": _l("Cet identifiant n’est pas valable."),
}
fields.Field.default_error_messages = {**fields.Field.default_error_messages, **_MESSAGES}
for _kind, _message in (
    (fields.String, _l("Écrivez du texte.")),
    (fields.Integer, _l("Écrivez un nombre entier.")),
    (fields.Number, _l("Écrivez un nombre.")),
    (fields.Boolean, _l("Répondez par oui ou par non.")),
    (fields.List, _l("Donnez une liste.")),
    (fields.Date, _l("Écrivez une date, par exemple 2027-03-14.")),
):
    _kind.default_error_messages = {**_kind.default_error_messages, "invalid": _message}


class BaseSchema(Schema):
    """Unknown fields are errors: nothing is assigned that was not declared."""

    class Meta:
        unknown = RAISE
        ordered = True

    error_messages = {
        "unknown": _l("Ce champ n’est pas connu."),
        "type": _l("Donnez un objet JSON."),
        "required": _l("Ce champ est requis."),
    }


def length(least: int, most: int) -> validate.Length:
    """Validate the length of a text, in characters."""
    if least <= 1:
        return validate.Length(
            min=least, max=most, error=_l("Ce champ est requis, et tient en {max} caractères.")
        )
    return validate.Length(min=least, max=most, error=_l("Écrivez entre {min} et {max} caractères."))


class Line(fields.String):
    """One line of plain text, cleaned when read."""

    def __init__(self, least: int = 1, most: int = 200, **kwargs: Any):
        super().__init__(validate=length(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return clean_line(super()._deserialize(value, attr, data, **kwargs))


class Lines(fields.String):
    """Plain text or Markdown over several lines, cleaned when read."""

    def __init__(self, least: int = 1, most: int = 20_000, **kwargs: Any):
        super().__init__(validate=length(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return clean_lines(super()._deserialize(value, attr, data, **kwargs))


class Secret(fields.String):
    """A password or a token: taken to the letter, never cleaned, and bounded so that hashing it stays cheap."""

    def __init__(self, least: int = 1, most: int = 256, **kwargs: Any):
        super().__init__(validate=length(least, most), load_only=True, **kwargs)


class Email(fields.String):
    """An e-mail address, in lower case."""

    def __init__(self, **kwargs: Any):
        checks = [
            validate.Length(max=254, error=_l("Cette adresse est trop longue.")),
            validate.Email(error=_l("Écrivez une adresse électronique, par exemple nom@exemple.fr.")),
        ]
        super().__init__(validate=checks, metadata={"format": "email"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return clean_line(super()._deserialize(value, attr, data, **kwargs)).casefold()


class Phone(fields.String):
    """A telephone number, French unless it begins with ``+`` (see ``civic.kernel.telephone``)."""

    default_error_messages = {
        "unknown": _l(
            "Ce numéro n’est pas complet, ou a un chiffre de trop. Écrivez les 10 chiffres, par exemple 02 41 00 00 00 ; pour un autre pays, commencez par + et son indicatif."
        )
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = read_number(clean_line(super()._deserialize(value, attr, data, **kwargs)))
        if number is None:
            raise self.make_error("unknown")
        return number


class Id(fields.Integer):
    """The number of a row."""

    def __init__(self, **kwargs: Any):
        problem = _l("Ce choix n’existe pas.")
        super().__init__(
            strict=kwargs.pop("strict", False),
            validate=validate.Range(min=1, max=LARGEST_ID, error=problem),
            **kwargs,
        )


class Whole(fields.Integer):
    """A whole number between two bounds, both included."""

    def __init__(self, least: int, most: int, **kwargs: Any):
        problem = _l("Écrivez un nombre entre {min} et {max}.")
        super().__init__(validate=validate.Range(min=least, max=most, error=problem), **kwargs)


class OneOf(fields.String):
    """One value of a ``StrEnum``."""

    def __init__(self, values: type[StrEnum], **kwargs: Any):
        self.values = values
        choices = [member.value for member in values]
        super().__init__(
            validate=validate.OneOf(choices, error=_l("Choisissez une des réponses proposées.")), **kwargs
        )

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        loaded = super().deserialize(value, attr, data, **kwargs)
        return self.values(loaded) if isinstance(loaded, str) else loaded


class Instant(fields.Field[datetime]):
    """An instant. With an offset (the API) it is taken as it is; without one (a form) it is the time on the town hall's clock."""

    default_error_messages = {
        "invalid": _l("Écrivez une date et une heure, par exemple 2027-03-14 18:30."),
        "beyond": _l("Écrivez une date entre 1900 et 2200."),
        "skipped": _l("Cette heure n’existe pas : cette nuit-là, les horloges avancent d’une heure."),
    }

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return (
            None
            if value is None
            else value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value.strip())
        except (ValueError, AttributeError) as error:
            raise self.make_error("invalid") from error
        if (
            not 1900 <= instant.year <= 2200
        ):  # beyond, nothing could be moved by some weeks, nor told on the town hall's clock
            raise self.make_error("beyond")
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
        if not is_existing_local_time(instant):
            raise self.make_error("skipped")
        return from_town_time(instant)


class PageFilter(BaseSchema):
    """The page of a list, in the address of an HTML page."""

    page = Whole(1, LAST_PAGE, load_default=1)


class PageQuery(PageFilter):
    """The page of a list that a program asks for, as long as it wishes."""

    page_size = Whole(1, LARGEST_PAGE, load_default=PAGE_SIZE)


class Seen(Line):
    """What was stored when what is written again was read (``Edited.seen``); null, or nothing, overwrites."""

    def __init__(self, **kwargs: Any):
        super().__init__(0, 64, load_default=None, allow_none=True, **kwargs)


class NothingSchema(BaseSchema):
    """The body of a command that takes none."""


def page_schema(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of such items."""
    name = item.__name__.removesuffix("Schema")
    return BaseSchema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "page": fields.Integer(attribute="number", required=True),
            "page_size": fields.Integer(attribute="size", required=True),
            "pages": fields.Integer(required=True),
            "total": fields.Integer(required=True),
        },
        name=f"{name}PageSchema",
    )


__all__ = [
    "BaseSchema", "Email", "Id", "Instant", "Line", "Lines", "NothingSchema", "OneOf", "PageFilter", "PageQuery", "Phone", "Secret",
    "ValidationError", "Whole", "fields", "length", "page_schema", "validate",
]  # fmt: skip
