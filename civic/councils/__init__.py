"""Neighbourhood councils: who sits, when they meet, what they said."""
