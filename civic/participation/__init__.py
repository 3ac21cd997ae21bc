"""Who took part in a consultation and by which way: sheets of paper typed at the desk, and the councillor's synthesis."""
