"""What may be asked of the pages of a result."""

from enum import StrEnum

from civic.web.schemas import Line, OneOf, PageQuery

LONGEST_SEARCH = 100


class ProjectList(StrEnum):
    """Which projects of a budget are listed."""

    FUNDED = "funded"
    OTHERS = "others"
    ALL = "all"


class ListProjectsQuery(PageQuery):
    list = OneOf(ProjectList, load_default=ProjectList.FUNDED)
    q = Line(least=0, most=LONGEST_SEARCH, load_default="")
