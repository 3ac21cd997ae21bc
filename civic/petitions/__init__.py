"""Residents ask the council for something together: a threshold, signatures on the screen and on paper, then a decision that is due."""
