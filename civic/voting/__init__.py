"""Polls: one question put to a roll, one secret ballot a person, and a tally that anybody can do again."""
