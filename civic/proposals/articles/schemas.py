from civic.web.schemas import BaseSchema, Lines, Whole

LONGEST_TEXT = 200_000
LAST_VERSION = 2**31 - 1


class TownTextSchema(BaseSchema):
    source = Lines(least=0, most=LONGEST_TEXT, load_default="")
    version = Whole(0, LAST_VERSION, required=True)
