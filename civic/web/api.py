"""The JSON door: each operation names its schemas; reading, answering, idempotency and the OpenAPI document follow from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from civic.web.idempotency import fingerprint_of, run_once
from civic.web.identity import current_actor
from civic.web.large_files import sent_file
from civic.web.schemas import NothingSchema

PREFIX = "/api/v1"
SAFE = frozenset({"GET"})

View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """What the OpenAPI document says of one operation."""

    summary: str
    method: str
    body: type[Schema] | None
    query: type[Schema] | None
    answer: type[Schema] | None
    status: int
    is_kept: bool = True
    file: str | None = None
    files: Mapping[str, bool] = field(default_factory=dict)

    @property
    def parts(self) -> Mapping[str, bool]:
        """The parts of a multipart form that hold files, and whether each is needed."""
        return {self.file: True} if self.file else self.files


OPERATIONS: dict[str, Operation] = {}
"""By endpoint, ``<blueprint>.<function>``."""


class ApiBlueprint(Blueprint):
    """A feature's JSON API, under ``/api/v1``.

    A view takes the path's values, ``body=`` where a body schema is declared and ``query=`` where a query schema is, and returns
    what the answer schema dumps (a dict or an object), or None where there is no answer schema.
    """

    def __init__(self, name: str, import_name: str):
        super().__init__(name, import_name, url_prefix=PREFIX)

    def operation(
        self,
        method: str,
        rule: str,
        *,
        summary: str,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        answer: type[Schema] | None = None,
        status: int | None = None,
        is_kept: bool = True,
        file: str | None = None,
        files: Mapping[str, bool] = MappingProxyType({}),
    ) -> Callable[[View], View]:
        """Register a view. ``status`` is that of success: 200, or 204 where nothing is answered, unless said.

        ``is_kept`` is False where the answer must not be written down for a retry, such as somebody's address. ``file`` names
        the part of a multipart form that holds a file: the view takes its bytes as ``file=``, and is not kept for a retry. ``files``
        names several, and whether each is needed: the view takes ``files=``, those that came, as they lie on the disk.
        """
        described = Operation(
            summary,
            method,
            body,
            query,
            answer,
            status or (200 if answer else 204),
            is_kept and not (file or files),
            file,
            files,
        )

        def register(view: View) -> View:
            OPERATIONS[f"{self.name}.{view.__name__}"] = described
            self.add_url_rule(rule, view.__name__, _door(view, described), methods=[method])
            return view

        return register


def _door(view: View, operation: Operation) -> Callable[..., ResponseReturnValue]:
    @wraps(view)
    def enter(**path: Any) -> ResponseReturnValue:
        arguments = dict(path)
        if operation.query:
            arguments["query"] = load_query(operation.query)
        if operation.parts:
            arguments |= load_upload(operation.body or NothingSchema, operation)
        elif operation.method not in SAFE:
            body = load_body(operation.body or NothingSchema)
            if operation.body:
                arguments["body"] = body

        def command() -> tuple[int, Any]:
            result = view(**arguments)
            return operation.status, operation.answer().dump(result) if operation.answer else None

        key = request.headers.get("Idempotency-Key")
        actor = current_actor()
        if key is not None and operation.method not in SAFE and operation.is_kept and actor.is_signed_in:
            fingerprint = fingerprint_of(request.method, request.full_path, request.get_data())
            return _respond(*run_once(actor.id, key, fingerprint, command))
        return _respond(*command())

    return enter


def _respond(status: int, body: Any) -> Response:
    if body is None:
        return Response(status=status)
    response = jsonify(body)
    response.status_code = status
    return response


def load_body(schema: type[Schema]) -> dict[str, Any]:
    """Read the JSON body. Raises marshmallow.ValidationError, BadRequest or UnsupportedMediaType."""
    if not request.get_data():
        payload: Any = {}
    elif not request.is_json:
        raise UnsupportedMediaType
    else:
        payload = request.get_json()
        if _has_nul(payload):
            raise BadRequest
    loaded: dict[str, Any] = schema().load(payload)
    return loaded


def load_upload(schema: type[Schema], operation: Operation) -> dict[str, Any]:
    """Read a multipart form and its files; those that came, of several. Raises ValidationError or UnsupportedMediaType."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    values = {key: request.form[key] for key in request.form if key != "csrf_token"}
    if _has_nul(values):
        raise BadRequest
    body = schema().load(values)
    if operation.file:
        sent = request.files.get(operation.file)
        return {"body": body, "file": sent.read() if sent else b""}
    return {"body": body, "files": {name: sent_file(name) for name in operation.files}}


def _has_nul(value: Any) -> bool:
    """PostgreSQL refuses NUL, and no schema of ours has a use for it."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in key or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)


def load_query(schema: type[Schema]) -> dict[str, Any]:
    """Read the query string; a parameter given twice is an error unless the schema declares a list."""
    declared = schema().fields
    values: dict[str, Any] = {}
    for name in request.args:
        given = request.args.getlist(name)
        if "\x00" in name or any("\x00" in value for value in given):
            raise BadRequest
        is_list = name in declared and type(declared[name]).__name__ == "List"
        if len(given) > 1 and not is_list:
            raise ValidationError({name: [gettext("Donné deux fois.")]})
        values[name] = given if is_list else given[0]
    loaded: dict[str, Any] = schema().load(values)
    return loaded
