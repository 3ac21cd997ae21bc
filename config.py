"""Settings, read from ``CIVIC_*`` environment variables and checked at start: a wrong one says, in a sentence, what to write."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"

SHORTEST_SECRET = 32
LARGEST_DOCUMENT_MB = 500
MOST_PROXIES = 9
LARGEST_PORT = 65535

NAMES = [
    "CIVIC_DATABASE_URL",
    "CIVIC_DEMO",
    "CIVIC_LARGEST_DOCUMENT_MB",
    "CIVIC_MAIL_FROM",
    "CIVIC_MEANING",
    "CIVIC_METRICS_TOKEN",
    "CIVIC_PROCESS",
    "CIVIC_PUBLIC_URL",
    "CIVIC_REDIS_URL",
    "CIVIC_SECRET_KEY",
    "CIVIC_SMS_SECRET",
    "CIVIC_SMS_TOKEN",
    "CIVIC_SMS_URL",
    "CIVIC_SMTP_URL",
    "CIVIC_SOCKETS_PER_ADDRESS",
    "CIVIC_TRUSTED_PROXIES",
    "CIVIC_WRITES_PER_MINUTE",
]
"""Every setting there is: any other that begins with ``CIVIC_`` is a slip of the pen, which would be ignored without a word."""


class SettingsError(Exception):
    """A setting is missing or wrong. The message says what to write."""


@dataclass(frozen=True)
class Settings:
    """What the installation decides.

    Attributes:
        database_url: SQLAlchemy URL of an SQLite file or a PostgreSQL database.
        redis_url: empty, or the Redis server that lets several processes share live events and rate limits.
        secret_key: signs cookies and seals addresses; losing it loses what is sealed.
        smtp_url: empty in a demonstration, else ``smtp://[user:password@]host[:port]`` or ``smtps://``.
        public_url: the address that people type; the only origin that Socket.IO accepts.
        process: ``all``, ``web`` (no live channel) or ``live`` (the live channel alone).
        is_demo: a demonstration: mail goes to a page, accounts are shown.
        mail_from: the sender of mail.
        metrics_token: empty: /metrics answers the same machine alone; else to ``Authorization: Bearer`` this token.
        sockets_per_address: how many live connections one network address may hold (a library or a school shares one).
        writes_per_minute: what one person, or one address, may write over HTTP in a minute.
        sms_url: empty: no text messages; else where they are posted, as JSON.
        sms_token: what the gateway asks for, as ``Authorization: Bearer``.
        sms_secret: what the gateway signs the replies with; empty: no reply is read.
        largest_document_mb: a PDF that the town hall puts in a dossier; what residents send stays under 3 MB.
        finds_by_meaning: proposals that say the same are also found by what they mean, with a model of 125 MB.
        trusted_proxies: how many reverse proxies stand before us and overwrite ``X-Forwarded-*``.
    """

    database_url: str
    secret_key: str
    redis_url: str = ""
    smtp_url: str = ""
    public_url: str = "http://127.0.0.1:5000"
    process: str = "all"
    is_demo: bool = False
    mail_from: str = "ne-pas-repondre@localhost"
    metrics_token: str = ""
    sms_url: str = ""
    sms_token: str = ""
    sms_secret: str = ""
    trusted_proxies: int = 0
    writes_per_minute: int = 240
    sockets_per_address: int = 20
    largest_document_mb: int = 50
    finds_by_meaning: bool = True

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings. Raises SettingsError with a sentence that says what to write."""
        get = environment.get
        check_environment(environment)
        return cls(
            database_url=get("CIVIC_DATABASE_URL") or f"sqlite:///{INSTANCE / 'civic.sqlite3'}",
            secret_key=get("CIVIC_SECRET_KEY") or _kept_secret(),
            redis_url=get("CIVIC_REDIS_URL", ""),
            smtp_url=get("CIVIC_SMTP_URL", ""),
            public_url=get(
                "CIVIC_PUBLIC_URL", f"http://{get('HOST', '127.0.0.1')}:{get('PORT', '5000')}"
            ).rstrip("/"),
            process=get("CIVIC_PROCESS", "all"),
            is_demo=get("CIVIC_DEMO", "") == "1",
            mail_from=get("CIVIC_MAIL_FROM", "ne-pas-repondre@localhost"),
            metrics_token=get("CIVIC_METRICS_TOKEN", ""),
            sms_url=get("CIVIC_SMS_URL", ""),
            sms_token=get("CIVIC_SMS_TOKEN", ""),
            sms_secret=get("CIVIC_SMS_SECRET", ""),
            trusted_proxies=_whole_number(get("CIVIC_TRUSTED_PROXIES", "0"), "CIVIC_TRUSTED_PROXIES"),
            writes_per_minute=_whole_number(get("CIVIC_WRITES_PER_MINUTE", "240"), "CIVIC_WRITES_PER_MINUTE"),
            sockets_per_address=_whole_number(
                get("CIVIC_SOCKETS_PER_ADDRESS", "20"), "CIVIC_SOCKETS_PER_ADDRESS"
            ),
            largest_document_mb=_whole_number(
                get("CIVIC_LARGEST_DOCUMENT_MB", "50"), "CIVIC_LARGEST_DOCUMENT_MB"
            ),
            finds_by_meaning=get("CIVIC_MEANING", "1") != "0",
        )


