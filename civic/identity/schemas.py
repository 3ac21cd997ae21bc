from typing import Any

from flask_babel import lazy_gettext as _l

from civic.identity.rules import read_colour
from civic.web.schemas import BaseSchema, Line, Lines, Seen, fields


class Colour(fields.String):
    """A colour, typed as a designer writes it: ``#0a5a60``, ``0A5A60`` or ``#abc``. Read as ``#rrggbb``; empty for the original one."""

    default_error_messages = {
        "invalid": _l("Écrivez une couleur en six chiffres ou lettres de A à F, par exemple #0a5a60."),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        if not typed.strip():
            return ""
        colour = read_colour(typed)
        if colour is None:
            raise self.make_error("invalid")
        return colour


class IdentitySchema(BaseSchema):
    name = Line(0, 60, load_default="")
    tagline = Line(0, 80, load_default="")
    welcome_title = Line(0, 120, load_default="")
    welcome_lead = Lines(0, 300, load_default="")
    participation_colour = Colour(load_default="")
    solidarity_colour = Colour(load_default="")
    seen = Seen()


class StyleSheetQuery(BaseSchema):
    """The colours that a style sheet is asked for, by its address: it depends on nothing else, so it can be kept for ever."""

    participation = Colour(load_default="")
    solidarity = Colour(load_default="")
    apparence = fields.String(load_default="")
    apercu = fields.Boolean(load_default=False)
    v = fields.String(load_default="")
