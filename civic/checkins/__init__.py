"""The municipal register of frail people, and the calls to them in a crisis: another purpose by law, kept apart from mutual aid."""
