"""What happens around a sitting: its agenda, who is called and comes, what takes place live, and the minutes that stay."""
