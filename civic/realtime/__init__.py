"""Which facts go to which screens: a person's numbered events, and what rooms are told."""
