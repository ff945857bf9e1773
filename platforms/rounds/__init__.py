"""A round: its dates, phases, quotas and days, how it moves on, and what it was moved on without."""
