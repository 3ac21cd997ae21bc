from civic.mutual_aid.reminding.rules import EARLIEST_HOUR, LATEST_HOUR
from civic.web.schemas import BaseSchema, Whole


class SetReminderHourSchema(BaseSchema):
    hour = Whole(EARLIEST_HOUR, LATEST_HOUR, required=True)
