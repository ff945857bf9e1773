"""Files that prove something, and the one place on disk where every kept file lies."""
