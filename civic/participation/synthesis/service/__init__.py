"""Making a synthesis, changing its themes, publishing it, keeping the population."""
