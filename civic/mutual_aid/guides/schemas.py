"""What the pages of guides read."""

from typing import Any

from flask_babel import lazy_gettext as _l

from civic.mutual_aid.guides.rules import GuideText
from civic.web.schemas import BaseSchema, Line, Lines, Seen, fields, validate

LONGEST_GUIDE = 6_000


class Address(fields.String):
    """The address of a page, which begins with https://."""

    def __init__(self, **kwargs: Any):
        checks = [
            validate.Length(max=300, error=_l("Cette adresse est trop longue.")),
            validate.URL(schemes={"https"}, error=_l("Écrivez une adresse qui commence par https://.")),
        ]
        super().__init__(validate=checks, **kwargs)


class GuideSchema(BaseSchema):
    title = Line(3, 100, required=True)
    summary = Line(0, 200, load_default="")
    text = Lines(10, LONGEST_GUIDE, required=True)
    address = Address(load_default=None, allow_none=True)
    seen = Seen()


def guide_text(data: dict[str, Any]) -> GuideText:
    return GuideText(data["title"], data["summary"], data["text"], data["address"])
