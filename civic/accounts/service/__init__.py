"""Commands on accounts, a module for each kind."""
