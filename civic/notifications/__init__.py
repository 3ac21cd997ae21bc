"""What a person is told: an inbox, by mail where she wishes, and the mails of her account."""
