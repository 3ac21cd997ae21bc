"""Requests that somebody of the town hall reads before volunteers are asked, and what she decides."""
