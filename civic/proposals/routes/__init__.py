"""Pages of proposals: their list, their writing, the page of one and its arguments; what the town hall answers."""

from civic.proposals.routes import answers, likeness, map_pages, pages, writing
from civic.proposals.routes.door import blueprint

__all__ = ["answers", "blueprint", "likeness", "map_pages", "pages", "writing"]
