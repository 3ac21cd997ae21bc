"""Who is asked to help, who answers, and what the two sides then do together."""
