"""What the public is told of services and coverage in sums, and which sums are too small to be told."""
