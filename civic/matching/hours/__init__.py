"""How long a help took: noted by the volunteer, confirmed or corrected by the other side, in quarters of an hour."""
