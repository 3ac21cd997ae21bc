"""The OpenAPI 3.1 document, made from the registered operations: what is not described is not served."""

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response, current_app, jsonify, render_template
from marshmallow import fields

from civic import __version__
from civic.web.api import OPERATIONS, PREFIX, SAFE, Operation
from civic.web.paths import LARGEST
from civic.web.schemas import BaseSchema, Instant

_PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


ProblemSchema = BaseSchema.from_dict(
    {
        "type": fields.String(required=True),
        "title": fields.String(required=True),
        "status": fields.Integer(required=True),
        "code": fields.String(required=True),
        "fields": fields.Dict(required=True),
        "request_id": fields.String(allow_none=True),
    },
    name="ProblemSchema",
)

PROBLEM = {"content": {"application/problem+json": {"schema": ProblemSchema}}}


def build_document(app: Flask) -> dict[str, Any]:
    """Return the document of every operation under ``/api/v1``."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title="Civic participation and solidarity",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[plugin],
        security=[{"token": []}, {"session": [], "csrf": []}, {}],
    )
    plugin.map_to_openapi_type(Instant, "string", "date-time")  # type: ignore[no-untyped-call]
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "session"})
    spec.components.security_scheme("csrf", {"type": "apiKey", "in": "header", "name": "X-CSRFToken"})
    for rule in app.url_map.iter_rules():
        operation = OPERATIONS.get(rule.endpoint)
        if operation:
            path = _PARAMETER.sub(r"{\g<name>}", rule.rule)
            spec.path(
                path=path,
                operations={operation.method.lower(): _describe(rule.rule, rule.endpoint, operation)},
            )
    return spec.to_dict()


def _describe(rule: str, endpoint: str, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": endpoint.replace("_api.", "_").replace(".", "_"),
        "summary": operation.summary,
        "tags": [endpoint.split(".")[0].removesuffix("_api")],
        "parameters": _path_parameters(rule),
        "responses": {
            str(operation.status): {"description": "Done"},
            **{code: {"description": text, **PROBLEM} for code, text in _refusals(operation).items()},
        },
    }
    if operation.answer:
        described["responses"][str(operation.status)]["content"] = {
            "application/json": {"schema": operation.answer}
        }
    if operation.query:
        described["parameters"].append({"in": "query", "schema": operation.query})
    if operation.parts:
        described["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": _form(operation)}},
        }
    elif operation.body:
        described["requestBody"] = {
            "required": _needs_body(operation),
            "content": {"application/json": {"schema": operation.body}},
        }
    if operation.method not in SAFE and operation.is_kept:
        described["parameters"].append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    return described


def _form(operation: Operation) -> dict[str, Any]:
    """Return the parts of a form that brings files: the fields of its schema, and the files."""
    declared = operation.body().fields if operation.body else {}
    parts: dict[str, Any] = {
        name: {"type": "string"} for name in declared
    }  # whatever their kind, a form holds texts
    parts |= {name: {"type": "string", "format": "binary"} for name in operation.parts}
    needed = [name for name, field in declared.items() if field.required]
    needed += [name for name, is_needed in operation.parts.items() if is_needed]
    return {"type": "object", "properties": parts, "required": needed}


def _needs_body(operation: Operation) -> bool:
    """A body of which every field may be left out may be left out itself."""
    return operation.body is not None and any(field.required for field in operation.body().fields.values())


def _refusals(operation: Operation) -> dict[str, str]:
    refusals = {
        "400": "Malformed", "401": "Sign in first", "403": "Not allowed", "404": "Not found", "422": "Invalid", "429": "Too many requests",
    }  # fmt: skip
    if operation.method not in SAFE:
        refusals |= {"409": "Not in this state", "413": "Too large", "415": "Not JSON"}
    return refusals


def _path_parameters(rule: str) -> list[dict[str, Any]]:
    return [
        {
            "in": "path",
            "name": found["name"],
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST}
            if found["converter"] == "int"
            else {"type": "string"},
        }
        for found in _PARAMETER.finditer(rule)
    ]


def register_openapi(app: Flask) -> None:
    """Serve the document, and a page to read it."""
    kept: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not kept:
            kept.update(build_document(app))
        return kept

    def show_openapi() -> Response:
        return jsonify(document())

    def read_api() -> str:
        public_url = current_app.config[
            "SETTINGS"
        ].public_url  # what the reader's browser sends as Host proves nothing
        return render_template("web/api.html", document=document(), site_address=public_url)

    app.add_url_rule(f"{PREFIX}/openapi.json", "web.show_openapi", show_openapi)
    app.add_url_rule(f"{PREFIX}/", "web.read_api", read_api)
