from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import validates_schema

from civic.plain_language.schemas import PlainText
from civic.voting.asking import MOST_CHOICES, QuestionPlan
from civic.voting.methods.ballots import BallotKind
from civic.voting.question_schemas import (
    LONGEST_QUESTION,
    AskedQuestionSchema,
    ChoiceSchema,
    QuestionSchema,
)
from civic.voting.rules import MOST_QUESTIONS, AssistedChannel, BallotChannel, PollPlan, PollStatus
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    PageQuery,
    Seen,
    ValidationError,
    Whole,
    fields,
    page_schema,
    validate,
)

LONGEST_DESCRIPTION = 20_000
OLDEST_MINIMUM_AGE = 120


class _WrittenPollSchema(BaseSchema):
    """Either ``questions``, or ``choices`` for one question of one choice a ballot: the title of the poll is then the question."""

    question = Line(least=5, most=LONGEST_QUESTION, required=True)
    description = Lines(least=0, most=LONGEST_DESCRIPTION)
    plain_text = PlainText()
    territory_id = Id(required=True)
    choices = fields.List(
        fields.Nested(ChoiceSchema),
        validate=validate.Length(max=MOST_CHOICES, error=_l("Proposez entre 2 et 20 réponses.")),
    )
    questions = fields.List(fields.Nested(QuestionSchema), validate=validate.Length(max=MOST_QUESTIONS))
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    minimum_age = Whole(1, OLDEST_MINIMUM_AGE, allow_none=True)
    needs_verified_residency = fields.Boolean()
    quorum_percent = Whole(0, 100)
    shows_turnout = fields.Boolean()


