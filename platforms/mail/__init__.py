"""Mails: their texts, the outbox, and how they leave it."""
