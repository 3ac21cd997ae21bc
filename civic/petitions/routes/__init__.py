"""Pages of petitions: what everybody reads and signs, what an author writes, and the desk of the town hall."""

from civic.petitions.routes import desk, pages
from civic.petitions.routes.door import blueprint

__all__ = ["blueprint", "desk", "pages"]