def _whole_number(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name} must be a whole number, for example {name}=1; it is {text!r}.")
    return int(text)


def check_environment(environment: Mapping[str, str]) -> None:
    """Raises SettingsError about what is lost once the settings are read: a name that is none, a yes or no that is neither."""
    for name in sorted(environment):
        if name.startswith("CIVIC_") and name not in NAMES:
            near = get_close_matches(name, NAMES, 1, cutoff=0.8)
            advice = f"Did you mean {near[0]}?" if near else "docs/operator.md lists them all."
            raise SettingsError(f"{name} is no setting. {advice}")
    for name in ("CIVIC_DEMO", "CIVIC_MEANING"):
        if environment.get(name, "") not in ("", "0", "1"):
            raise SettingsError(f"{name} must be 0 (no) or 1 (yes); it is {environment[name]!r}.")
    port = environment.get("PORT", "5000")
    if not 1 <= _whole_number(port, "PORT") <= LARGEST_PORT:
        raise SettingsError(
            f"PORT must be between 1 and {LARGEST_PORT}, for example PORT=5000; it is {port!r}."
        )
    database_url = environment.get("CIVIC_DATABASE_URL", "")
    if database_url.startswith("sqlite:") and not database_url.startswith("sqlite:////"):
        raise SettingsError(
            "CIVIC_DATABASE_URL must hold the whole path of the file, which makes four slashes, "
            "for example CIVIC_DATABASE_URL=sqlite:////var/lib/civic/civic.sqlite3."
        )


def _read_address(url: str, name: str, *, allows_path: bool = False) -> SplitResult:
    """Return the parts of an address. Raises SettingsError where it cannot be cut: often, a password holds a sign that ends something."""
    try:
        address = urlsplit(url)
        is_whole = address.port != 0 and (allows_path or not (address.path.strip("/") or address.query))
    except ValueError:  # a port that is no number, or too large
        is_whole = False
    if not is_whole or address.fragment or any(sign.isspace() for sign in url):
        raise SettingsError(
            f"{name} cannot be read: after the host comes at most a port, a whole number up to {LARGEST_PORT}. "
            "In a password write %2F for /, %3A for :, %40 for @, %23 for #, %3F for ? and %25 for %."
        )
    return address


