"""Communes and their neighbourhoods: their outlines, and the address points that tell where somebody lives."""
