"""Schemes: heads, indicators, methods, and how scores become a grade."""
