"""Allocation runs: computed, signed, locked, and what keeps one from it."""
