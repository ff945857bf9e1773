"""公示: the list proposed for certification before it is decided, objections to it, and what they change."""
