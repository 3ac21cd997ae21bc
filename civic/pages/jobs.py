"""What a serving process does by itself for the pages."""

from civic.kernel.jobs import hourly
from civic.pages.service import mend_index

hourly(mend_index)
