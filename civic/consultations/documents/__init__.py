"""The documents of a consultation: plans, studies, photographs that the town hall puts before residents."""
