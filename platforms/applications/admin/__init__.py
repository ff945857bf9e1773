"""Applications in the back office."""
