"""Which facts are news, and of what."""

from civic.notifications.following import service as _service  # noqa: F401  registers what is erased and copied
