"""Answers that are due: promised from a number of supports on, called to mind, read by a second person, published together."""
