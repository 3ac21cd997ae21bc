from civic.web.schemas import Id, Line, PageQuery


class JournalQuery(PageQuery):
    fact = Line(0, 80, load_default="")
    actor_id = Id(load_default=None)
