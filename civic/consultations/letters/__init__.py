"""What the town hall writes to those whom a consultation concerns, while it lasts and after: on its page, in its feed, and told to them once."""
