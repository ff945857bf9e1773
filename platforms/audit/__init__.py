"""The log of who did what, numbers that are given once, and what happened to one row."""
