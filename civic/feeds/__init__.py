"""What other programs read of the town: feeds, a calendar, and parts of pages for other sites. Public things alone, and no total."""
