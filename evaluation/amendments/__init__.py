"""更正和变更: a published result is corrected, or its operator, name or address changes: a new version in a chain."""
