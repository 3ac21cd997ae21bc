"""Whether the process lives, whether it can serve, and its figures."""

import hmac

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_flask_exporter import PrometheusMetrics

from civic.extensions import migrate
from civic.kernel.database import db
from civic.kernel.timekeeping import is_machine_wrong, seconds_wrong

RELAYED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
"""What a proxy adds. One on this machine of which the settings were not told makes everybody seem to be here."""


def register_health(app: Flask, metrics_token: str) -> None:
    registry = CollectorRegistry()
    PrometheusMetrics(app, path=None, registry=registry, group_by="endpoint")

    @app.get("/healthz", endpoint="web.show_health")
    def show_health() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz", endpoint="web.show_readiness")
    def show_readiness() -> tuple[Response, int]:
        problem = find_problem()
        if problem is not None:
            return jsonify(status="unready", problem=problem), 503
        warning = {"warning": describe_clock()} if is_machine_wrong() else {}
        return jsonify(status="ready", **warning), 200

    @app.get("/metrics", endpoint="web.show_metrics")
    def show_metrics() -> Response:
        if not _may_read_metrics(metrics_token):
            abort(404)
        return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(token: str) -> bool:
    if token:
        return hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
        )
    is_relayed = any(name in request.headers for name in RELAYED)
    return request.remote_addr in ("127.0.0.1", "::1") and not is_relayed


def describe_clock() -> str:
    """Say how wrong the clock of this machine is. It keeps nobody from being served: the database's is followed."""
    seconds = seconds_wrong()
    where = "ahead of" if seconds > 0 else "behind"
    return f"this machine's clock is {abs(seconds):.0f} s {where} the database's, which is followed: set it right"


def find_problem() -> str | None:
    """Return why this process cannot serve, or None: the database answers, and its schema is the code's."""
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_heads()
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return "database unreachable"
    wanted = ScriptDirectory.from_config(migrate.get_config()).get_heads()
    return None if set(current) == set(wanted) else "database schema is not up to date: run flask db upgrade"
