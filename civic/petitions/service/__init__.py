"""Commands on petitions, by what they are about."""
