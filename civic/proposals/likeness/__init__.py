"""Proposals that say the same, otherwise: what is found of it in the words alone, without a model."""
