"""The telephone desk: consent and its withdrawal, whom to call back, sheets filled in by hand."""
