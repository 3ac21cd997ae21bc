"""Whom volunteers are kept from, and who is kept from them: vetting, blocks, concerns, suspensions, minors."""
