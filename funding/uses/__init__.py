"""What counties report of the use of what was paid to them."""
