"""What servers and the ``flask`` command load."""

import sys

from civic.app import create_app
from civic.kernel.timekeeping import keep_time
from config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"Settings: {error}")
keep_time(app)
