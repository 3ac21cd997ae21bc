"""A text that the town hall puts before residents, article by article: each one is argued and supported as a proposal is."""
