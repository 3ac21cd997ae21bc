"""Measures every page of the platform in a real browser: `make audit`. Its results are `docs/audit/results.json`."""
