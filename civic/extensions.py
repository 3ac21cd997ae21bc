"""Flask extensions, made once and bound to the application by the composition root."""

from flask import current_app, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect

babel = Babel()
csrf = CSRFProtect()
COUNTED_APART: set[str] = set()
"""Endpoints that have a limit of their own, and do not count among what a person writes."""


def _is_not_a_write() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in COUNTED_APART


limiter = Limiter(
    lambda: str(current_app.config["WHO_IS_LIMITED"]()),
    application_limits=[lambda: str(current_app.config["WRITES_LIMIT"])],
    application_limits_exempt_when=_is_not_a_write,
    headers_enabled=True,
)
"""What one person, or one address, may write in a minute over HTTP. Sockets count their own events (``civic.web.sockets``)."""

login_manager = LoginManager()
migrate = Migrate(render_as_batch=True, compare_type=True)
socketio = SocketIO()
