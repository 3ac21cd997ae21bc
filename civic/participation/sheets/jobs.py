"""What is forgotten once in a while: the names written on sheets."""

from datetime import datetime

from civic.kernel.jobs import hourly
from civic.participation.sheets.service import forget_old_names


@hourly
def forget_names_on_sheets(now: datetime) -> int:
    return forget_old_names(now)
