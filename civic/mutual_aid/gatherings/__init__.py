"""What associations organise: a day, a place, shifts with so many places each, and a waiting list that asks one person at a time."""
