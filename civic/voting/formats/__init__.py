"""Files of ballots that others write and read: Pabulib, PrefLib, BLT, tables. Strict: what is wrong is refused, with its line."""
