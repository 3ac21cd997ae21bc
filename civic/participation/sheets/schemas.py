import re
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, pre_load

from civic.consultations.channels import Channel
from civic.participation.rules import AgeBand
from civic.participation.sheets.rules import MOST_ARGUMENTS, TypedArgument
from civic.proposals.rules import Category
from civic.proposals.schemas import LONGEST_ARGUMENT, LONGEST_BODY, LONGEST_TITLE, SHORTEST_TITLE
from civic.surveys.asking import LONG_ANSWER, MOST_QUESTIONS, OTHER_ANSWER
from civic.surveys.marks import Mark
from civic.web.schemas import BaseSchema, Id, Line, Lines, OneOf, Whole, fields, validate

MOST_SHEETS = 50
LARGEST_KEY = 9_999
LONGEST_NAME, LONGEST_CONTACT, LONGEST_LETTERS, LONGEST_NUMBER = 100, 120, 40, 12
LONGEST_PROPOSAL, LONGEST_SIDE = 200, 1


class TypedChannel(OneOf):
    """A way by which the town hall receives something: never the web."""

    def __init__(self, **kwargs: object):
        super().__init__(Channel, **kwargs)
        kept = [member.value for member in Channel if member is not Channel.WEB]
        self.validators = [validate.OneOf(kept, error=str(_l("Choisissez une des réponses proposées.")))]


class PrintSheetsSchema(BaseSchema):
    count = Whole(1, MOST_SHEETS, required=True)
    is_large = fields.Boolean(load_default=False)


class SheetsQuery(BaseSchema):
    """The first and the last sheet to print, in large print or not."""

    first = Id(load_default=1)
    last = Id(load_default=0)
    gros = fields.Boolean(load_default=False)


class SheetAnswerSchema(BaseSchema):
    """What is ticked or written of one question: letters of options (of a ranking, in the order of preference), « o » or « n », a number, words."""

    question = Whole(1, LARGEST_KEY, required=True)
    typed = Lines(0, LONG_ANSWER, load_default="")
    other = Line(0, OTHER_ANSWER, load_default="")


class SheetArgumentSchema(BaseSchema):
    """An argument on a proposal, told by its letter on the sheet, its number or its address. ``side``: « p » for, « c » against, « q » a question."""

    proposal = Line(0, LONGEST_PROPOSAL, load_default="")
    side = Line(0, LONGEST_SIDE, load_default="")
    body = Lines(0, LONGEST_ARGUMENT, load_default="")

    @post_load
    def make_argument(self, data: dict[str, Any], **kwargs: Any) -> TypedArgument:
        return TypedArgument(**data)


class TypeSheetSchema(BaseSchema):
    number = Line(0, LONGEST_NUMBER, load_default="")
    channel = TypedChannel(load_default=Channel.PAPER)
    received_on = fields.Date(required=True)
    title = Line(SHORTEST_TITLE, LONGEST_TITLE, load_default="")
    body = Lines(0, LONGEST_BODY, load_default="")
    category = OneOf(Category, load_default=Category.OTHER)
    answers = fields.List(
        fields.Nested(SheetAnswerSchema), load_default=list, validate=validate.Length(max=MOST_QUESTIONS)
    )
    arguments = fields.List(
        fields.Nested(SheetArgumentSchema), load_default=list, validate=validate.Length(max=MOST_ARGUMENTS)
    )
    supports = Line(0, LONGEST_LETTERS, load_default="")
    stances = Line(0, LONGEST_LETTERS, load_default="")
    territory_id = Id(load_default=None, allow_none=True)
    band = OneOf(AgeBand, load_default=None, allow_none=True)
    name = Line(0, LONGEST_NAME, load_default="")
    contact = Line(0, LONGEST_CONTACT, load_default="")
    same_as = Line(0, LONGEST_NUMBER, load_default="")

    @post_load
    def make_marks(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        marks = {each["question"]: Mark(each["typed"], each["other"]) for each in data["answers"]}
        return {**data, "answers": marks}


class TypingQuery(BaseSchema):
    """What the typing screen remembers from one sheet to the next."""

    moyen = TypedChannel(load_default=Channel.PAPER)
    recue = fields.Date(load_default=None)
    quartier = Id(load_default=None)


class TypeSheetFormSchema(TypeSheetSchema):
    """The page's form: the boxes of the questions are ``q-<key>``, and ``q-<key>-other``; of an argument, ``arguments-<row>-<box>``."""

    @pre_load
    def gather_boxes(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        others = {
            name: value
            for name, value in data.items()
            if not _BOX.fullmatch(name) and not _ARGUMENT_BOX.fullmatch(name)
        }
        arguments: list[dict[str, Any]] = [{} for _ in range(MOST_ARGUMENTS)]
        found: dict[int, dict[str, Any]] = {}
        for name, value in data.items():
            if part := _ARGUMENT_BOX.fullmatch(name):
                arguments[int(part[1])][part[2]] = value
            elif box := _BOX.fullmatch(name):
                found.setdefault(int(box[1]), {})["other" if box[2] else "typed"] = value
        answers = [{"question": key, **typed} for key, typed in found.items()]
        return {**others, "answers": answers, "arguments": arguments}


_BOX = re.compile(r"q-(\d{1,4})(-other)?")
_ARGUMENT_BOX = re.compile(rf"arguments-([0-{MOST_ARGUMENTS - 1}])-(proposal|side|body)")


class TypedSchema(BaseSchema):
    id = fields.Integer(required=True)


class ChannelPeopleSchema(BaseSchema):
    channels = fields.List(fields.String(), required=True)
    people = fields.Integer(required=True)


class ParticipationSchema(BaseSchema):
    """``people`` is null where there are fewer than five, or where a very large consultation was not counted yet."""

    people = fields.Integer(allow_none=True, required=True)
    channels = fields.List(fields.Nested(ChannelPeopleSchema), required=True)
