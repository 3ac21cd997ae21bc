"""The composition root: with ``policy``, alone in knowing every feature."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from flask import Flask, request
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from civic.accounts.identity import load_actor, register_sign_in
from civic.demo import demo_accounts
from civic.extensions import csrf, limiter, migrate, socketio
from civic.kernel import sealing, signing
from civic.kernel.access import use_policy
from civic.kernel.database import db, ping_who_rested
from civic.kernel.errors import NotFound, NotSignedIn
from civic.kernel.prepared import keep_what_is_prepared
from civic.policy import POLICY, PUBLIC_ENDPOINTS, SIGNED_ENDPOINTS
from civic.web.appearance import register_appearance
from civic.web.application import Application
from civic.web.assets import register_assets
from civic.web.confirmation import register_confirmation
from civic.web.errors import register_errors
from civic.web.headers import register_headers
from civic.web.health import register_health
from civic.web.identity import current_actor, use_actor_loader
from civic.web.kept_pages import register_kept_pages
from civic.web.kept_words import register_kept_words
from civic.web.languages import register_languages
from civic.web.large_files import widen_for_large_files
from civic.web.live import LARGEST_MESSAGE_BYTES, TextPacket, guard_server, make_rooms
from civic.web.logs import configure_logs, register_logs
from civic.web.network import network_of
from civic.web.openapi import register_openapi
from civic.web.paths import PathWord, PathWords, RowNumber
from civic.web.sockets import bind_receivers
from civic.web.work import register_work
from config import ROOT, Settings

FEATURES = (
    "plain_language",
    "territories",
    "identity",
    "accounts",
    "consultations",
    "consultations.documents",
    "consultations.letters",
    "safeguarding",
    "voting",
    "voting.booth",
    "mutual_aid",
    "mutual_aid.volunteers",
    "mutual_aid.importing",
    "mutual_aid.gatherings",
    "mutual_aid.reviewing",
    "mutual_aid.series",
    "mutual_aid.codes",
    "mutual_aid.reminding",
    "mutual_aid.desk",
    "mutual_aid.guides",
    "proposals",
    "proposals.attached",
    "proposals.amendments",
    "proposals.articles",
    "proposals.arguing",
    "proposals.authors",
    "proposals.drafts",
    "proposals.answers",
    "proposals.commitments",
    "opinions",
    "surveys",
    "councils",
    "councils.sortition",
    "councils.calls",
    "councils.sittings",
    "councils.deliberations",
    "participation",
    "participation.sheets",
    "participation.synthesis",
    "petitions",
    "inquiries",
    "matching",
    "matching.volunteers",
    "matching.steering",
    "matching.hours",
    "matching.reminding",
    "matching.calendar",
    "matching.certificates",
    "checkins",
    "checkins.register",
    "checkins.campaigns",
    "moderation",
    "audit",
    "notifications",
    "notifications.texting",
    "notifications.following",
    "realtime",
    "offline",
    "pages",
    "paper",
    "display",
    "feeds",
)
"""The rooms, in the order of the dependency rule. Each one's doors and subscribers are found by their customary names."""

LARGEST_BODY_BYTES = 4 * 1024 * 1024
SOCKETS_PER_PERSON = 5
CONNECTIONS = 15
"""How many one process has to PostgreSQL, at most."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from the settings (those of the environment, when None)."""
    settings = settings or Settings.from_environment()
    app = Application("civic", root_path=str(ROOT), instance_path=str(ROOT / "instance"))
    configure_logs()
    configure(app, settings)
    register_logs(app)
    register_extensions(app, settings)
    register_access(app)
    register_confirmation(app)
    register_languages(app)
    register_appearance(app)
    register_errors(app)
    register_kept_words(app)
    register_headers(app, settings.public_url)
    register_assets(app)
    register_features(app)
    register_demo(app, settings)
    register_openapi(app)
    register_work(app)
    register_health(app, settings.metrics_token)
    register_commands(app)
    register_process(app, settings)
    register_kept_pages(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url.replace("postgresql://", "postgresql+psycopg://"),
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,
            **_pool(settings.database_url),
        },  # no row in the log of an error
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        LARGEST_DOCUMENT_BYTES=settings.largest_document_mb * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-session" if is_https else "session",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # register_access checks it, but for bearers of a token, whom no browser impersonates
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=is_https,
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "civic" / "translations"),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        WRITES_LIMIT=f"{settings.writes_per_minute} per minute",
        SOCKETS_PER_PERSON=SOCKETS_PER_PERSON,
        SOCKETS_PER_ADDRESS=settings.sockets_per_address,
        WHO_IS_LIMITED=_who_is_limited,
    )
    words = {"default": PathWord, "string": PathWord, "path": PathWords}
    app.url_map.converters.update({"int": RowNumber, **words})
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    sealing.use_key(settings.secret_key)
    signing.use_signing_key(settings.secret_key)


