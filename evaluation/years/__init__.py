"""Years side by side: grades, points and indicators of platforms and regions from year to year."""
