"""Pages of the accounts: one's own, the people's desk, the associations."""

from civic.accounts.routes import account, desk, organisations, recovery, security, sign_in, sign_up
from civic.accounts.routes.door import blueprint

__all__ = ["account", "blueprint", "desk", "organisations", "recovery", "security", "sign_in", "sign_up"]
