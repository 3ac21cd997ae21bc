"""Commands on inquiries, by what they are about."""
