"""HTML forms: read by a schema, and shown again filled in, with what is to correct, when they fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields

from civic.kernel.errors import N_, ChangedMeanwhile, Conflict, Invalid, Refusal, TooMany
from civic.web.errors import describe, error_page, is_api_request, message_of, status_of
from civic.web.kept_words import holds_words
from civic.web.languages import told_twice
from civic.web.schemas import PageFilter
from civic.web.sending import KEY_FIELD, OWNER_FIELD, ensure_same_hand, send_once

T = TypeVar("T")

WHOLE_FORM = "_form"
HOUR = "-hour"
LONGEST_FILE_NAME = 120


@dataclass
class Form:
    """What was typed, and what is to correct. An empty one shows an empty form.

    Attributes:
        values: as typed, by field name (a list where the field is repeated).
        errors: messages by field name; ``_form`` for the whole.
        is_late: somebody else saved while it was written.
        theirs: what she saved otherwise, in words, by field name (see ``civic.web.editing``).
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_late: bool = False
    theirs: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)

    def errors_of(self, name: str) -> list[str]:
        return self.errors.get(name, [])


@dataclass(frozen=True)
class Check:
    """What the fields of a form do not say alone. It is asked once the fields that it needs are read, whatever the others are worth.

    Attributes:
        needs: the fields of the schema that ``ensure`` reads.
        ensure: raises an Invalid, or a Conflict, with ``fields``.
    """

    needs: tuple[str, ...]
    ensure: Callable[[dict[str, Any]], None]


def submit_form(
    schema: type[Schema],
    *,
    command: Callable[[dict[str, Any]], T],
    done: Callable[[T], ResponseReturnValue],
    again: Callable[[Form], str],
    fill: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values,
    checks: Sequence[Check] = (),
    is_sent_once: bool = False,
) -> ResponseReturnValue:
    """Read the posted form, run the command, and answer.

    Args:
        schema: reads the form.
        command: takes what was read.
        done: answers when it worked: a redirect, so that a reload posts nothing twice.
        again: shows the form filled in; called when the input or the command is refused for a reason that typing can mend.
        fill: completes what was typed by what it means (« demain » is a date), before it is read.
        checks: what the fields do not say alone; what they refuse is told at once with what the schema does, never one after the other.
        is_sent_once: the form may come twice, or late, with the fields of ``sent_once`` (see ``civic.web.sending``). Never where
            the command writes something before it refuses (a wrong password that is counted): that would be undone.
    """
    raw = _typed(schema)
    key = raw.pop(KEY_FIELD, "") if is_sent_once else ""
    if is_sent_once:
        raw.pop(OWNER_FIELD, None)
        ensure_same_hand()
    raw = fill(raw)
    try:
        data = read_checked(schema(), raw, checks)
        if key:
            return send_once(lambda: command(data), done)
        result = command(data)
    except (ValidationError, Invalid, Conflict, TooMany) as refusal:
        if is_api_request():
            raise
        return _shown_again(raw, refusal, again)
    return done(result)


def _shown_again(
    raw: dict[str, Any], refusal: ValidationError | Refusal, again: Callable[[Form], str]
) -> ResponseReturnValue:
    if isinstance(refusal, ValidationError):
        return again(Form(raw, _flat(refusal.normalized_messages()))), 422
    is_late = isinstance(refusal, ChangedMeanwhile)
    page = again(Form(raw, errors_of_refusal(refusal), is_late=is_late))
    if isinstance(refusal, Conflict) and not holds_words(page):
        return error_page(
            status_of(refusal), refusal.code, message_of(refusal)
        )  # the form is no longer there
    return page, status_of(refusal)


def submit_file(
    *,
    command: Callable[[str, bytes], T],
    done: Callable[[T], ResponseReturnValue],
    again: Callable[[Form], str],
) -> ResponseReturnValue:
    """Give the posted ``file`` to a command, and answer as ``submit_form`` does.

    Args:
        command: takes the name of the file, cut where a row would be too narrow for it, and what it holds.
    """
    try:
        result = command(*sent_file())
    except Invalid as refusal:
        return again(form_of_refused_file(refusal)), 422
    return done(result)


