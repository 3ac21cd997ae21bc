"""Commands about polls: preparing and opening them, putting ballots in the box, reading what may be shown."""
