"""Released allocations at the desk: each county its own amount."""
