"""Payments of a released allocation, in batches that one proposes and another releases."""
