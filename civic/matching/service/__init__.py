"""The commands of matching: duty, the search for volunteers, invitations, matches, conversation."""
