"""How ballots are counted. Pure, exact, explained; the standard library alone (and gmpy2 where it is), since the recount script is made of these very modules."""
