"""What is forgotten once in a while: the names written on sheets, and which answer to a questionnaire was on which."""

from datetime import datetime

from civic.kernel.jobs import hourly
from civic.participation.sheets.questionnaires import forget_answers_of_sheets
from civic.participation.sheets.service import forget_old_names


@hourly
def forget_names_on_sheets(now: datetime) -> int:
    return forget_old_names(now)


@hourly
def part_sheets_from_answers(now: datetime) -> int:
    return forget_answers_of_sheets(now)
