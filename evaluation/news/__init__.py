"""News and standing texts (动态与通知) that the city writes, and the stream of all that became public."""