class PreparePollSchema(_WrittenPollSchema):
    least_asked = 1
    subject_kind = fields.String(
        allow_none=True, validate=validate.Regexp(r"^[a-z_]{1,40}\Z", error=_l("Ce sujet n’est pas connu."))
    )
    subject_id = Id(allow_none=True)

    @validates_schema
    def ensure_asked_once(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not self.least_asked <= ("choices" in data) + ("questions" in data) <= 1:
            raise ValidationError(
                str(_l("Donnez soit « questions », soit « choices ».")), field_name="questions"
            )


class ChangePollSchema(PreparePollSchema):
    """What is left out stays as it is."""

    least_asked = 0
    question = Line(least=5, most=LONGEST_QUESTION)
    territory_id = Id()
    opens_at = Instant()
    closes_at = Instant()
    seen = Seen()


class OpenPollSchema(BaseSchema):
    """The fingerprint that was read before confirming; nothing is opened if it would be another."""

    rules_hash = fields.String(
        validate=validate.Regexp(r"^[0-9a-f]{64}\Z"), load_default=None, allow_none=True
    )


class CastBallotSchema(BaseSchema):
    """For a poll of one question, of one choice a ballot: either the choice, or ``blank: true``. ``CastAnswersSchema`` is for all polls."""

    choice_id = Id()
    blank = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def ensure_one_answer(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("choice_id" in data) == bool(data.get("blank")):
            raise ValidationError(
                str(_l("Donnez soit « choice_id », soit « blank »: true.")), field_name="choice_id"
            )


class RegisterBallotSchema(CastBallotSchema):
    person_id = Id(required=True)
    channel = OneOf(AssistedChannel, load_default=AssistedChannel.DESK)


class CheckReceiptSchema(BaseSchema):
    """The code alone, or the whole signed receipt."""

    receipt = Lines(
        most=2_000,
        required=True,
        error_messages={"required": _l("Recopiez votre récépissé, par exemple K7QM-4RTX-9WPA-2HDN.")},
    )


class ReplayFileSchema(BaseSchema):
    """The file travels beside the form. ``kind``: what the cells of a table say."""

    kind = OneOf(BallotKind, load_default=BallotKind.CHOICES)
    seats = Whole(1, MOST_CHOICES, load_default=1)


class ListPollsQuery(PageQuery):
    status = OneOf(PollStatus, load_default=PollStatus.OPEN)
    territory_id = Id(load_default=None)


class ListRollQuery(PageQuery):
    q = Line(least=0, most=100, load_default="")


class PollItemSchema(BaseSchema):
    id = fields.Integer(required=True)
    question = fields.String(required=True)
    territory_id = fields.Integer(required=True)
    status = fields.Enum(PollStatus, by_value=True, required=True)
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    quorum_percent = fields.Integer(required=True)
    roll_size = fields.Integer(allow_none=True, required=True)
    turnout = fields.Integer(allow_none=True, required=True)
    subject_kind = fields.String(allow_none=True, required=True)
    subject_id = fields.Integer(allow_none=True, required=True)


class OfferedChoiceSchema(BaseSchema):
    id = fields.Integer(required=True)
    label = fields.String(required=True)
    text = fields.String(required=True)


class PollSchema(BaseSchema):
    """``standing`` tells the reader why she may vote, or which rule says that she may not."""

    id = fields.Integer(attribute="summary.id", required=True)
    question = fields.String(attribute="summary.question", required=True)
    territory_id = fields.Integer(attribute="summary.territory_id", required=True)
    status = fields.Enum(PollStatus, attribute="summary.status", by_value=True, required=True)
    opens_at = Instant(attribute="summary.opens_at", required=True)
    closes_at = Instant(attribute="summary.closes_at", required=True)
    quorum_percent = fields.Integer(attribute="summary.quorum_percent", required=True)
    roll_size = fields.Integer(attribute="summary.roll_size", allow_none=True, required=True)
    turnout = fields.Integer(attribute="summary.turnout", allow_none=True, required=True)
    subject_kind = fields.String(attribute="summary.subject_kind", allow_none=True, required=True)
    subject_id = fields.Integer(attribute="summary.subject_id", allow_none=True, required=True)
    description = fields.String(attribute="plan.description", required=True)
    description_html = fields.String(required=True)
    plain_text = fields.String(attribute="plan.plain_text", required=True)
    minimum_age = fields.Integer(attribute="plan.minimum_age", allow_none=True, required=True)
    needs_verified_residency = fields.Boolean(attribute="plan.needs_verified_residency", required=True)
    shows_turnout = fields.Boolean(attribute="plan.shows_turnout", required=True)
    questions = fields.List(fields.Nested(AskedQuestionSchema), attribute="asked", required=True)
    choices = fields.List(fields.Nested(OfferedChoiceSchema), required=True)
    has_blank_ballot = fields.Constant(True, required=True)
    standing = fields.String(required=True)
    is_sealed = fields.Boolean(required=True)
    rules_hash = fields.String(allow_none=True, required=True)
    roll_digest = fields.String(allow_none=True, required=True)
    frozen_at = Instant(allow_none=True, required=True)
    voters_expected = fields.Integer(allow_none=True, required=True)
    seen = fields.String(allow_none=True, required=True)


class ReceiptSchema(BaseSchema):
    """``signed`` is the receipt with the line of the register that it quotes, and its signature."""

    poll_id = fields.Integer(required=True)
    receipt = fields.String(required=True)
    signed = fields.String(required=True)
    turnout = fields.Integer(allow_none=True, required=True)
    roll_size = fields.Integer(required=True)


class CheckedReceiptSchema(BaseSchema):
    poll_id = fields.Integer(required=True)
    question = fields.String(required=True)


class TurnoutSchema(BaseSchema):
    poll_id = fields.Integer(required=True)
    status = fields.Enum(PollStatus, by_value=True, required=True)
    turnout = fields.Integer(allow_none=True, required=True)
    roll_size = fields.Integer(allow_none=True, required=True)


class RollLineSchema(BaseSchema):
    person_id = fields.Integer(allow_none=True, required=True)
    name = fields.String(required=True)
    neighbourhood = fields.String(required=True)
    has_voted = fields.Boolean(allow_none=True, required=True)
    channel = fields.Enum(BallotChannel, by_value=True, allow_none=True, required=True)


class NeighbourhoodCountSchema(BaseSchema):
    territory_id = fields.Integer(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)


class RollSchema(BaseSchema):
    size = fields.Integer(required=True)
    turnout = fields.Integer(allow_none=True, required=True)
    neighbourhoods = fields.List(fields.Nested(NeighbourhoodCountSchema), required=True)
    entries = fields.Nested(page_schema(RollLineSchema), required=True)


class ChoiceCountSchema(BaseSchema):
    choice_id = fields.Integer(required=True)
    label = fields.String(required=True)
    ballots = fields.Integer(required=True)
    is_leading = fields.Boolean(required=True)


class OptionCountSchema(BaseSchema):
    """``ballots``: how many name the option, whatever rank, grade or points they give it. ``id`` is what counts call it."""

    choice_id = fields.Integer(required=True)
    id = fields.String(required=True)
    label = fields.String(required=True)
    ballots = fields.Integer(required=True)
    is_winner = fields.Boolean(required=True)


class QuestionCountSchema(BaseSchema):
    """The count of a question; its steps are in the file of the result. ``winners`` are ids of options, in order."""

    position = fields.Integer(required=True)
    text = fields.String(required=True)
    options = fields.List(fields.Nested(OptionCountSchema), required=True)
    method = fields.String(required=True)
    winners = fields.List(fields.String(), required=True)
    turnout = fields.Integer(required=True)
    blank = fields.Integer(required=True)
    invalid = fields.Integer(required=True)


class ResultSchema(BaseSchema):
    """``questions`` tell, of each, who won, how many ballots name each option, and how many are blank.

    ``choices`` and ``blanks`` say as much of the first question alone: they are for clients of polls of one question.
    """

    poll_id = fields.Integer(required=True)
    roll_size = fields.Integer(required=True, allow_none=True)
    turnout = fields.Integer(required=True)
    turnout_percent = fields.Float(required=True, allow_none=True)
    blanks = fields.Integer(required=True)
    quorum_percent = fields.Integer(required=True)
    quorum = fields.Integer(required=True)
    is_quorum_reached = fields.Boolean(required=True)
    choices = fields.List(fields.Nested(ChoiceCountSchema), required=True)
    questions = fields.List(fields.Nested(QuestionCountSchema), required=True)
    rules_hash = fields.String(required=True)
    is_intact = fields.Boolean(required=True)


class FollowPollSchema(BaseSchema):
    poll_id = Id(required=True)


def plan_from(data: dict[str, Any]) -> PollPlan:
    """Return the plan of a poll that was read by one of the schemas above."""
    return PollPlan(**asking_by_questions(data, data.get("question", "")))


def asking_by_questions(data: dict[str, Any], title: str) -> dict[str, Any]:
    """Return what was read, where ``choices`` alone have become the one question that they stand for."""
    written = dict(data)
    if "choices" in written:
        written["questions"] = (QuestionPlan(title, tuple(written.pop("choices"))),)
    if "questions" in written:
        written["questions"] = tuple(written["questions"])
    return written


PollPageSchema = page_schema(PollItemSchema)
