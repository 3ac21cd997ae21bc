"""Surveys: a questionnaire that a phase of a consultation asks, answered once a person, counted without telling anybody's answer."""
