"""Applications at the desk, and behind the link of an operating unit."""
