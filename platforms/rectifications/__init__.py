"""Rectifications (整改): opened by who found it, answered, checked."""