def _kept_secret() -> str:
    """Return the secret of this installation, made the first time and kept in ``instance/``, readable by its owner alone.

    It is written whole before it has its name: of two processes that start at once, one gives it and both read the same.
    """
    INSTANCE.mkdir(exist_ok=True)
    path = INSTANCE / "secret_key"
    if not path.exists():
        made = path.with_name(f".secret_key.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its secret holds
                os.link(made, path)
        finally:
            made.unlink(missing_ok=True)
    return path.read_text().strip()


def check_settings(settings: Settings) -> None:
    """Raises SettingsError about the first setting that cannot work."""
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        raise SettingsError(
            "CIVIC_DATABASE_URL must begin with sqlite:/// or postgresql://, "
            "for example CIVIC_DATABASE_URL=postgresql://civic:password@localhost/civic."
        )
    if len(settings.secret_key) < SHORTEST_SECRET:
        raise SettingsError(
            f"CIVIC_SECRET_KEY must have at least {SHORTEST_SECRET} characters. "
            'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if "…" in settings.secret_key:
        raise SettingsError(
            "CIVIC_SECRET_KEY is still the example of the documentation: write a secret of your own."
        )
    if settings.database_url.startswith("postgresql"):
        _read_address(settings.database_url, "CIVIC_DATABASE_URL", allows_path=True)
    if settings.redis_url and urlsplit(settings.redis_url).scheme not in ("redis", "rediss", "unix"):
        raise SettingsError(
            "CIVIC_REDIS_URL must begin with redis://, for example CIVIC_REDIS_URL=redis://localhost:6379/0."
        )
    if settings.redis_url:
        _read_address(settings.redis_url, "CIVIC_REDIS_URL", allows_path=True)
    check_mail(settings)
    check_public_address(settings.public_url)
    check_text_messages(settings)
    if not 3 <= settings.largest_document_mb <= LARGEST_DOCUMENT_MB:
        raise SettingsError(
            f"CIVIC_LARGEST_DOCUMENT_MB must be between 3 and {LARGEST_DOCUMENT_MB}, in megabytes, "
            "for example CIVIC_LARGEST_DOCUMENT_MB=50."
        )
    if settings.process not in ("all", "web", "live"):
        raise SettingsError("CIVIC_PROCESS must be all, web or live.")
    if settings.trusted_proxies > MOST_PROXIES:
        raise SettingsError(
            f"CIVIC_TRUSTED_PROXIES is how many reverse proxies stand before the site, {MOST_PROXIES} at most: usually 1."
        )
    if not settings.writes_per_minute or not settings.sockets_per_address:
        raise SettingsError(
            "CIVIC_WRITES_PER_MINUTE and CIVIC_SOCKETS_PER_ADDRESS must be 1 or more: with 0, nobody could write or follow anything."
        )


def check_mail(settings: Settings) -> None:
    """Raises SettingsError: mail could be neither sent nor signed."""
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        raise SettingsError(
            "CIVIC_SMTP_URL must begin with smtp:// or smtps://, for example CIVIC_SMTP_URL=smtps://user:password@mail.example.org:465."
        )
    if settings.smtp_url and not _read_address(settings.smtp_url, "CIVIC_SMTP_URL").hostname:
        raise SettingsError(
            "CIVIC_SMTP_URL names no mail server, for example CIVIC_SMTP_URL=smtp://localhost:25."
        )
    if not settings.smtp_url and not settings.is_demo:
        raise SettingsError(
            "CIVIC_SMTP_URL is missing: without it nobody can confirm an address. "
            "Write for example CIVIC_SMTP_URL=smtp://localhost:25, or CIVIC_DEMO=1 for a demonstration."
        )
    try:
        is_address = bool(Address(addr_spec=settings.mail_from).domain)
    except (ValueError, IndexError):
        is_address = False
    if not is_address:
        raise SettingsError(
            "CIVIC_MAIL_FROM must be one address alone, without a name, for example CIVIC_MAIL_FROM=participez@example.fr."
        )


def check_public_address(public_url: str) -> None:
    """Raises SettingsError: every link of a mail, and the live connections, begin with this address."""
    try:
        address = _read_address(public_url, "CIVIC_PUBLIC_URL")
        is_right = address.scheme in ("http", "https") and address.hostname and not address.username
    except SettingsError:
        is_right = False
    if not is_right:
        raise SettingsError(
            "CIVIC_PUBLIC_URL must be the site's address, without anything after it, "
            "for example CIVIC_PUBLIC_URL=https://participez.example.fr."
        )


def check_text_messages(settings: Settings) -> None:
    """Raises SettingsError: numbers would travel where anybody reads them, or replies be signed with what is easily guessed."""
    gateway = urlsplit(settings.sms_url)
    is_here = gateway.hostname in ("localhost", "127.0.0.1", "::1")
    if settings.sms_url and gateway.scheme != "https" and not (gateway.scheme == "http" and is_here):
        raise SettingsError(
            "CIVIC_SMS_URL must begin with https://, for example CIVIC_SMS_URL=https://sms.example.org/send."
        )
    if settings.sms_url and not settings.sms_token:
        raise SettingsError("CIVIC_SMS_TOKEN is missing: it is what the gateway of CIVIC_SMS_URL asks for.")
    if settings.sms_secret and len(settings.sms_secret) < SHORTEST_SECRET:
        raise SettingsError(f"CIVIC_SMS_SECRET must have at least {SHORTEST_SECRET} characters.")
