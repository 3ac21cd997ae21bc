"""The commands of a campaign, by who gives them."""