def sent_file() -> tuple[str, bytes]:
    """Return the name and the content of the posted ``file``. Raises Invalid."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(fields={"file": [N_("Choisissez un fichier.")]})
    return file.filename[:LONGEST_FILE_NAME], file.read()


def form_of_refused_file(refusal: Invalid) -> Form:
    told = [gettext(sentence) for sentence in refusal.fields.get("file", [])]
    return Form({}, {"file": told or [message_of(refusal)]})


def read_form(schema: type[Schema]) -> Form:
    """Return what was typed, to show the form again without reading it (a button that adds a row, without a script)."""
    return Form(_typed(schema))


def read_checked(schema: Schema, raw: dict[str, Any], checks: Sequence[Check]) -> Any:
    """Read what was typed.

    Returns:
        What the schema makes of it: fields by name, or the value that it builds of them (checks then have nothing to read).

    Raises:
        ValidationError: with all that is to correct, by field: what the schema refuses, and what the checks do.
    """
    errors: dict[str, Any] = {}
    try:
        data: Any = schema.load(_without_blanks(raw))
    except ValidationError as error:
        errors, data = dict(error.normalized_messages()), error.valid_data
    unread = set(errors)  # of a list of which one row is refused, the rest was read all the same
    for check in checks:
        if not set(check.needs) <= set(data) - unread:
            continue
        try:
            check.ensure(data)
        except (Invalid, Conflict) as refusal:
            errors = {**errors_of_refusal(refusal), **errors}
    if errors:
        raise ValidationError(_in_order(errors, schema))
    return data


def _in_order(errors: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """Errors are listed as their fields are declared, whoever found them."""
    known = [name for name in schema.fields if name in errors]
    return {name: errors[name] for name in [*known, *(name for name in errors if name not in known)]}


def read_part(
    schema: Schema, values: dict[str, Any], checks: Sequence[Check] = ()
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read, with a schema of some of its fields, a part of what was typed. Returns what was read, and what is to correct."""
    given = {name: value for name, value in values.items() if name in schema.fields}
    try:
        return read_checked(schema, given, checks), {}
    except ValidationError as error:
        return {}, _flat(error.normalized_messages())


def flash_undoable(text: str, *, undo_url: str, undo_label: str) -> None:
    """Say on the next page what was done, with the button that takes it back (a POST without a field)."""
    flash({"text": text, "undo_url": undo_url, "undo_label": undo_label}, "success")  # type: ignore[arg-type]


def load_filters(schema: type[Schema]) -> dict[str, Any]:
    """Read what narrows a page's list from its address. What is not understood is ignored: a link never breaks a page."""
    given = {name: value for name, value in request.args.items() if value and name in schema().fields}
    try:
        return dict(schema().load(given))
    except ValidationError as error:
        wrong = error.normalized_messages()
        return dict(schema().load({name: value for name, value in given.items() if name not in wrong}))


def page_number() -> int:
    """Return the page of a list that the address asks for; the first when it asks for none that can be."""
    number: int = load_filters(PageFilter)["page"]
    return number


def _typed(schema: type[Schema]) -> dict[str, Any]:
    """Return the posted values; a field that the schema declares as a list, or that is posted repeatedly, as a list."""
    declared = schema().fields
    raw: dict[str, Any] = {}
    for name in request.form:
        if name == "csrf_token":
            continue
        values = request.form.getlist(name)
        is_list = isinstance(declared.get(name), fields.List)
        raw[name] = values if is_list else values[-1]
    return _with_hours(raw)


def _with_hours(raw: dict[str, Any]) -> dict[str, Any]:
    """Put beside a time that comes twice which of the two was chosen (``components/date_time_field.html``). Of any other, it says nothing."""
    hours = {name: raw[name] for name in raw if name.endswith(HOUR) and name.removesuffix(HOUR) in raw}
    kept = {name: value for name, value in raw.items() if name not in hours}
    for name, offset in hours.items():
        twice = told_twice(kept[name.removesuffix(HOUR)])
        if twice and offset in dict(twice.hours):
            kept[name.removesuffix(HOUR)] = twice.value + offset
    return kept


def _without_blanks(raw: dict[str, Any]) -> dict[str, Any]:
    """An empty box is an unanswered question, not an empty answer."""
    cleaned = {
        name: [v for v in value if v != ""] if isinstance(value, list) else value
        for name, value in raw.items()
    }
    return {name: value for name, value in cleaned.items() if value not in ("", [])}


def _flat(messages: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, value in messages.items():
        if rows := _rows(value):
            errors |= {f"{name}-{row}-{box}": _leaves(inner) for row, box, inner in rows}
        else:
            errors["_form" if name == "_schema" else str(name)] = _leaves(value)
    return errors


def _rows(value: Any) -> list[tuple[int, str, Any]]:
    """Return (row, box, messages) where a list of objects is refused: each box of a row has its own message, ``phases-0-name``."""
    if not isinstance(value, dict) or not all(isinstance(inner, dict) for inner in value.values()):
        return []
    return [
        (row, str(box), messages)
        for row, inner in value.items()
        if isinstance(row, int)
        for box, messages in inner.items()
    ]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(dict.fromkeys(leaf for inner in value.values() for leaf in _leaves(inner)))
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]


def errors_of_refusal(refusal: Refusal) -> dict[str, list[str]]:
    """Return the sentences of a refusal by the field that it is about."""
    if refusal.fields:
        told: dict[str, list[str]] = describe(refusal)["fields"]
        return told
    return {WHOLE_FORM: [message_of(refusal)]}
