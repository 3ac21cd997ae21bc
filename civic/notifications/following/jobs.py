"""What a serving process does by itself about news."""

from civic.kernel.jobs import hourly
from civic.notifications.following.service import forget_old_news

hourly(forget_old_news)