def _pool(database_url: str) -> dict[str, Any]:
    """Keep every connection to PostgreSQL that was made: the usual pool closes those beyond five when they are given back, and a crowd
    has it make them again at each request, a process of the server each. The last given back serves first: it knows what is asked most."""
    return (
        {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_use_lifo": True}
        if database_url.startswith("postgresql")
        else {}
    )


def register_extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    if settings.database_url.startswith("postgresql"):
        with app.app_context():
            ping_who_rested(db.engine)
            keep_what_is_prepared(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    limiter.init_app(app)
    if settings.process != "web":
        register_live_channel(app, settings)


def register_live_channel(app: Flask, settings: Settings) -> None:
    socketio.init_app(
        app,
        async_mode=_async_mode(),
        # Explicit: an empty list would open the door to every site, and none at all would believe X-Forwarded-Host.
        cors_allowed_origins=[settings.public_url],
        client_manager=make_rooms(settings.redis_url),
        serializer=TextPacket,
        max_http_buffer_size=LARGEST_MESSAGE_BYTES,
        manage_session=False,
    )
    guard_server(socketio, app)


def register_process(app: Flask, settings: Settings) -> None:
    """What depends on the process being one of several, and on what stands before it."""
    if settings.process != "web":
        bind_receivers()
    if settings.process == "live":
        app.before_request(_refuse_pages)
    if settings.trusted_proxies:  # outermost, so that sockets too know whence they come
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _refuse_pages() -> None:
    """The live channel alone answers here; pages are in another process."""
    if request.endpoint not in ("web.show_health", "web.show_readiness", "web.show_metrics"):
        raise NotFound


def _async_mode() -> str:
    """gevent under the server, whose worker has patched the sockets; threads in tests and commands."""
    from gevent.monkey import is_module_patched

    return "gevent" if is_module_patched("socket") else "threading"


def _who_is_limited() -> str:
    actor = current_actor()
    return f"person:{actor.person_id}" if actor.is_signed_in else network_of(get_remote_address())


def register_access(app: Flask) -> None:
    """Private by default: an endpoint is public only because the policy lists it."""
    use_policy(POLICY)
    use_actor_loader(load_actor)
    register_sign_in(app)

    @app.before_request
    def guard() -> None:
        if request.endpoint is None:
            return  # no such address: 404
        widen_for_large_files()
        is_bearer = request.headers.get("Authorization", "").startswith("Bearer ")
        if not is_bearer and request.endpoint not in SIGNED_ENDPOINTS:
            csrf.protect()
        if request.endpoint not in PUBLIC_ENDPOINTS and not current_actor().is_signed_in:
            raise NotSignedIn


def register_features(app: Flask) -> None:
    for feature in FEATURES:
        for part in ("models", "subscribers", "jobs", "sockets", "routes", "api"):
            module = _find_part(feature, part)
            if part in ("routes", "api") and module:
                app.register_blueprint(module.blueprint)
            if module and hasattr(module, "register"):
                module.register(app)


@cache
def _find_part(feature: str, part: str) -> ModuleType | None:
    """Return the module of a feature that has this name, if it has one: the disk is asked once."""
    name = f"civic.{feature}.{part}"
    return import_module(name) if find_spec(f"civic.{feature}") and find_spec(name) else None


def register_demo(app: Flask, settings: Settings) -> None:
    """A demonstration shows its accounts on the sign-in page."""
    app.jinja_env.globals["demo_accounts"] = demo_accounts if settings.is_demo else list


def register_commands(app: Flask) -> None:
    from civic.cli import COMMANDS

    for command in COMMANDS:
        app.cli.add_command(command)
