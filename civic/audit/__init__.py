"""What was done on the platform, by whom, and about what: written with the deed itself, and never changed."""
