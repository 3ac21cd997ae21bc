"""Commands of surveys: writing them, answering them, reading what was answered."""
