"""The public register of a poll: what was done to it, chained by hashes, and the signed receipts that quote it (decision 18)."""
