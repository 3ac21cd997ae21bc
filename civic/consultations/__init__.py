"""Consultations: bounded public processes, made of phases that each permit some activities."""
