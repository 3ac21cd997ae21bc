"""Commands: communes founded, outlines and addresses imported."""
