"""The release of a locked run: only then its amounts are known outside of finance and city."""
