"""Revocations: proposed on confirmed facts by one officer, decided by another."""
