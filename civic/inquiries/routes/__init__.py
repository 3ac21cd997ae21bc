"""Pages of inquiries: what everybody reads and deposits, the desk of the town hall, what the commissioner studies."""

from civic.inquiries.routes import depositing, desk, pages, reporting, study
from civic.inquiries.routes.door import blueprint, register

__all__ = ["blueprint", "depositing", "desk", "pages", "register", "reporting", "study"]
