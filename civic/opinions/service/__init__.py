"""Commands on statements: reacting, proposing one, importing a Polis conversation."""
