"""Complaints, fees for services that must be free, and the register of grounds for a revocation."""
