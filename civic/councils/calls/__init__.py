"""Calls for candidates: who wishes to sit, and how seats are filled."""
