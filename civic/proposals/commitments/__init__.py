"""What the town hall commits itself to when it takes up a proposal: what, who, how much, by when, and where that stands."""
