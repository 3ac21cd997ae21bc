"""Help that is needed again and again: a rule of repetition, and the requests made ahead of it."""
