"""Calls after a service (回访): samples, calls, what they came to."""
