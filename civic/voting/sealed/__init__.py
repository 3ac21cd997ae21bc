"""Sealed polls: the ballots, proofs and archives of Belenios 2.0. Pure: no database, no Flask (decision 14)."""
